/** The installer itself: its kernel and initrd for the network, and the parts (.udeb) that it loads while it runs. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type DebianArchive, unpack } from '#assets/debian/archive.ts';
import { runProgram } from '../program.ts';
import { installerModules, installerParts, release } from './contents.ts';
import { makeModuleUdeb } from './module-udeb.ts';
import { closureOf, fileFields, parseIndex, type Stanza } from './package-index.ts';

type Udeb = { readonly stanza: Stanza; readonly file: string };

export type InstallerParts = {
  readonly kernel: string;
  readonly initrd: string;
  readonly udebs: readonly Udeb[];
};

const mirror = process.env['RACKSIDE_DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian';

export async function collectInstaller(options: {
  readonly archive: DebianArchive;
  readonly downloads: string;
  readonly work: string;
  readonly report: (line: string) => void;
}): Promise<InstallerParts> {
  const { archive, downloads, work, report } = options;
  const { kernel, initrd } = await unpackNetboot({ archive, downloads, work });
  const present = await readInitrd(initrd, join(work, 'initrd'));
  const version = kernelVersionOf(present);
  report(`installer-iso: the installer's kernel is ${version}`);
  const modules = await makeModuleUdeb({ archive, downloads, work, version, ...installerModules });
  const index = (await readArchiveIndex()).filter(stanza => !stanza.has('Kernel-Version'));
  const wanted = [...installerParts, ...installerModules.provides];
  const udebs: Udeb[] = [];
  for (const stanza of closureOf(wanted, [...index, modules.stanza], present)) {
    const part = stanza === modules.stanza ? modules : await fetchUdeb(stanza, downloads);
    if (part === undefined) report(`installer-iso: the archive has no ${stanza.get('Filename')}`);
    else udebs.push(part);
  }
  report(`installer-iso: ${udebs.length} parts of the installer`);
  return { kernel, initrd, udebs };
}

/** `images` is the tree of Debian's netboot.tar.gz. */
export async function unpackNetboot(options: {
  readonly archive: DebianArchive;
  readonly downloads: string;
  readonly work: string;
}): Promise<{ readonly images: string; readonly kernel: string; readonly initrd: string }> {
  const { archive, downloads, work } = options;
  const netboot = `debian-installer-${release.version}-netboot-amd64`;
  const unpacked = join(work, 'netboot');
  await unpack(await archive.download([netboot], downloads), unpacked);
  const images = join(unpacked, `usr/lib/debian-installer/images/${release.version}/amd64/text`);
  const folder = join(images, 'debian-installer/amd64');
  return { images, kernel: join(folder, 'linux'), initrd: join(folder, 'initrd.gz') };
}

/** What the initrd says is installed in it. */
async function readInitrd(initrd: string, into: string): Promise<readonly Stanza[]> {
  await mkdir(into, { recursive: true });
  const extract = `gzip -dc "$1" | cpio --quiet -idm -D "$2" var/lib/dpkg/status`;
  await runProgram('sh', ['-c', extract, 'sh', initrd, into]);
  return parseIndex(await readFile(join(into, 'var/lib/dpkg/status'), 'utf8'));
}

function kernelVersionOf(present: readonly Stanza[]): string {
  const names = present.map(stanza => stanza.get('Package') ?? '');
  const version = names
    .map(name => /^kernel-image-(.+)-di$/.exec(name)?.[1])
    .find(found => found !== undefined);
  if (version === undefined) throw new Error('the installer’s initrd names no kernel');
  return version;
}

/** apt knows no .udeb; the index lies beside those that it reads, and its checksums are what the parts are held against. */
async function readArchiveIndex(): Promise<readonly Stanza[]> {
  const path = `dists/${release.codename}/main/debian-installer/binary-amd64/Packages.gz`;
  const packed = await get(path);
  if (packed === undefined) throw new Error(`the Debian archive has no ${path}`);
  const text = new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  return parseIndex(await text);
}

async function fetchUdeb(stanza: Stanza, downloads: string): Promise<Udeb | undefined> {
  const filename = stanza.get('Filename') ?? '';
  const sha256 = stanza.get('SHA256') ?? '';
  const file = join(downloads, basename(filename));
  const cached = await readFile(file).catch(() => undefined);
  if (cached !== undefined && sha256Of(cached) === sha256) return { stanza, file };
  const content = await get(filename);
  if (content === undefined) return fetchRebuild(stanza, downloads);
  if (sha256Of(content) !== sha256) throw new Error(`${filename} is not what the index says`);
  await writeFile(file, content);
  return { stanza, file };
}

/** A mirror's pool may be behind its index: then the build before this one (`+b11` for `+b12`) of the same source. */
async function fetchRebuild(stanza: Stanza, downloads: string): Promise<Udeb | undefined> {
  const [, head, build, tail] = /^(.*\+b)(\d+)(_[a-z0-9]+\.udeb)$/.exec(stanza.get('Filename') ?? '') ?? [];
  if (head === undefined) return undefined;
  const filename = `${head}${Number(build) - 1}${tail}`;
  const content = await get(filename);
  if (content === undefined) return undefined;
  const file = join(downloads, basename(filename));
  await writeFile(file, content);
  const version = stanza.get('Version')?.replace(/\d+$/, String(Number(build) - 1)) ?? '';
  const fields = [...stanza, ['Version', version], ['Filename', filename]] as const;
  return { stanza: new Map([...fields, ...(await fileFields(file))]), file };
}

function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function get(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await fetch(`${mirror}/${path}`, { signal: AbortSignal.timeout(120_000) });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${mirror}/${path}: ${response.status}`);
  return response.bytes();
}
