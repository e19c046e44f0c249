import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type DebianPackage, openDebianArchive, unpack } from '../../debian/archive.ts';
import { run } from '../../debian/run.ts';
import { type CpioEntry, cpioArchive } from './cpio.ts';
import { chooseModules, type KernelModule, type ModuleChoice } from './kernel-modules.ts';
import { collectPrograms, type TreeFile } from './programs.ts';

/** The part of the ramdisk that comes from Debian: kernel, drivers, firmware, programs. */
export interface BaseRecipe {
  readonly packages: readonly string[];
  readonly firmwarePackages: readonly string[];
  readonly programs: readonly string[];
  readonly modules: ModuleChoice;
  /** zstd; the kernel unpacks any level equally fast. */
  readonly compressionLevel: number;
}

export interface Base {
  readonly kernelVersion: string;
  readonly vmlinuz: Buffer;
  readonly archive: Iterable<Uint8Array>;
  readonly unpackedBytes: number;
  readonly packages: readonly Pick<DebianPackage, 'name' | 'version'>[];
  readonly moduleCount: number;
  readonly firmwareFiles: number;
  /** Named by a driver, in no package. */
  readonly missingFirmware: readonly string[];
}

export interface BaseOptions {
  readonly recipe: BaseRecipe;
  /** Kept between builds: apt's lists, the .debs. */
  readonly aptRoot: string;
  /** Thrown away afterwards by the caller. */
  readonly work: string;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Asks the archive for its newest packages, whatever is known of the last hour. */
  readonly fresh: boolean;
}

const kernelMetapackage = 'linux-image-amd64';
const folders =
  'bin dev etc lib lib/modules lib64 mnt proc root run sbin sys tmp usr usr/bin usr/lib usr/sbin var'.split(
    ' ',
  );

export async function makeBase(options: BaseOptions): Promise<Base> {
  const { work, report, signal } = options;
  const packages = await downloadPackages(options);
  report(`unpacking ${packages.length} packages`);
  const tree = join(work, 'tree');
  await unpack(packages, tree, signal);
  const entries = new Map<string, CpioEntry>();
  for (const path of folders) entries.set(path, { kind: 'folder', path });
  // The kernel opens it before anything is mounted; without it init would have no stdout.
  entries.set('dev/console', { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 });
  await addPrograms(entries, tree, options);
  const kernelVersion = await kernelVersionOf(tree);
  const drivers = await addModules(entries, tree, kernelVersion, options);
  const unpackedBytes = [...entries.values()].reduce(
    (sum, entry) => sum + (entry.kind === 'file' ? entry.content.length : 0),
    0,
  );
  return {
    kernelVersion,
    vmlinuz: await readFile(join(tree, `boot/vmlinuz-${kernelVersion}`)),
    archive: cpioArchive(entries.values()),
    unpackedBytes,
    packages: packages.map(({ name, version }) => ({ name, version })),
    ...drivers,
  };
}

async function downloadPackages(options: BaseOptions): Promise<DebianPackage[]> {
  const { recipe, aptRoot, report, signal, fresh } = options;
  const archive = await openDebianArchive({ root: aptRoot, report, signal, fresh });
  const kernels = (await archive.dependencies(kernelMetapackage)).filter(name =>
    name.startsWith('linux-image-'),
  );
  const firmware = await archive.available(recipe.firmwarePackages);
  const names = [...kernels, ...recipe.packages, ...firmware];
  report(`downloading ${names.length} packages, ${kernels.join(' ')} among them`);
  return await archive.download(names, join(aptRoot, 'packages'));
}

async function kernelVersionOf(tree: string): Promise<string> {
  const [version, ...others] = await readdir(join(tree, 'lib/modules'));
  if (version === undefined || others.length > 0)
    throw new Error('the recipe did not bring exactly one kernel');
  return version;
}

async function addPrograms(
  entries: Map<string, CpioEntry>,
  tree: string,
  { recipe, report }: BaseOptions,
): Promise<void> {
  const files = await collectPrograms(tree, ['busybox', ...recipe.programs]);
  for (const [path, file] of files) await addTreeFile(entries, path, file);
  const taken = new Set([...files.keys()].map(path => basename(path)));
  const applets = (await run(join(tree, 'bin/busybox'), ['--list'])).trim().split('\n');
  for (const applet of applets.filter(name => !taken.has(name))) {
    entries.set(`bin/${applet}`, { kind: 'link', path: `bin/${applet}`, target: 'busybox' });
  }
  report(`${files.size} files of ${recipe.programs.length} programs and their libraries`);
}

async function addTreeFile(entries: Map<string, CpioEntry>, path: string, file: TreeFile): Promise<void> {
  addParents(entries, path);
  if (file.kind === 'link') entries.set(path, { kind: 'link', path, target: file.target });
  else {
    const content = await readFile(file.source);
    entries.set(path, { kind: 'file', path, executable: file.executable, content });
  }
}

export function addParents(entries: Map<string, CpioEntry>, path: string): void {
  const parent = dirname(path);
  if (parent === '.' || entries.has(parent)) return;
  addParents(entries, parent);
  entries.set(parent, { kind: 'folder', path: parent });
}

async function addModules(
  entries: Map<string, CpioEntry>,
  tree: string,
  version: string,
  { recipe, work, report }: BaseOptions,
): Promise<Pick<Base, 'moduleCount' | 'firmwareFiles' | 'missingFirmware'>> {
  const source = join(tree, 'lib/modules', version);
  const { modules, unmatched } = await chooseModules(source, recipe.modules);
  if (unmatched.length > 0) report(`no module of this kernel is called: ${unmatched.join(' ')}`);
  const staged = await stageModules(modules, source, join(work, 'modules'), version);
  for (const [path, content] of staged) {
    addParents(entries, path);
    entries.set(path, { kind: 'file', path, executable: false, content });
  }
  const firmware = await addFirmware(entries, tree, modules);
  report(`${modules.length} drivers, ${firmware.firmwareFiles} firmware files`);
  return { moduleCount: modules.length, ...firmware };
}

/** Copies the chosen modules and lets depmod write the indexes that modprobe reads. */
async function stageModules(
  modules: readonly KernelModule[],
  source: string,
  stage: string,
  version: string,
): Promise<Map<string, Buffer>> {
  const target = join(stage, 'lib/modules', version);
  const paths = [
    ...modules.map(({ path }) => path),
    'modules.builtin',
    'modules.builtin.modinfo',
    'modules.order',
  ];
  for (const path of paths) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await cp(join(source, path), join(target, path));
  }
  await run('/sbin/depmod', ['-b', stage, version]);
  const staged = new Map<string, Buffer>();
  const indexes = (await readdir(target)).filter(
    name => name.startsWith('modules.') && (name.endsWith('.bin') || name === 'modules.softdep'),
  );
  for (const path of [...modules.map(module => module.path), ...indexes]) {
    staged.set(`lib/modules/${version}/${path}`, await readFile(join(target, path)));
  }
  return staged;
}

async function addFirmware(
  entries: Map<string, CpioEntry>,
  tree: string,
  modules: readonly KernelModule[],
): Promise<Pick<Base, 'firmwareFiles' | 'missingFirmware'>> {
  const named = [...new Set(modules.flatMap(({ firmware }) => firmware))].sort();
  const missing: string[] = [];
  let found = 0;
  for (const name of named) {
    const content = await readFile(join(tree, 'lib/firmware', name)).catch(() => undefined);
    if (content === undefined) {
      missing.push(name);
      continue;
    }
    const path = `lib/firmware/${name}`;
    addParents(entries, path);
    entries.set(path, { kind: 'file', path, executable: false, content });
    found += 1;
  }
  return { firmwareFiles: found, missingFirmware: missing };
}
