import { createHash } from 'node:crypto';
import type { ReadableFile } from './file-source.ts';

/** A generated file: text becomes UTF-8. The bytes are not copied, so do not change them while it is open. */
export function fileFromBytes(content: Uint8Array | string): ReadableFile {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  let etag: string | undefined;
  return {
    sizeBytes: bytes.length,
    get etag() {
      etag ??= `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
      return etag;
    },
    read: (offsetBytes, lengthBytes) =>
      Promise.resolve(bytes.subarray(offsetBytes, Math.max(offsetBytes, offsetBytes + lengthBytes))),
    close: () => Promise.resolve(),
  };
}
