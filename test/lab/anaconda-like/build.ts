/**
 * Discs that are like the distributions' where the product and an installer look at them: Debian's kernel, an initrd of ours
 * that does what the installer does with the kernel's command line and the answer file. Kept as
 * `.cache/lab/stand-in-<hash>-<distribution>.iso`, where the hash is of this folder; the first time needs the network.
 *
 * `node test/lab/anaconda-like/build.ts` prints the paths.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { addParents, type BaseRecipe, makeBase } from '#assets/ramdisk/builder/base.ts';
import { type CpioEntry, cpioArchive } from '#assets/ramdisk/builder/cpio.ts';
import { repositoryRoot, runProgram } from '../program.ts';
import { labCache, recipeHash } from '../recipe.ts';
import { bootSector } from './boot-sector.ts';
import { slesDisc, ubuntuDisc } from './other-discs.ts';
import { type DiscFiles, rockyDisc } from './rocky-disc.ts';

const folder = import.meta.dirname;
const mib = 1024 * 1024;

const volumes = {
  rocky: 'Rocky-9-4-x86_64-dvd',
  ubuntu: 'Ubuntu-Server 24.04.1 LTS amd64',
  sles: 'SLE-15-SP5-Full-x86_64',
} as const;
export type StandInDisc = keyof typeof volumes;

/** The ISO, built with the others if this recipe was not built on this machine before. */
export async function obtainStandInDisc(
  distribution: StandInDisc,
  report: (line: string) => void,
): Promise<string> {
  const base = join(labCache, `stand-in-${await recipeHash(folder)}`);
  const path = `${base}-${distribution}.iso`;
  if ((await stat(path).catch(() => undefined)) !== undefined) return path;
  await mkdir(labCache, { recursive: true });
  const work = await mkdtemp(join(labCache, 'build-stand-in-'));
  try {
    for (const [name, files] of await discs(work, report))
      await rename(await makeIso(work, name, files, report), `${base}-${name}.iso`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return path;
}

async function discs(
  work: string,
  report: (line: string) => void,
): Promise<readonly (readonly [StandInDisc, DiscFiles])[]> {
  const parts = await makeKernelAndInitrd(work, report);
  const system = gzipSync(await archiveOf(join(folder, 'system')));
  const rocky = rockyDisc({
    ...parts,
    stage2: await makeStage2(work),
    repositories: [
      { name: 'BaseOS', packages: new Map([['system-1-1.x86_64.cpio.gz', system]]) },
      { name: 'AppStream', packages: new Map([['large-1-1.x86_64.cpio.gz', await largePackage(work)]]) },
    ],
  });
  return [
    ['rocky', rocky],
    ['ubuntu', ubuntuDisc({ ...parts, system })],
    ['sles', slesDisc({ ...parts, system })],
  ];
}

async function makeIso(
  work: string,
  name: StandInDisc,
  files: DiscFiles,
  report: (line: string) => void,
): Promise<string> {
  const tree = join(work, name);
  for (const [path, content] of files) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
  const iso = `${tree}.iso`;
  const options = ['-as', 'mkisofs', '-quiet', '-R', '-J', '-V', volumes[name], '-o', iso, tree];
  await runProgram('xorriso', options);
  report(`stand-ins: ${name} ${Math.round((await stat(iso)).size / mib)} MiB`);
  return iso;
}

async function makeKernelAndInitrd(
  work: string,
  report: (line: string) => void,
): Promise<{ readonly kernel: Buffer; readonly initrd: Buffer }> {
  const recipe = JSON.parse(await readFile(join(folder, 'recipe.json'), 'utf8')) as Omit<
    BaseRecipe,
    'firmwarePackages'
  >;
  const base = await makeBase({
    recipe: { ...recipe, firmwarePackages: [] },
    aptRoot: join(repositoryRoot, '.cache', 'apt'),
    work,
    report: line => report(`stand-ins: ${line}`),
    fresh: false,
  });
  const own = new Map<string, CpioEntry>();
  const add = async (source: string, path: string, executable: boolean): Promise<void> => {
    own.set(path, await fileEntry(source, path, executable));
  };
  await add(join(folder, 'initrd/init'), 'init', true);
  await add(join(folder, 'initrd/udhcpc.sh'), 'etc/udhcpc.sh', true);
  const standIn = join(folder, 'initrd/stand-in');
  for (const name of await readdir(standIn))
    await add(join(standIn, name), `usr/lib/stand-in/${name}`, false);
  await add(join(folder, 'initrd/curtin'), 'usr/bin/curtin', true);
  const boot = 'usr/lib/stand-in/boot-sector.bin';
  own.set(boot, { kind: 'file', path: boot, executable: false, content: bootSector() });
  for (const path of loadedLater) await add(join(work, 'tree', path), path, false);
  for (const path of own.keys()) addParents(own, path);
  const parts = [...base.archive, ...cpioArchive(own.values())];
  return { kernel: base.vmlinuz, initrd: zstdCompressSync(Buffer.concat(parts)) };
}

/** What rsyslogd loads while it runs, so no program names it: local messages in, TCP out, and the end of a thread. */
const loadedLater = [
  ...['imuxsock', 'lmnet', 'lmnetstrms', 'lmnsd_ptcp', 'lmtcpclt'].map(
    name => `usr/lib/x86_64-linux-gnu/rsyslog/${name}.so`,
  ),
  'lib/x86_64-linux-gnu/libgcc_s.so.1',
];

async function fileEntry(source: string, path: string, executable: boolean): Promise<CpioEntry> {
  return { kind: 'file', path, executable, content: await readFile(source) };
}

/** An ext4 file system, as lies inside Anaconda's own squashfs: no program here makes those. */
async function makeStage2(work: string): Promise<Buffer> {
  const tree = join(work, 'stage2');
  await runProgram('cp', ['-r', join(folder, 'stage2'), tree]);
  // Bytes that a mistake in a range or a block would change.
  await writeFile(join(tree, 'filler'), randomBytes(8 * mib));
  const image = join(work, 'install.img');
  await runProgram('mke2fs', ['-q', '-t', 'ext4', '-d', tree, '-L', 'Anaconda', image, '12M']);
  return readFile(image);
}

async function largePackage(work: string): Promise<Buffer> {
  const tree = join(work, 'large');
  await mkdir(join(tree, 'usr/share/large'), { recursive: true });
  await writeFile(join(tree, 'usr/share/large/content'), randomBytes(4 * mib));
  return gzipSync(await archiveOf(tree), { level: 1 });
}

async function archiveOf(tree: string): Promise<Buffer> {
  const entries = new Map<string, CpioEntry>();
  for (const entry of await readdir(tree, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const path = relative(tree, source);
    const { mode } = await stat(source);
    addParents(entries, path);
    entries.set(path, await fileEntry(source, path, (mode & 0o111) !== 0));
  }
  return Buffer.concat([...cpioArchive(entries.values())]);
}

if (import.meta.main)
  for (const name of ['rocky', 'ubuntu', 'sles'] as const)
    console.log(await obtainStandInDisc(name, line => console.log(line)));
