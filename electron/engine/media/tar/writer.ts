import { blockBytes, encodeHeader, type TarHeader } from './header.ts';

/** A file that goes into an archive. Its content must have exactly the bytes that its header says. */
interface TarMember extends TarHeader {
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** The archive as a stream. Throws when a content is longer or shorter than its header: half an archive is none. */
export async function* writeTar(
  members: Iterable<TarMember>,
  modifiedAtMs: number,
): AsyncGenerator<Uint8Array> {
  for (const { name, sizeBytes, content } of members) {
    yield encodeHeader({ name, sizeBytes }, modifiedAtMs);
    let written = 0;
    for await (const part of content) {
      written += part.length;
      yield part;
    }
    if (written !== sizeBytes) throw new RangeError(`${name} has ${written} bytes and not ${sizeBytes}`);
    yield new Uint8Array(-sizeBytes & (blockBytes - 1));
  }
  yield new Uint8Array(2 * blockBytes);
}
