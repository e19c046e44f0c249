import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import { type Decoded, decoded, malformed } from '#shared/model/decoded.ts';

/**
 * Values of one server's sensors over a while:
 *
 * ```
 * deflate( length 4 LE | JSON {width, times, keys} | for each key, for each time: `width` floats, 4 LE )
 * ```
 * A BMC's readings are one byte wide, so a series has few different floats and deflates to a fraction.
 */
export interface HistoryChunk {
  /** Numbers a point: 1, or 3 for minimum, mean and maximum. */
  readonly width: number;
  /** Epoch ms, as they came. */
  readonly times: number[];
  /** Of each sensor `width` numbers for each time; NaN where there was no value. */
  readonly series: Map<string, number[]>;
}

const header = z.object({
  width: z.int().min(1).max(3),
  times: z.array(z.int()).max(100_000),
  keys: z.array(z.string()).max(10_000),
});
const maxBytes = 64 * 1024 * 1024;
const lengthBytes = 4;
const floatBytes = 4;

export function emptyChunk(width: number): HistoryChunk {
  return { width, times: [], series: new Map() };
}

/** `points` has `width` numbers for each sensor that has a value; the others have none at this time. */
export function addPoint(
  { width, times, series }: HistoryChunk,
  at: number,
  points: ReadonlyMap<string, readonly number[]>,
): void {
  const none = Array.from({ length: width }, () => Number.NaN);
  for (const key of points.keys())
    if (!series.has(key))
      series.set(
        key,
        Array.from({ length: times.length * width }, () => Number.NaN),
      );
  times.push(at);
  for (const [key, values] of series) values.push(...(points.get(key) ?? none));
}

export function encodeChunk({ width, times, series }: HistoryChunk): Buffer {
  const head = Buffer.from(JSON.stringify({ width, times, keys: [...series.keys()] }));
  const bytes = Buffer.alloc(lengthBytes + head.length + series.size * times.length * width * floatBytes);
  bytes.writeUInt32LE(head.length, 0);
  head.copy(bytes, lengthBytes);
  let at = lengthBytes + head.length;
  for (const values of series.values()) for (const value of values) at = bytes.writeFloatLE(value, at);
  return deflateRawSync(bytes);
}

export function decodeChunk(deflated: Buffer): Decoded<HistoryChunk> {
  const bytes = inflated(deflated);
  if (bytes === undefined || bytes.length < lengthBytes) return malformed(0, 'history that does not inflate');
  const headBytes = bytes.readUInt32LE(0);
  const head = header.safeParse(parsed(bytes.subarray(lengthBytes, lengthBytes + headBytes)));
  if (!head.success) return malformed(lengthBytes, 'history without its header');
  const { width, times, keys } = head.data;
  const numbers = times.length * width;
  let at = lengthBytes + headBytes;
  if (bytes.length !== at + keys.length * numbers * floatBytes)
    return malformed(bytes.length, 'history cut short');
  const series = new Map<string, number[]>();
  for (const key of keys) {
    const from = at;
    series.set(
      key,
      Array.from({ length: numbers }, (_, index) => bytes.readFloatLE(from + index * floatBytes)),
    );
    at += numbers * floatBytes;
  }
  return decoded({ width, times, series });
}

function inflated(bytes: Buffer): Buffer | undefined {
  try {
    return inflateRawSync(bytes, { maxOutputLength: maxBytes });
  } catch {
    return undefined; // malformed: said so by the caller
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined; // malformed: said so by the caller
  }
}
