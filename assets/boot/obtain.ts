import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { installFile, openDebianArchive, readJson, unpack } from '../debian/archive.ts';

/**
 * Boot programs from their Debian packages, by `manifest.json`; never committed, never changed.
 * `node assets/boot/obtain.ts [--into DIR]`
 */
export interface ObtainOptions {
  /** Where the files go under the names by which they are served; default `.cache/boot` of the checkout. */
  readonly into?: string;
  readonly report?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** For tests: where installed packages lie, another manifest, another archive. */
  readonly installedRoot?: string;
  readonly manifestFile?: string;
  readonly download?: typeof downloadTree;
}

export interface BootProgram {
  readonly name: string;
  readonly path: string;
  readonly package: string;
  readonly version: string;
  readonly sha256: string;
}

interface Manifest {
  readonly programs: readonly ManifestProgram[];
}

interface ManifestProgram {
  /** Served as. */
  readonly name: string;
  readonly package: string;
  /** Path inside the package, and so on a machine that has it installed. */
  readonly file: string;
  /** By version of the package. */
  readonly sha256: Readonly<Record<string, string>>;
}

const projectRoot = resolve(import.meta.dirname, '../..');

/** Puts every boot program of the manifest into a folder, unless it is there already. Gives what is there. */
export async function obtainBootPrograms(options: ObtainOptions = {}): Promise<BootProgram[]> {
  const into = options.into ?? join(projectRoot, '.cache/boot');
  const report = options.report ?? (() => undefined);
  const manifestFile = options.manifestFile ?? join(import.meta.dirname, 'manifest.json');
  const manifest = (await readJson(manifestFile)) as Manifest;
  await mkdir(into, { recursive: true });
  const obtained = new Map<string, BootProgram>();
  for (const program of manifest.programs) {
    const present = await presentProgram(program, join(into, program.name));
    if (present !== undefined) obtained.set(program.name, present);
  }
  const missing = manifest.programs.filter(({ name }) => !obtained.has(name));
  for (const program of missing) {
    const installed = await installedProgram(program, into, options.installedRoot ?? '/');
    if (installed !== undefined) {
      report(`${program.name} from the installed package ${program.package} ${installed.version}`);
      obtained.set(program.name, installed);
    }
  }
  const toDownload = missing.filter(({ name }) => !obtained.has(name));
  for (const program of await downloadPrograms(toDownload, into, options))
    obtained.set(program.name, program);
  return manifest.programs.flatMap(({ name }) => obtained.get(name) ?? []);
}

async function sha256OfFile(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex');
}

function described(program: ManifestProgram, path: string, version: string, sha256: string): BootProgram {
  return { name: program.name, path, package: program.package, version, sha256 };
}

async function presentProgram(program: ManifestProgram, path: string): Promise<BootProgram | undefined> {
  const sha256 = await sha256OfFile(path);
  const version = Object.keys(program.sha256).find(known => program.sha256[known] === sha256);
  return version === undefined || sha256 === undefined
    ? undefined
    : described(program, path, version, sha256);
}

/** A file of an installed package, if it is one that the manifest knows; anything else is left alone. */
async function installedProgram(
  program: ManifestProgram,
  into: string,
  root: string,
): Promise<BootProgram | undefined> {
  const source = join(root, program.file);
  const found = await presentProgram(program, source);
  if (found === undefined) return undefined;
  const path = join(into, program.name);
  await installFile(path, await readFile(source));
  return { ...found, path };
}

async function downloadPrograms(
  programs: readonly ManifestProgram[],
  into: string,
  options: ObtainOptions,
): Promise<BootProgram[]> {
  if (programs.length === 0) return [];
  const work = await mkdtemp(join(tmpdir(), 'rackside-boot-'));
  try {
    const names = [...new Set(programs.map(program => program.package))];
    const { tree, versions } = await (options.download ?? downloadTree)(names, work, options);
    const obtained: BootProgram[] = [];
    for (const program of programs) {
      const version = versions.get(program.package) ?? '';
      const path = join(into, program.name);
      await installFile(path, await checkedBytes(program, version, join(tree, program.file)));
      obtained.push(described(program, path, version, program.sha256[version] ?? ''));
    }
    return obtained;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The named packages, unpacked, and their versions. */
async function downloadTree(
  names: readonly string[],
  work: string,
  options: ObtainOptions,
): Promise<{ tree: string; versions: ReadonlyMap<string, string> }> {
  const report = options.report ?? (() => undefined);
  const { signal } = options;
  const archive = await openDebianArchive({ root: join(projectRoot, '.cache/apt'), report, signal });
  report(`downloading ${names.join(', ')}`);
  const packages = await archive.download(names, work);
  const tree = join(work, 'tree');
  await unpack(packages, tree, signal);
  return { tree, versions: new Map(packages.map(({ name, version }) => [name, version])) };
}

async function checkedBytes(program: ManifestProgram, version: string, path: string): Promise<Buffer> {
  const expected = program.sha256[version];
  const bytes = await readFile(path);
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (expected === actual) return bytes;
  if (expected === undefined) {
    throw new Error(
      `${program.package} ${version} is a version that assets/boot/manifest.json does not know (it knows ` +
        `${Object.keys(program.sha256).join(', ')}). If a machine boots with it, add "${version}": "${actual}" to ${program.name}.`,
    );
  }
  throw new Error(
    `${program.file} of ${program.package} ${version} has the SHA-256 ${actual}, the manifest says ${expected}. It was changed: not installed.`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { into: { type: 'string' } } });
  const programs = await obtainBootPrograms({
    ...(values.into === undefined ? {} : { into: values.into }),
    report: line => console.log(line),
  });
  for (const { name, package: from, version, path } of programs)
    console.log(`${name}  ${from} ${version}  ${path}`);
}

if (import.meta.main) await main();
