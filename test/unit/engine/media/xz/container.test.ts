import { describe, expect, test } from 'vitest';
import { behindLastStream, noStreamEnd, readXzContainer } from '#engine/media/xz/container.ts';

/** `printf 'hello, rack\n' | xz -9` and the same with `-0 --check=sha256 --x86 --lzma2`, xz 5.4.1. */
const hello = Buffer.from(
  'fd377a585a000004e6d6b446020021011c00000010cf58cc01000b68656c6c6f2c207261636b0a00ec5e1b5d985b382f0001240ca618d8d81fb6f37d010000000004595a',
  'hex',
);
const helloX86 = Buffer.from(
  'fd377a585a00000ae1fb0ca10201040021010c00d67c18af01000b68656c6c6f2c207261636b0a00c84a7ad22ca2283450d78efc6e87802a87e90204d5586430fd476f02cc6acc8d00013c0cff80c35a189b4b9a01000000000a595a',
  'hex',
);
const empty = Buffer.from('fd377a585a000004e6d6b446000000001cdf44211fb6f37d010000000004595a', 'hex');

const read = (file: Uint8Array) =>
  readXzContainer({
    sizeBytes: file.length,
    read: async (offset, length) => {
      if (offset < 0 || length < 0) throw new Error(`read of ${length} at ${offset}`);
      return file.subarray(offset, offset + length);
    },
  });

describe('containers', () => {
  test('one stream', async () => {
    expect(await read(hello)).toEqual({
      ok: true,
      value: {
        uncompressedBytes: 12,
        streams: [{ offset: 0, check: 'crc64', dictionaryBytes: 64 * 2 ** 20, filters: [] }],
      },
    });
  });

  test('several streams with padding between them, one of them empty', async () => {
    const file = Buffer.concat([hello, Buffer.alloc(8), empty, helloX86]);
    expect(await read(file)).toMatchObject({
      ok: true,
      value: {
        uncompressedBytes: 24,
        streams: [
          { offset: 0, check: 'crc64' },
          { offset: hello.length + 8, dictionaryBytes: 0 },
          {
            offset: hello.length + 8 + empty.length,
            check: 'sha256',
            filters: ['x86'],
            dictionaryBytes: 256 * 1024,
          },
        ],
      },
    });
  });
});

describe('what is wrong', () => {
  test('every truncation is noticed from the end', async () => {
    for (let length = 0; length < hello.length; length++)
      expect((await read(hello.subarray(0, length))).ok).toBe(false);
  });

  test.each([
    ['garbage', Buffer.from('garbage')],
    ['zeros that are not in fours', Buffer.alloc(6)],
    ['a long run of zeros between streams', Buffer.concat([Buffer.alloc(100_000), hello])],
  ])('%s after the last stream is told from a cut', async (_name, tail) => {
    expect(await read(Buffer.concat([hello, tail]))).toEqual({
      ok: false,
      offset: hello.length,
      reason: behindLastStream,
    });
  });

  test('zeros in fours behind the last stream are padding', async () => {
    expect((await read(Buffer.concat([hello, Buffer.alloc(8)]))).ok).toBe(true);
  });

  test.each([0, 4])('a second stream that is cut, %i bytes of padding before it, is a cut', async padding => {
    for (let length = 1; length < hello.length; length++) {
      const file = Buffer.concat([hello, Buffer.alloc(padding), hello.subarray(0, length)]);
      expect(await read(file)).toMatchObject({ ok: false, reason: noStreamEnd });
    }
  });

  test('every flipped bit of header, block header, index and footer is noticed', async () => {
    const dataEnd = hello.length - 12 - 8;
    for (let bit = 0; bit < hello.length * 8; bit++) {
      const byte = bit >> 3;
      // LZMA2 data and its check are for the decoder.
      if (byte >= 24 && byte < dataEnd) continue;
      const file = Buffer.from(hello);
      file[byte] = (file[byte] ?? 0) ^ (1 << (bit & 7));
      expect((await read(file)).ok, `bit ${bit}`).toBe(false);
    }
  });

  test('random bytes with a valid end never throw', async () => {
    let seed = 5;
    for (let round = 0; round < 300; round++) {
      const file = Uint8Array.from({ length: 200 }, () => {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        return seed >>> 24;
      });
      file.set(hello.subarray(-12 - (round % 3) * 8), 200 - 12 - (round % 3) * 8);
      file.set(hello.subarray(0, 12));
      expect((await read(file)).ok).toBe(false);
    }
  });
});
