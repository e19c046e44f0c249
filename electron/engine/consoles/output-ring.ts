import type { ConsoleGapReason } from '#shared/contract/index.ts';

export const ringBytes = 256 * 1024;
const firstBytes = 4096;
/** Older ones are forgotten: a BMC that comes and goes must not fill the memory. */
const mostGaps = 100;

/** Something is missing before the byte at `offset`. */
export interface RingGap {
  readonly offset: number;
  readonly at: number;
  readonly why: ConsoleGapReason;
}

/** The last of what a console said, for all who look at it. Offsets count from its first byte. */
export interface OutputRing {
  /** Of the oldest byte that is here. */
  readonly start: number;
  /** Behind the newest. */
  readonly end: number;
  push(bytes: Uint8Array): void;
  /** A copy of up to `maxBytes` from `offset`, which is not before `start`. */
  read(offset: number, maxBytes: number): Buffer;
  mark(at: number, why: ConsoleGapReason): void;
  /** The first that was marked behind the `index`-th mark, with its own index. */
  gapAfter(index: number): { readonly gap: RingGap; readonly index: number } | undefined;
  /** How many marks there were. */
  readonly gapCount: number;
}

/** Grows with what is said, up to 256 KiB. */
export function createOutputRing(): OutputRing {
  let bytes = Buffer.alloc(firstBytes);
  let end = 0;
  let gaps: RingGap[] = [];
  let gapCount = 0;
  const startOf = () => Math.max(0, end - bytes.length);

  function copyOf(offset: number, length: number): Buffer {
    const from = offset % bytes.length;
    const head = bytes.subarray(from, Math.min(from + length, bytes.length));
    return Buffer.concat([head, bytes.subarray(0, length - head.length)]);
  }

  function growFor(added: number): void {
    const wanted = end + added;
    if (wanted <= bytes.length || bytes.length === ringBytes) return;
    const kept = copyOf(startOf(), end - startOf());
    const start = startOf();
    let size = bytes.length;
    while (size < ringBytes && size < wanted) size *= 2;
    bytes = Buffer.alloc(size);
    place(start, kept);
  }

  function place(offset: number, data: Uint8Array): void {
    const at = offset % bytes.length;
    const head = data.subarray(0, bytes.length - at);
    bytes.set(head, at);
    bytes.set(data.subarray(head.length), 0);
  }

  return {
    get start() {
      return startOf();
    },
    get end() {
      return end;
    },
    get gapCount() {
      return gapCount;
    },
    push(data) {
      growFor(data.length);
      const kept = data.subarray(Math.max(0, data.length - bytes.length));
      place(end + data.length - kept.length, kept);
      end += data.length;
    },
    read: (offset, maxBytes) => copyOf(offset, Math.min(maxBytes, end - offset)),
    mark(at, why) {
      gaps.push({ offset: end, at, why });
      gapCount += 1;
      gaps = gaps.slice(-mostGaps);
    },
    gapAfter(index) {
      const first = gapCount - gaps.length;
      const gap = gaps[Math.max(0, index - first)];
      return gap && { gap, index: Math.max(index, first) };
    },
  };
}
