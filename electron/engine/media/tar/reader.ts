import { blockBytes, decodeHeader, type TarHeader } from './header.ts';

/** The archive is damaged, cut off, or no archive. */
export class MalformedTar extends Error {}

export interface ReadMember extends TarHeader {
  /** To be read before the next member is asked for; what is left of it is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The files in it, one after the other, as their bytes come. Whatever is no file is refused, or passed over: nothing of it
 * is believed. Throws MalformedTar, and what the source throws.
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  others: 'refuse' | 'skip' = 'refuse',
): AsyncGenerator<ReadMember> {
  const bytes = byteSource(source);
  for (;;) {
    const decoded = decodeHeader(await bytes.exactly(blockBytes));
    if (decoded.is === 'end') return;
    if (decoded.is === 'malformed') throw new MalformedTar(decoded.reason);
    const { type, ...header } = decoded.header;
    const isFile = type === '0' || type === '\0';
    if (!isFile && others === 'refuse')
      throw new MalformedTar(`a member of the kind ${JSON.stringify(type)}`);
    let left = header.sizeBytes;
    const content = async function* (): AsyncGenerator<Uint8Array> {
      while (left > 0) {
        const part = await bytes.upTo(left);
        left -= part.length;
        yield part;
      }
    };
    if (isFile) yield { ...header, content: content() };
    while (left > 0) left -= (await bytes.upTo(left)).length;
    await bytes.exactly(-header.sizeBytes & (blockBytes - 1));
  }
}

function byteSource(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  const upTo = async (count: number): Promise<Uint8Array> => {
    while (rest.length === 0) {
      const next = await iterator.next();
      if (next.done === true) throw new MalformedTar('the archive is cut off');
      rest = next.value;
    }
    const part = rest.subarray(0, count);
    rest = rest.subarray(part.length);
    return part;
  };
  return {
    upTo,
    /** For small counts: it copies. */
    async exactly(count: number): Promise<Uint8Array> {
      const block = new Uint8Array(count);
      let filled = 0;
      while (filled < count) {
        const part = await upTo(count - filled);
        block.set(part, filled);
        filled += part.length;
      }
      return block;
    },
  };
}
