import { readdir, readFile } from 'node:fs/promises';
import { basename, join, matchesGlob } from 'node:path';
import { readModuleInfo } from './elf.ts';

/** Which modules of a kernel go into a ramdisk: globs of paths below `kernel/`, and what those modules need. */
export interface ModuleChoice {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface KernelModule {
  /** Underscores for dashes, as the kernel sees it. */
  readonly name: string;
  /** Relative to `lib/modules/<version>/`: `kernel/drivers/…/x.ko`. */
  readonly path: string;
  readonly needs: readonly string[];
  readonly firmware: readonly string[];
}

export interface ChosenModules {
  readonly modules: readonly KernelModule[];
  /** Globs that matched nothing: a driver moved or was renamed. */
  readonly unmatched: readonly string[];
}

export async function chooseModules(folder: string, choice: ModuleChoice): Promise<ChosenModules> {
  const paths = (await readdir(folder, { recursive: true })).filter(path => path.endsWith('.ko')).sort();
  const builtIn = new Set(
    (await readFile(join(folder, 'modules.builtin'), 'utf8')).split('\n').map(line => moduleName(line)),
  );
  const byName = new Map(paths.map(path => [moduleName(path), path]));
  const unmatched = choice.include.filter(
    glob => !paths.some(path => isBelow(path, glob)) && !builtIn.has(moduleName(glob)),
  );
  const wanted = paths.filter(
    path =>
      choice.include.some(glob => isBelow(path, glob)) && !choice.exclude.some(glob => isBelow(path, glob)),
  );
  const chosen = new Map<string, KernelModule>();
  const open = wanted.map(path => moduleName(path));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const path = byName.get(name);
    if (chosen.has(name) || path === undefined) continue;
    const module = await readModule(folder, name, path);
    chosen.set(name, module);
    open.push(...module.needs);
  }
  const modules = [...chosen.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { modules, unmatched };
}

function isBelow(path: string, glob: string): boolean {
  return matchesGlob(path, `kernel/${glob}`);
}

function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko.*$/, '')
    .replaceAll('-', '_');
}

/** `depends` are needed to load, `softdep` to work (crc32c for ext4). */
async function readModule(folder: string, name: string, path: string): Promise<KernelModule> {
  const info = readModuleInfo(await readFile(join(folder, path))) ?? [];
  const values = (wanted: string): string[] =>
    info.flatMap(([key, value]) => (key === wanted ? [value] : []));
  const depends = values('depends').flatMap(list => list.split(','));
  const soft = values('softdep').flatMap(list => list.split(/\s+/).filter(word => !word.endsWith(':')));
  const needs = [...depends, ...soft].filter(need => need !== '').map(need => moduleName(need));
  return { name, path, needs, firmware: values('firmware') };
}
