import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib';
import { readJson } from '../debian/archive.ts';
import { addParents, type Base, type BaseRecipe, makeBase } from './builder/base.ts';
import { type CpioEntry, cpioArchive } from './builder/cpio.ts';

/**
 * Builds the deploy ramdisk from Debian packages: `node assets/ramdisk/build.ts [--profile broad|vm] [--into DIR] [--fresh]`.
 * No root, no mounts; the same packages and recipe give the same bytes. What is up to date is left alone: newer packages
 * alone are no reason to build again, except with `--fresh`.
 */
export type RamdiskProfile = 'broad' | 'vm';

export interface BuildRamdiskOptions {
  /** `broad` for real machines (default), `vm` for quick runs on virtual ones. */
  readonly profile?: RamdiskProfile;
  /** Gets `vmlinuz`, `ramdisk.img`, `ramdisk.json`; default `.cache/ramdisk` (`.cache/ramdisk-vm`) of the checkout. */
  readonly into?: string;
  /** Builds anew from the newest packages whatever is there. */
  readonly fresh?: boolean;
  /** Holds Debian's part between builds and apt's lists and packages; default `.cache` of the checkout. */
  readonly cache?: string;
  readonly report?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Ramdisk {
  readonly schema: 1;
  readonly profile: RamdiskProfile;
  /** Hash of everything that the ramdisk is made by; the agent reports it. */
  readonly recipe: string;
  readonly kernel: string;
  readonly files: Readonly<Record<'vmlinuz' | 'ramdisk.img', { sizeBytes: number; sha256: string }>>;
  readonly unpackedBytes: number;
  readonly modules: number;
  readonly firmwareFiles: number;
  readonly missingFirmware: readonly string[];
  readonly packages: readonly { name: string; version: string }[];
}

interface BuiltBase extends Pick<Base, 'packages' | 'unpackedBytes' | 'firmwareFiles' | 'missingFirmware'> {
  readonly kernel: string;
  readonly modules: number;
}

const projectRoot = resolve(import.meta.dirname, '../..');
const cacheRoot = join(projectRoot, '.cache');

/**
 * Builds what is not up to date and says what is there then. Broken off, it leaves the earlier files as they were. Several
 * may build at once, in one process or in many.
 */
export async function buildRamdisk(options: BuildRamdiskOptions = {}): Promise<Ramdisk & { into: string }> {
  const profile = options.profile ?? 'broad';
  const into = options.into ?? join(cacheRoot, profile === 'broad' ? 'ramdisk' : `ramdisk-${profile}`);
  const report = options.report ?? (() => undefined);
  const sources = await recipeSources(profile);
  const present = options.fresh === true ? undefined : await presentRamdisk(into, sources.recipe);
  if (present !== undefined) return { ...present, into };
  const { parts, base } = await obtainBase(sources.base, { ...options, profile, report });
  await mkdir(into, { recursive: true });
  const work = await mkdtemp(join(into, '.building-'));
  try {
    report('adding init and the agent');
    const ramdisk = await assemble(work, parts, base, profile, sources.recipe);
    options.signal?.throwIfAborted();
    // ramdisk.json goes last: it says that the other two are there and whole.
    for (const name of ['vmlinuz', 'ramdisk.img', 'ramdisk.json'])
      await rename(join(work, name), join(into, name));
    report(`${into}: kernel ${ramdisk.kernel}, ramdisk ${mebibytes(ramdisk.files['ramdisk.img'].sizeBytes)}`);
    return { ...ramdisk, into };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Hashes of what the Debian part and the whole are made by. */
async function recipeSources(profile: RamdiskProfile): Promise<{ base: string; recipe: string }> {
  const hashOf = async (paths: readonly string[]): Promise<string> => {
    const hash = createHash('sha256');
    for (const path of [...paths].sort()) {
      hash
        .update(`${relative(import.meta.dirname, path)}\0`)
        .update(await readFile(path))
        .update('\0');
    }
    return hash.digest('hex').slice(0, 16);
  };
  const recipe = ['packages.txt', `${profile}.json`].map(name => join(import.meta.dirname, 'recipe', name));
  const builders = [join(import.meta.dirname, 'builder'), join(import.meta.dirname, '../debian')];
  const base = [...recipe, ...(await Promise.all(builders.map(filesBelow))).flat()];
  const own = [
    join(import.meta.dirname, 'build.ts'),
    ...(await agentFiles()),
    ...(await filesBelow(rootFolder)),
  ];
  return { base: await hashOf(base), recipe: await hashOf([...base, ...own]) };
}

const rootFolder = join(import.meta.dirname, 'root');
const agentFolder = join(import.meta.dirname, 'agent');

async function filesBelow(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}

async function agentFiles(): Promise<string[]> {
  return (await filesBelow(agentFolder)).filter(path => path.endsWith('.sh'));
}

async function presentRamdisk(into: string, recipe: string): Promise<Ramdisk | undefined> {
  const known = (await readJson(join(into, 'ramdisk.json'))) as Ramdisk | undefined;
  if (known?.schema !== 1 || known.recipe !== recipe) return undefined;
  for (const [name, { sha256 }] of Object.entries(known.files)) {
    const bytes = await readFile(join(into, name)).catch(() => undefined);
    if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== sha256) return undefined;
  }
  return known;
}

interface BaseBuild extends Pick<BuildRamdiskOptions, 'fresh' | 'cache' | 'signal'> {
  readonly profile: RamdiskProfile;
  readonly report: (line: string) => void;
}

/** The Debian part, kept between builds: a change of the agent alone needs neither the network nor a minute. */
async function obtainBase(hash: string, build: BaseBuild): Promise<{ parts: string; base: BuiltBase }> {
  const cache = build.cache ?? cacheRoot;
  const kept = join(cache, 'ramdisk-parts');
  const parts = join(kept, `${build.profile}-${hash}`);
  await mkdir(kept, { recursive: true });
  await removeForgotten(kept);
  const known = build.fresh === true ? undefined : await readBase(parts);
  if (known !== undefined) {
    await utimes(parts, new Date(), new Date());
    return { parts, base: known };
  }
  // Beside its place: renaming works within one file system only.
  const work = await mkdtemp(join(kept, '.building-'));
  try {
    const made = await buildBase(work, join(cache, 'apt'), build);
    return { parts, base: await keepBase(made, parts, build.fresh === true) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Builds the parts into a folder below `work` and gives that folder. */
async function buildBase(work: string, aptRoot: string, build: BaseBuild): Promise<string> {
  const { profile, report, signal, fresh = false } = build;
  const recipe = await readRecipe(profile);
  const base = await makeBase({ recipe, aptRoot, work, report, signal, fresh });
  report(`compressing ${mebibytes(base.unpackedBytes)}`);
  const made = join(work, 'parts');
  await mkdir(made);
  await writeFile(join(made, 'vmlinuz'), base.vmlinuz);
  await pipeline(
    Readable.from(base.archive),
    createZstdCompress({ params: compression(recipe.compressionLevel) }),
    createWriteStream(join(made, 'base.img')),
    { signal },
  );
  const { packages, unpackedBytes, firmwareFiles, missingFirmware } = base;
  const built: BuiltBase = {
    kernel: base.kernelVersion,
    modules: base.moduleCount,
    unpackedBytes,
    firmwareFiles,
    missingFirmware,
    packages,
  };
  await writeFile(join(made, 'base.json'), JSON.stringify(built, null, 2));
  return made;
}

/** Moves built parts to their place. Parts that another build put there meanwhile are as good, unless ours are fresh. */
async function keepBase(made: string, parts: string, fresh: boolean): Promise<BuiltBase> {
  if (fresh || (await readBase(parts)) === undefined) await rm(parts, { recursive: true, force: true });
  await rename(made, parts).catch(async cause => {
    if ((await readBase(parts)) === undefined) throw cause;
  });
  const base = await readBase(parts);
  if (base === undefined) throw new Error(`${parts} was removed by somebody else`);
  return base;
}

async function readBase(parts: string): Promise<BuiltBase | undefined> {
  return (await readJson(join(parts, 'base.json'))) as BuiltBase | undefined;
}

const forgottenAfterMs = 14 * 86_400_000;

/** Parts of recipes that nobody has built for two weeks, and what killed builds left. */
async function removeForgotten(kept: string): Promise<void> {
  for (const name of await readdir(kept)) {
    const path = join(kept, name);
    const usedAt = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - usedAt > forgottenAfterMs) await rm(path, { recursive: true, force: true });
  }
}

/** The kernel keeps the window in memory while it unpacks: 16 MiB are little. */
function compression(level: number): Record<number, number> {
  return {
    [constants.ZSTD_c_compressionLevel]: level,
    [constants.ZSTD_c_windowLog]: 24,
    [constants.ZSTD_c_checksumFlag]: 1,
  };
}

async function readRecipe(profile: RamdiskProfile): Promise<BaseRecipe> {
  const lines = (await readFile(join(import.meta.dirname, 'recipe/packages.txt'), 'utf8'))
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'));
  const choice = (await readJson(join(import.meta.dirname, 'recipe', `${profile}.json`))) as Pick<
    BaseRecipe,
    'programs' | 'modules' | 'compressionLevel'
  >;
  return {
    ...choice,
    packages: lines.filter(line => !line.includes(' ')),
    firmwarePackages: lines.flatMap(line => /^firmware (\S+)$/.exec(line)?.[1] ?? []),
  };
}

/** vmlinuz, ramdisk.img (the Debian part and ours, each a compressed archive; the kernel unpacks one after the other), ramdisk.json. */
async function assemble(
  work: string,
  parts: string,
  base: BuiltBase,
  profile: RamdiskProfile,
  recipe: string,
): Promise<Ramdisk> {
  const own = zstdCompressSync(
    Buffer.concat([...cpioArchive((await ownEntries(profile, recipe)).values())]),
    {
      params: compression(9),
    },
  );
  const debian = await readFile(join(parts, 'base.img'));
  // An archive of an initramfs begins at a multiple of four; zeros between are skipped.
  const gap = Buffer.alloc((4 - (debian.length % 4)) % 4);
  await copyFile(join(parts, 'vmlinuz'), join(work, 'vmlinuz'));
  await writeFile(join(work, 'ramdisk.img'), Buffer.concat([debian, gap, own]));
  const ramdisk: Ramdisk = {
    schema: 1,
    profile,
    recipe,
    kernel: base.kernel,
    files: {
      vmlinuz: await describeFile(join(work, 'vmlinuz')),
      'ramdisk.img': await describeFile(join(work, 'ramdisk.img')),
    },
    unpackedBytes: base.unpackedBytes,
    modules: base.modules,
    firmwareFiles: base.firmwareFiles,
    missingFirmware: base.missingFirmware,
    packages: base.packages,
  };
  await writeFile(join(work, 'ramdisk.json'), `${JSON.stringify(ramdisk, null, 2)}\n`);
  return ramdisk;
}

async function ownEntries(profile: RamdiskProfile, recipe: string): Promise<Map<string, CpioEntry>> {
  const entries = new Map<string, CpioEntry>();
  const add = (path: string, executable: boolean, content: Uint8Array): void => {
    addParents(entries, path);
    entries.set(path, { kind: 'file', path, executable, content });
  };
  add('init', true, await readFile(join(rootFolder, 'init')));
  // tcpdump changes to a user by name, be it root.
  add('etc/passwd', false, Buffer.from('root:x:0:0:root:/root:/bin/sh\n'));
  add('etc/udhcpc.sh', true, await readFile(join(rootFolder, 'udhcpc.sh')));
  // Disks of a SCSI host are all there when its driver is.
  add('etc/modprobe.d/rackside.conf', false, Buffer.from('options scsi_mod scan=sync\n'));
  add('etc/rackside/recipe', false, Buffer.from(`${recipe}\n`));
  add('etc/rackside/profile', false, Buffer.from(`${profile}\n`));
  for (const path of await agentFiles()) {
    add(join('usr/lib/rackside/agent', relative(agentFolder, path)), true, await readFile(path));
  }
  entries.set('etc/mtab', { kind: 'link', path: 'etc/mtab', target: '/proc/mounts' });
  return entries;
}

async function describeFile(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const { size } = await stat(path);
  return {
    sizeBytes: size,
    sha256: createHash('sha256')
      .update(await readFile(path))
      .digest('hex'),
  };
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string', default: 'broad' },
      into: { type: 'string' },
      fresh: { type: 'boolean', default: false },
    },
  });
  const { profile } = values;
  if (profile !== 'broad' && profile !== 'vm') throw new Error(`--profile is broad or vm, not ${profile}`);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
  process.once('SIGTERM', () => interrupted.abort(new Error('terminated')));
  const started = performance.now();
  const since = (): string => ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  const ramdisk = await buildRamdisk({
    profile,
    fresh: values.fresh,
    ...(values.into === undefined ? {} : { into: values.into }),
    report: line => console.log(`${since()} s  ${line}`),
    signal: interrupted.signal,
  });
  for (const [name, { sizeBytes }] of Object.entries(ramdisk.files)) {
    console.log(`${join(ramdisk.into, name)}  ${mebibytes(sizeBytes)}`);
  }
}

if (import.meta.main) await main();
