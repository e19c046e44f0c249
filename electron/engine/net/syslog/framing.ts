/**
 * Where a message ends in a TCP stream (RFC 6587 §3.4). Nothing announces which way a sender chose, so each message is
 * looked at:
 *
 *   octet counting    "31" SP "<13>…" exactly 31 bytes
 *   a final byte      "<13>…" LF, or NUL instead of LF
 *
 * Only a number, a space and a `<` together make a count: a line of text may begin with a number.
 */
export interface StreamFrame {
  readonly bytes: Uint8Array;
  /** More was sent than is kept of one message. */
  readonly isCut: boolean;
}

export interface Deframer {
  /** The messages that this chunk completes. */
  push(chunk: Uint8Array): StreamFrame[];
  /** What the connection's end leaves: a last line without its line feed, or a message that was cut off. */
  end(): StreamFrame[];
}

const lineFeed = 0x0a;
const lessThan = 0x3c;
/** Up to 9,999,999 bytes; what is longer is no count, and what is longer than a message is skipped, not kept. */
const maxCountDigits = 7;

type Place =
  | { readonly kind: 'between-messages' }
  | { readonly kind: 'in-line' }
  | { readonly kind: 'counted'; missingBytes: number };

export function createDeframer(maxMessageBytes: number): Deframer {
  const message = collector(maxMessageBytes);
  let place: Place = { kind: 'between-messages' };
  /** The first bytes of a message, while they do not tell yet how it is framed. */
  let undecided: Uint8Array = new Uint8Array(0);

  /** Reads on at `place`, and answers how many bytes are done with. */
  const read = (bytes: Uint8Array, frames: StreamFrame[]): number => {
    if (place.kind === 'between-messages') {
      const count = countAt(bytes);
      if (count === 'undecided') {
        undecided = Uint8Array.from(bytes);
        return bytes.length;
      }
      place = count === undefined ? { kind: 'in-line' } : { kind: 'counted', missingBytes: count.bodyBytes };
      return count === undefined ? 0 : count.prefixBytes;
    }
    const endsAt = place.kind === 'counted' ? place.missingBytes : endOfLine(bytes);
    message.add(bytes.subarray(0, endsAt));
    if (place.kind === 'counted') place.missingBytes -= Math.min(endsAt, bytes.length);
    const isComplete = place.kind === 'counted' ? place.missingBytes === 0 : endsAt < bytes.length;
    if (!isComplete) return bytes.length;
    frames.push(...message.take());
    const finalByte = place.kind === 'counted' ? 0 : 1;
    place = { kind: 'between-messages' };
    return endsAt + finalByte;
  };

  return {
    push(chunk) {
      const frames: StreamFrame[] = [];
      let bytes = undecided.length === 0 ? chunk : Buffer.concat([undecided, chunk]);
      undecided = new Uint8Array(0);
      while (bytes.length > 0) bytes = bytes.subarray(read(bytes, frames));
      return frames;
    },
    end() {
      message.add(undecided);
      undecided = new Uint8Array(0);
      const isCutOff = place.kind === 'counted';
      place = { kind: 'between-messages' };
      return message.take().map(({ bytes, isCut }) => ({ bytes, isCut: isCut || isCutOff }));
    },
  };
}

interface Collector {
  add(bytes: Uint8Array): void;
  /** Nothing when the message is empty: a line feed after a counted message, or two in a row. */
  take(): readonly StreamFrame[];
}

function collector(maxMessageBytes: number): Collector {
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  let isCut = false;
  return {
    add(bytes) {
      const part = bytes.subarray(0, maxMessageBytes - sizeBytes);
      isCut ||= part.length < bytes.length;
      if (part.length === 0) return;
      sizeBytes += part.length;
      parts.push(part);
      // A sender that trickles must not make us keep thousands of small buffers.
      if (parts.length > 16) parts = [Buffer.concat(parts)];
    },
    take() {
      const frames = sizeBytes === 0 ? [] : [{ bytes: Buffer.concat(parts), isCut }];
      parts = [];
      sizeBytes = 0;
      isCut = false;
      return frames;
    },
  };
}

type Count = { readonly prefixBytes: number; readonly bodyBytes: number } | 'undecided' | undefined;

function countAt(bytes: Uint8Array): Count {
  let digits = 0;
  while (digits <= maxCountDigits && isDigit(bytes[digits])) digits += 1;
  if (digits === 0 || digits > maxCountDigits || bytes[0] === 0x30) return undefined;
  const couldBe = (bytes[digits] ?? 0x20) === 0x20 && (bytes[digits + 1] ?? lessThan) === lessThan;
  if (!couldBe) return undefined;
  if (bytes.length < digits + 2) return 'undecided';
  const text = Buffer.from(bytes.subarray(0, digits)).toString('latin1');
  return { prefixBytes: digits + 1, bodyBytes: Number(text) };
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function endOfLine(bytes: Uint8Array): number {
  const feed = bytes.indexOf(lineFeed);
  const zero = bytes.subarray(0, feed < 0 ? bytes.length : feed).indexOf(0);
  if (zero >= 0) return zero;
  return feed < 0 ? bytes.length : feed;
}
