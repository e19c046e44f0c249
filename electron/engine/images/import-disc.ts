import type { ImageFinding, InstallerMedium } from '#shared/contract/index.ts';
import { cacheSpace, createCacheFile, discard, linkCacheFile, requireSpace } from './cache-file.ts';
import { type DiscImage, openDiscImage, readDiscImage } from './disc-image.ts';
import { discRefusedError } from './disc-refusal.ts';
import { cachedDiscPath, temporaryPaths, uploadPaths } from './image-cache.ts';
import { type ImportOptions, makeCacheDirectory } from './import-file.ts';
import { recogniseInstaller } from './recognise-installer.ts';
import { ImageRefusedError } from './refusal.ts';
import { openSource } from './source-file.ts';

/** A disc that is ready to be served: kept as it came, its files are read where they lie. */
export interface ImportedDisc {
  readonly kind: 'installer';
  readonly imageId: string;
  readonly sourceFormat: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Of the file as it was given: another one where only parts of it are kept. */
  readonly sourceSha256: string;
  /** Null: no installer that we know. A person may know better. */
  readonly installer: InstallerMedium | null;
  readonly boots: { readonly bios: boolean; readonly uefi: boolean };
  readonly evidence: readonly ImageFinding[];
}

/**
 * Copies an ISO into the cache and reads its whole tree once: what is refused here never serves a machine.
 * @throws ImageRefusedError
 */
export async function importDisc(options: ImportOptions): Promise<ImportedDisc> {
  const { cacheDir, imageId, onProgress } = options;
  await makeCacheDirectory(cacheDir);
  const temporary = temporaryPaths(cacheDir, imageId);
  const space = options.space ?? cacheSpace(cacheDir);
  const source = await openSource(options.sourcePath, doneBytes =>
    onProgress({ phase: 'copy', doneBytes, totalBytes: source.sizeBytes }),
  );
  try {
    // Before gigabytes are copied: whether it is one that we can read at all.
    const readable = await readDiscImage(source);
    if (!readable.ok) throw discRefusedError(readable);
    // What came from a browser lies in the library already.
    const isOurs = source.path === uploadPaths(cacheDir, imageId).whole;
    const linked = isOurs ? await linkCacheFile(source.path, temporary.disc) : undefined;
    if (linked === undefined) await requireSpace(space, source.sizeBytes);
    const file = linked ?? (await createCacheFile(temporary.disc, space, source.sizeBytes));
    try {
      for await (const chunk of source.chunks()) await file.write(chunk);
      const sha256 = await source.sha256();
      const facts = await withDisc(temporary.disc, describe);
      await file.publish(cachedDiscPath(cacheDir, imageId));
      return {
        kind: 'installer',
        imageId,
        sizeBytes: source.sizeBytes,
        sha256,
        sourceSha256: sha256,
        ...facts,
      };
    } finally {
      await file.close();
    }
  } finally {
    await source.close();
    await discard(temporary.disc);
  }
}

const unknownInstaller: ImageFinding = { code: 'installer.unknown', values: {} };

async function describe(
  disc: DiscImage,
): Promise<Pick<ImportedDisc, 'sourceFormat' | 'installer' | 'boots' | 'evidence'>> {
  const found = await recogniseInstaller(disc);
  const starts = (platform: string) =>
    disc.bootEntries.some(entry => entry.isBootable && entry.platform === platform);
  return {
    sourceFormat: disc.kind === 'udf' ? 'UDF' : 'ISO 9660',
    installer: found?.medium ?? null,
    boots: { bios: starts('bios'), uefi: starts('uefi') },
    evidence: found?.evidence ?? [unknownInstaller],
  };
}

async function withDisc<T>(path: string, work: (disc: DiscImage) => Promise<T>): Promise<T> {
  const opened = await openDiscImage(path);
  if (opened === undefined)
    throw new ImageRefusedError({ code: 'image.unreadable', details: { path, reason: 'not-a-file' } });
  if (!opened.ok) throw discRefusedError(opened);
  const disc = opened.value;
  try {
    return await work(disc);
  } finally {
    await disc.close();
  }
}
