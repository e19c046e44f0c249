import type { DiscFile } from '#engine/media/disc-tree/disc-tree.ts';
import { containedPath } from '#engine/net/file-source/contained-path.ts';
import type { FileSource, ReadableFile } from '#engine/net/file-source/file-source.ts';
import type { DiscImage } from './disc-image.ts';

/**
 * The files of a disc for HTTP and TFTP, read where they lie in its image. Directories are not served. The disc stays
 * open as long as this is used: closing a file here does not close it.
 */
export function discFileSource(disc: DiscImage): FileSource {
  return ({ path }) => {
    const contained = containedPath(path);
    const node = contained === undefined ? undefined : disc.find(contained);
    return Promise.resolve(node?.kind === 'file' ? readableFile(disc, node) : undefined);
  };
}

function readableFile(disc: DiscImage, file: DiscFile): ReadableFile {
  const etag = etagOf(disc, file);
  return {
    sizeBytes: file.sizeBytes,
    ...(etag === undefined ? {} : { etag }),
    read: (offsetBytes, lengthBytes, into) => disc.read(file, offsetBytes, lengthBytes, into),
    close: () => Promise.resolve(),
  };
}

/** The image's own, and where in it the file begins: two empty files are the same. */
function etagOf({ etag }: DiscImage, { extents, sizeBytes }: DiscFile): string | undefined {
  if (etag === undefined) return undefined;
  const start = extents[0]?.offsetBytes ?? 0;
  return `${etag.slice(0, -1)}-${start.toString(36)}-${sizeBytes.toString(36)}"`;
}
