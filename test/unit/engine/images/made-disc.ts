import { type DiscImage, readDiscImage } from '#engine/images/disc-image.ts';
import { buildIso } from '#engine/media/iso9660/writer.ts';

/** A disc with these files in memory; content defaults to the path. */
export async function madeDisc(
  files: Readonly<Record<string, string>> | readonly string[],
): Promise<DiscImage> {
  const entries = Array.isArray(files)
    ? files.map((path: string) => [path, path] as const)
    : Object.entries(files);
  const image = buildIso(
    entries.map(([path, content]) => ({ path, bytes: Buffer.from(content) })),
    { label: 'MADE', createdAtMs: 0 },
  );
  return discOf(image);
}

export async function discOf(image: Uint8Array): Promise<DiscImage> {
  const disc = await readDiscImage({
    sizeBytes: image.length,
    etag: '"image"',
    read: (offset, length) => Promise.resolve(image.subarray(offset, offset + length)),
  });
  if (!disc.ok) throw new Error(`${disc.code}: ${disc.reason}`);
  return disc.value;
}
