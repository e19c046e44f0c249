/** The last bytes of a console, to draw them anew in another code page, and to go on after the engine was away. */
export interface KeptTail {
  readonly add: (bytes: Uint8Array) => void;
  readonly bytes: () => Uint8Array;
  readonly clear: () => void;
}

export const keptBytes = 256 * 1024;

export function newKeptTail(limitBytes = keptBytes): KeptTail {
  let parts: Uint8Array[] = [];
  let size = 0;
  return {
    add(bytes) {
      parts.push(bytes);
      size += bytes.length;
      while (size - (parts[0]?.length ?? 0) >= limitBytes) size -= parts.shift()?.length ?? 0;
    },
    bytes() {
      const all = joinBytes(parts);
      parts = [all.slice(-limitBytes)];
      size = parts[0]?.length ?? 0;
      return parts[0] ?? all;
    },
    clear() {
      parts = [];
      size = 0;
    },
  };
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** So much must be the same before two tails are taken for the same console's. */
const comparedBytes = 64;

/**
 * The part of a new tail that is not on the screen yet, where it goes on from `shown` bytes that end at `shownOffset`. Null: it does
 * not (another engine counts from 0, or too much came meanwhile), and the screen begins anew.
 */
export function restOfTail(
  shown: Uint8Array,
  shownOffset: number,
  tail: Uint8Array,
  tailOffset: number,
): Uint8Array | null {
  const overlap = shownOffset - tailOffset;
  if (overlap < 0 || overlap > tail.length) return null;
  const compared = Math.min(overlap, shown.length, comparedBytes);
  if (compared === 0 && shownOffset > 0) return null;
  for (let back = 1; back <= compared; back += 1)
    if (tail[overlap - back] !== shown[shown.length - back]) return null;
  return tail.subarray(overlap);
}

export function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
}

export function base64OfBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
