import type { ByteReader, DiscDirectory } from '#engine/media/disc-tree/disc-tree.ts';

/** An image in memory that refuses to be read beyond its end, as a reader must never ask for. */
export function bytesReader(bytes: Uint8Array): ByteReader {
  return {
    sizeBytes: bytes.length,
    read(offset, length) {
      if (offset < 0 || !Number.isSafeInteger(offset)) throw new Error(`read at ${offset}`);
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
  };
}

/** path → content as Latin-1, or `→ target`. Fails when an extent lies outside of the image. */
export function contents(root: DiscDirectory, image: Uint8Array): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (directory: DiscDirectory, prefix: string): void => {
    for (const [name, node] of directory.entries) {
      if (node.kind === 'directory') walk(node, `${prefix}${name}/`);
      else if (node.kind === 'symlink') found.set(prefix + name, `→ ${node.target}`);
      else {
        const pieces = node.extents.map(({ offsetBytes, lengthBytes }) => {
          if (offsetBytes === undefined) return '\0'.repeat(Math.min(lengthBytes, 1_000_000));
          const piece = image.subarray(offsetBytes, offsetBytes + lengthBytes);
          if (piece.length !== lengthBytes) throw new Error(`${name} lies outside of the image`);
          return Buffer.from(piece).toString('latin1');
        });
        found.set(prefix + name, pieces.join(''));
      }
    }
  };
  walk(root, '');
  return found;
}

/** The same damage for the same seed: a few bytes, half of them soon after one of `places`. */
export function mutated(image: Uint8Array, seed: number, places: readonly number[]): Buffer {
  const copy = Buffer.from(image);
  let state = seed * 2654435761;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let change = 0; change < 1 + (seed % 6); change++) {
    const near = (places[random(places.length)] ?? 0) + random(600);
    const at = random(2) === 0 ? near : random(copy.length);
    copy[Math.min(at, copy.length - 1)] = [0, 1, 0xff, 0x80, random(256)][random(5)] ?? 0;
  }
  return seed % 10 === 0 ? copy.subarray(0, random(copy.length)) : copy;
}
