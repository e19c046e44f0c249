import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { bannedPackages, type Room, rooms } from './rooms.ts';

export interface Violation {
  readonly file: string;
  readonly imported: string;
  readonly why: string;
}

const sourceGlobs = ['{shared,renderer,electron,assets,scripts,test}/**/*.{ts,tsx,mjs}'];

/** Every import below `root` against the rooms, and every import cycle. Paths are relative to `root`. */
export function findViolations(root: string): Violation[] {
  const aliases = readAliases(root);
  const files = globSync(sourceGlobs, { cwd: root }).map(path => path.replaceAll('\\', '/'));
  const graph = new Map<string, string[]>();
  const violations: Violation[] = [];
  for (const file of files) {
    const targets: string[] = [];
    for (const specifier of importsOf(readFileSync(join(root, file), 'utf8'))) {
      const target = resolveSpecifier(file, specifier, aliases);
      if (target === undefined) {
        const banned = bannedPackages.find(
          ({ prefix, packages }) => isInside(file, prefix) && packages.test(specifier),
        );
        if (banned !== undefined)
          violations.push({ file, imported: specifier, why: `${banned.prefix} must not see it` });
        continue;
      }
      targets.push(target);
      const why = forbidden(file, target);
      if (why !== undefined) violations.push({ file, imported: target, why });
    }
    graph.set(file, targets);
  }
  return [...violations, ...findCycles(graph)];
}

/** The specifiers of static imports, re-exports and literal dynamic imports; types count like values. */
export function importsOf(source: string): string[] {
  const statements =
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]/gm;
  const dynamic = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  const found = [...source.matchAll(statements), ...source.matchAll(dynamic)];
  return found.map(match => match[1] ?? match[2] ?? '').filter(specifier => specifier !== '');
}

function readAliases(root: string): Map<string, string> {
  const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    imports: Record<string, string>;
  };
  return new Map(
    Object.entries(imports).map(([alias, path]) => [alias.replace('*', ''), path.replace(/^\.\/|\*$/g, '')]),
  );
}

function resolveSpecifier(file: string, specifier: string, aliases: Map<string, string>): string | undefined {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(dirname(file), specifier));
  for (const [alias, path] of aliases)
    if (specifier.startsWith(alias)) return path + specifier.slice(alias.length);
  return undefined;
}

function forbidden(file: string, target: string): string | undefined {
  const room = roomOf(file);
  if (room === undefined) return 'the file is in no room of scripts/check/rooms.ts';
  const own = ownFolder(file, room.prefix);
  const allowed = room.mayImport.some(prefix => isInside(target, prefix === room.prefix ? own : prefix));
  return allowed ? undefined : `${own} may import only ${room.mayImport.join(', ')}`;
}

function roomOf(file: string): Room | undefined {
  return rooms
    .filter(room => isInside(file, ownFolder(file, room.prefix)))
    .sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

/** `electron/engine/net/*` → the folder of that shape which the file is in. */
function ownFolder(file: string, prefix: string): string {
  if (!prefix.endsWith('/*')) return prefix;
  const depth = prefix.split('/').length;
  const folder = file.split('/').slice(0, depth).join('/');
  return folder.startsWith(prefix.slice(0, -1)) ? folder : prefix;
}

function isInside(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

function findCycles(graph: ReadonlyMap<string, readonly string[]>): Violation[] {
  const done = new Set<string>();
  const cycles: Violation[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      cycles.push({
        file,
        imported: trail[at + 1] ?? file,
        why: `cycle: ${[...trail.slice(at), file].join(' → ')}`,
      });
      return;
    }
    if (done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

if (import.meta.main) {
  const violations = findViolations(process.cwd());
  for (const { file, imported, why } of violations) console.error(`${file} imports ${imported}: ${why}`);
  if (violations.length > 0) process.exit(1);
}
