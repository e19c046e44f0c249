/** Debian's package indexes as text: stanzas of fields (deb-control(5)), who needs whom, and the files of a mirror. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export type Stanza = ReadonlyMap<string, string>;

export function parseIndex(text: string): readonly Stanza[] {
  return text
    .split(/\n\n+/)
    .map(parseStanza)
    .filter(stanza => stanza.has('Package'));
}

/** Folded lines (descriptions) are dropped: nothing here reads them. */
export function parseStanza(text: string): Stanza {
  const fields = [...text.matchAll(/^([A-Za-z0-9-]+):[ \t]*(.*)$/gm)];
  return new Map(fields.map(([, name = '', value = '']) => [name, value]));
}

export function stanzaText(stanza: Stanza): string {
  return [...stanza].map(([name, value]) => `${name}: ${value}\n`).join('');
}

const wordsOf = (list: string | undefined): readonly string[] =>
  (list ?? '')
    .split(',')
    .map(word => word.trim())
    .filter(word => word !== '');

/** A name without version and architecture. */
const nameOf = (relation: string): string => /^[^\s(:[]+/.exec(relation.trim())?.[0] ?? '';

/**
 * The wanted packages and what they need, by name; what `present` lists is there already. Something that nobody provides
 * is left out: the installer's own resolver does the same.
 */
export function closureOf(
  wanted: readonly string[],
  index: readonly Stanza[],
  present: readonly Stanza[],
): readonly Stanza[] {
  const isWanted = (stanza: Stanza): boolean => wanted.includes(stanza.get('Package') ?? '');
  // Of several that provide the same, one that is wanted anyway.
  const available = providersOf([...index.filter(each => !isWanted(each)), ...index.filter(isWanted)]);
  const there = providersOf(present);
  const chosen = new Map<string, Stanza>();
  const waiting = [...wanted];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const stanza = there.has(name) ? undefined : available.get(name);
    const packageName = stanza?.get('Package');
    if (stanza === undefined || packageName === undefined || chosen.has(packageName)) continue;
    chosen.set(packageName, stanza);
    for (const relation of wordsOf(stanza.get('Depends'))) {
      const alternatives = relation.split('|').map(nameOf);
      const first = alternatives.find(each => there.has(each) || available.has(each));
      if (first !== undefined) waiting.push(first);
    }
  }
  return [...chosen.values()];
}

function providersOf(index: readonly Stanza[]): ReadonlyMap<string, Stanza> {
  const providers = new Map<string, Stanza>();
  for (const stanza of index)
    for (const name of wordsOf(stanza.get('Provides')).map(nameOf)) providers.set(name, stanza);
  for (const stanza of index) providers.set(stanza.get('Package') ?? '', stanza);
  return providers;
}

export async function fileFields(path: string): Promise<readonly (readonly [string, string])[]> {
  const content = await readFile(path);
  const digest = (algorithm: string): string => createHash(algorithm).update(content).digest('hex');
  return [
    ['Size', String(content.length)],
    ['MD5sum', digest('md5')],
    ['SHA256', digest('sha256')],
  ];
}

/**
 * `dists/` of a mirror with one suite of one component, signed by nobody, as on Debian's own discs. Without the Release
 * file of each architecture choose-mirror says that the architecture is not supported.
 */
export async function writeDists(options: {
  readonly tree: string;
  readonly codename: string;
  readonly version: string;
  readonly debs: readonly Stanza[];
  readonly udebs: readonly Stanza[];
}): Promise<void> {
  const { tree, codename, version, debs, udebs } = options;
  const suite = join(tree, 'dists', codename);
  const archive = `Archive: ${codename}\nOrigin: Debian\nLabel: Debian\nComponent: main\nArchitecture: amd64\n`;
  const indexes = [
    ['main/binary-amd64', debs],
    ['main/debian-installer/binary-amd64', udebs],
  ] as const;
  const files = indexes.flatMap(([folder, stanzas]) => {
    const index = `${stanzas.map(stanzaText).join('\n')}`;
    return [
      [`${folder}/Packages`, Buffer.from(index)],
      [`${folder}/Packages.gz`, gzipSync(index)],
      [`${folder}/Release`, Buffer.from(archive)],
    ] as const;
  });
  for (const [name, content] of files) {
    await mkdir(dirname(join(suite, name)), { recursive: true });
    await writeFile(join(suite, name), content);
  }
  const sums = (algorithm: string): string =>
    files
      .map(([name, content]) => {
        const digest = createHash(algorithm).update(content).digest('hex');
        return ` ${digest} ${String(content.length).padStart(9)} ${name}\n`;
      })
      .join('');
  const head = [
    ['Origin: Debian', 'Label: Debian', 'Suite: stable', `Version: ${version}`, `Codename: ${codename}`],
    [`Date: ${new Date().toUTCString()}`, 'Architectures: amd64', 'Components: main', ''],
  ].flat();
  const release = `${head.join('\n')}MD5Sum:\n${sums('md5')}SHA256:\n${sums('sha256')}`;
  await writeFile(join(suite, 'Release'), release);
}
