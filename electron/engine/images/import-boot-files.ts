import { createHash } from 'node:crypto';
import { buildIso, type IsoFile } from '#engine/media/iso9660/writer.ts';
import { MalformedTar, type ReadMember, readTar } from '#engine/media/tar/reader.ts';
import type { ImageFinding } from '#shared/contract/index.ts';
import { cacheSpace, createCacheFile, discard, requireSpace } from './cache-file.ts';
import { classifyHead, headBytes } from './classify-head.ts';
import { decompressed } from './decompress.ts';
import { cachedDiscPath, temporaryPaths } from './image-cache.ts';
import type { ImportedDisc } from './import-disc.ts';
import { firstBytes, type ImportOptions, makeCacheDirectory } from './import-file.ts';
import { type KernelHead, kernelHead } from './kernel-head.ts';
import { mediumOf } from './medium-candidate.ts';
import { ImageRefusedError } from './refusal.ts';
import { openSource, readChunks, type SourceFile } from './source-file.ts';

/** `netboot` is Debian's netboot.tar.gz, which has both. */
export type BootFileKind = 'kernel' | 'initrd' | 'netboot';

/** Debian's netboot initrd has 40 MB, the one with windows 80. */
const partMaxBytes = 256 * 2 ** 20;
/** Debian's has some 100 MB in it; ends decompression bombs, and the search in somebody's whole root file system. */
const unpackedMaxBytes = 2 ** 30;
const aboutMaxBytes = 4096;
const formats = { kernel: 'bzImage', initrd: 'cpio · gzip', netboot: 'tar · gzip' } as const;
const kernelName = 'linux';
const initrdName = 'initrd.gz';

/** By its content; undefined for anything else. What cannot be read is refused, as by any import. */
export async function bootFileKind(source: SourceFile): Promise<BootFileKind | undefined> {
  const head = await source.read(0, headBytes);
  if (kernelHead(head) !== undefined) return 'kernel';
  const outer = classifyHead(head);
  if (outer.kind !== 'compressed' || outer.compression !== 'gzip') return undefined;
  const inner = classifyHead(await firstBytes(decompressed(source, 'gzip', readChunks(source)), headBytes));
  if (inner.kind !== 'unsupported') return undefined;
  return inner.format === 'cpio' ? 'initrd' : inner.format === 'tar' ? 'netboot' : undefined;
}

/**
 * Keeps kernel and initrd of an installer as a small disc of our own making, so that they are listed, chosen and served as the
 * files of any other.
 * @throws ImageRefusedError
 */
export async function importBootFiles(options: ImportOptions, kind: BootFileKind): Promise<ImportedDisc> {
  const { cacheDir, imageId, onProgress } = options;
  await makeCacheDirectory(cacheDir);
  const temporary = temporaryPaths(cacheDir, imageId);
  const space = options.space ?? cacheSpace(cacheDir);
  const source = await openSource(options.sourcePath, doneBytes =>
    onProgress({ phase: 'copy', doneBytes, totalBytes: source.sizeBytes }),
  );
  try {
    await requireSpace(space, source.sizeBytes);
    const { files, ...facts } =
      kind === 'netboot' ? await readNetboot(source) : await readAlone(source, kind);
    const sourceSha256 = await source.sha256();
    const disc = buildIso(files, { label: 'boot files', createdAtMs: 0 });
    const file = await createCacheFile(temporary.disc, space, disc.length);
    try {
      await file.write(disc);
      await file.publish(cachedDiscPath(cacheDir, imageId));
    } finally {
      await file.close();
    }
    const sha256 = createHash('sha256').update(disc).digest('hex');
    return {
      kind: 'installer',
      imageId,
      sourceFormat: formats[kind],
      sizeBytes: disc.length,
      sha256,
      sourceSha256,
      boots: { bios: false, uefi: false },
      ...facts,
    };
  } finally {
    await source.close();
    await discard(temporary.disc);
  }
}

interface BootFiles extends Pick<ImportedDisc, 'installer' | 'evidence'> {
  readonly files: readonly IsoFile[];
}

const found = (code: ImageFinding['code'], values: ImageFinding['values'] = {}): ImageFinding => ({
  code,
  values,
});

function foundVersion({ version }: KernelHead): ImageFinding[] {
  return version === '' ? [] : [found('installer.kernel_version', { version })];
}

/** One of the two: which ISO it belongs to is for a person to say. */
async function readAlone(source: SourceFile, kind: 'kernel' | 'initrd'): Promise<BootFiles> {
  requireSmall(source.sizeBytes);
  const kept: Uint8Array[] = [];
  const chunks = async function* () {
    for await (const chunk of source.chunks()) {
      kept.push(chunk);
      yield chunk;
    }
  };
  // An initrd is unpacked once to know that it is whole.
  const content = kind === 'initrd' ? limited(decompressed(source, 'gzip', chunks())) : chunks();
  for await (const _ of content);
  const bytes = Buffer.concat(kept);
  const path = kind === 'kernel' ? kernelName : initrdName;
  const kernel = kind === 'kernel' ? kernelHead(bytes) : undefined;
  return {
    files: [{ path, bytes }],
    installer: null,
    evidence: [
      found(`installer.${kind}`, { path }),
      ...(kernel === undefined ? [] : foundVersion(kernel)),
      found('installer.boot_files'),
    ],
  };
}

const netbootMember =
  /^(?:\.\/)?(?:(debian|ubuntu)-installer\/(?:amd64|arm64)\/)?(linux|initrd\.gz|version\.info)$/;

async function readNetboot(source: SourceFile): Promise<BootFiles> {
  const unpacked = limited(decompressed(source, 'gzip', source.chunks()));
  const parts = new Map<string, Buffer>();
  let distribution = '';
  try {
    for await (const member of readTar(unpacked, 'skip')) {
      const [, maker, name] = netbootMember.exec(member.name) ?? [];
      if (name === undefined || (maker === undefined) !== (name === 'version.info')) continue;
      if (parts.has(name)) throw new MalformedTar(`it has ${name} twice`);
      requireSmall(member.sizeBytes, name === 'version.info' ? aboutMaxBytes : partMaxBytes);
      parts.set(name, await bytesOf(member));
      distribution = maker ?? distribution;
    }
    // What follows the archive's end belongs to the file that is hashed.
    for await (const _ of unpacked);
  } catch (error) {
    throw error instanceof MalformedTar ? corrupt(error.message) : error;
  }
  const kernel = parts.get(kernelName);
  const initrd = parts.get(initrdName);
  if (kernel === undefined || initrd === undefined) throw notNetboot();
  const head = kernelHead(kernel);
  if (head === undefined) throw corrupt(`${kernelName} is no kernel`);
  if (classifyHead(initrd).kind !== 'compressed') throw corrupt(`${initrdName} is no initrd`);
  const files = [
    { path: kernelName, bytes: kernel },
    { path: initrdName, bytes: initrd },
  ];
  return { files, ...described(distribution, head, parts.get('version.info')?.toString('utf8')) };
}

/** `version.info`: `Debian version:  12 (bookworm)`, then the installer's build. */
function described(distribution: string, kernel: KernelHead, about: string | undefined) {
  const text = about?.split('\n')[0]?.replace(/\s+/g, ' ').trim();
  const { medium, evidence } = mediumOf(undefined, {
    family: 'debian-installer',
    distribution,
    version: /version:\s*(\d[\d.]*)/i.exec(text ?? '')?.[1] ?? '',
    architecture: kernel.architecture,
    kernel: kernelName,
    initrd: initrdName,
    stage2: undefined,
    hasPackages: false,
    metadata: { path: 'version.info', text },
    missing: [],
    isUniqueLayout: true,
    initrdWantsDisc: false,
  });
  return {
    installer: medium,
    evidence: [...evidence, ...foundVersion(kernel), found('installer.boot_files')],
  };
}

async function bytesOf({ content }: ReadMember): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of content) all.push(Buffer.from(part));
  return Buffer.concat(all);
}

async function* limited(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let unpackedBytes = 0;
  for await (const chunk of chunks) {
    unpackedBytes += chunk.length;
    if (unpackedBytes > unpackedMaxBytes) throw tooLarge(unpackedBytes, unpackedMaxBytes);
    yield chunk;
  }
}

function requireSmall(sizeBytes: number, limitBytes = partMaxBytes): void {
  if (sizeBytes > limitBytes) throw tooLarge(sizeBytes, limitBytes);
}

function tooLarge(sizeBytes: number, limitBytes: number): ImageRefusedError {
  return new ImageRefusedError({ code: 'image.too_large', details: { sizeBytes, limitBytes } });
}

function corrupt(reason: string): ImageRefusedError {
  return new ImageRefusedError({ code: 'image.corrupt', details: { part: 'tar', offset: 0, reason } });
}

/** A tar archive of something else. */
function notNetboot(): ImageRefusedError {
  const details = { format: 'tar', inside: 'gzip' } as const;
  return new ImageRefusedError({ code: 'image.unsupported_format', details });
}
