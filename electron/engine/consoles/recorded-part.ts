import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { RecordedEvent } from '#shared/contract/index.ts';
import { type Decoded, decoded, malformed } from '#shared/model/decoded.ts';

/** What a part has at most when it is unpacked, many times over: a database comes from anywhere. */
const maxUnpackedBytes = 4 * 1024 * 1024;
const kinds = ['o', 'i', 'm'] as const;

export interface RecordedLine {
  readonly atMs: number;
  readonly line: string;
}

/**
 * An event as it lies in a part: milliseconds since the one before it, kind, length (all but the kind as LEB128), and as many
 * bytes of output or of a mark's text. Of what was typed the length alone.
 */
export function encodeEvent(kind: RecordedEvent['kind'], sinceMs: number, data: Uint8Array | number): Buffer {
  const length = typeof data === 'number' ? data : data.length;
  const head = Buffer.from([...leb128(sinceMs), kinds.indexOf(kind), ...leb128(length)]);
  return typeof data === 'number' ? head : Buffer.concat([head, data]);
}

export function decodeEvents(bytes: Uint8Array, fromMs: number): Decoded<RecordedEvent[]> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: RecordedEvent[] = [];
  let atMs = fromMs;
  let offset = 0;
  const number = (): number | undefined => {
    let value = 0;
    for (let place = 1; place <= 2 ** 42; place *= 128) {
      const byte = buffer[offset];
      if (byte === undefined) return undefined;
      offset += 1;
      value += (byte & 0x7f) * place;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (offset < buffer.length) {
    const at = offset;
    const sinceMs = number();
    const kind = kinds[buffer[offset] ?? kinds.length];
    offset += 1;
    const length = number();
    if (sinceMs === undefined || kind === undefined || length === undefined)
      return malformed(at, 'an event is cut off or of unknown kind');
    atMs += sinceMs;
    if (kind === 'i') {
      events.push({ atMs, kind, data: String(length) });
      continue;
    }
    if (length > buffer.length - offset) return malformed(offset, 'an event is longer than its part');
    const data = buffer.subarray(offset, offset + length);
    offset += length;
    events.push({ atMs, kind, data: data.toString(kind === 'o' ? 'base64' : 'utf8') });
  }
  return decoded(events);
}

/** At once: for the 10 KB of a part, handing them to another thread takes fifteen times the processor time of compressing them. */
export function packed(bytes: Uint8Array | string): Buffer {
  return zstdCompressSync(bytes);
}

/** Undefined: it is not what `packed` made, or more than a part can be. */
export function unpacked(bytes: Uint8Array): Buffer | undefined {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: maxUnpackedBytes });
  } catch {
    return undefined;
  }
}

export function linesText(lines: readonly RecordedLine[]): string {
  return lines.map(({ atMs, line }) => `${atMs}\t${line}\n`).join('');
}

export function linesOf(text: string): RecordedLine[] {
  return text.split('\n').flatMap(row => {
    const tab = row.indexOf('\t');
    const atMs = Number(row.slice(0, Math.max(0, tab)));
    return tab > 0 && Number.isSafeInteger(atMs) && atMs >= 0 ? [{ atMs, line: row.slice(tab + 1) }] : [];
  });
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return bytes;
}
