import type { Budget } from '../disc-tree/budget.ts';
import type { ByteReader } from '../disc-tree/disc-tree.ts';
import { accepted, type DiscDecoded, readExactly, refused } from '../disc-tree/refusal.ts';
import { sectorSize } from './name-space.ts';

/** What the System Use field of a directory record says (SUSP 1.12 §5, RRIP 1.10 §4.1). */
export interface SystemUse {
  readonly name: string | undefined;
  /** POSIX file type and permissions. */
  readonly mode: number | undefined;
  readonly symlink: string | undefined;
  /** CL: the directory of this name was moved there, because ECMA-119 allows only 8 levels. */
  readonly childBlock: number | undefined;
  /** RE: this is such a moved directory, to be seen only where its CL is. */
  readonly isRelocated: boolean;
}

export interface SystemUseContext {
  readonly image: ByteReader;
  readonly budget: Budget;
  readonly blockBytes: number;
  /** SP: bytes before the first entry, which belong to CD-ROM XA. */
  readonly skipBytes: number;
}

interface Entry {
  readonly signature: string;
  readonly payload: Buffer;
}

/** Enough for a name of 255 and a link of 4096 bytes. */
const continuationsMax = 16;

export async function readSystemUse(
  context: SystemUseContext,
  field: Buffer,
  offset: number,
): Promise<DiscDecoded<SystemUse>> {
  const entries = await collectEntries(context, field.subarray(context.skipBytes), offset);
  if (!entries.ok) return entries;
  const payloads = (signature: string): Buffer[] =>
    entries.value.filter(entry => entry.signature === signature).map(entry => entry.payload);
  const names = payloads('NM').filter(payload => payload.length > 1);
  const links = payloads('SL');
  return accepted({
    name: names.length === 0 ? undefined : nameText(Buffer.concat(names.map(payload => payload.subarray(1)))),
    mode: payloads('PX')
      .find(payload => payload.length >= 4)
      ?.readUInt32LE(0),
    symlink: links.length === 0 ? undefined : linkTarget(links),
    childBlock: payloads('CL')
      .find(payload => payload.length >= 4)
      ?.readUInt32LE(0),
    isRelocated: entries.value.some(({ signature }) => signature === 'RE'),
  });
}

/**
 * SP (SUSP §5.3) of the root's own record, at its beginning or behind the 14 bytes of CD-ROM XA: the number of bytes to
 * skip in all other records. Undefined without Rock Ridge, which ER (§5.5) or the presence of PX tells.
 */
export async function readRockRidge(
  context: Omit<SystemUseContext, 'skipBytes'>,
  field: Buffer,
  offset: number,
): Promise<DiscDecoded<number | undefined>> {
  const start = [0, 14].find(at => field.toString('latin1', at, at + 6) === 'SP\x07\x01\xbe\xef');
  if (start === undefined) return accepted(undefined);
  const entries = await collectEntries({ ...context, skipBytes: 0 }, field.subarray(start), offset);
  if (!entries.ok) return entries;
  const isRockRidge = entries.value.some(
    ({ signature, payload }) =>
      signature === 'PX' ||
      (signature === 'ER' && /RRIP_1991A|IEEE_P1282|IEEE_1282/.test(payload.toString('latin1'))),
  );
  return accepted(isRockRidge ? (field[start + 6] ?? 0) : undefined);
}

/** Every entry is signature 2, length 1, version 1, payload; CE (§5.1) says where the list goes on, ST (§5.4) ends it. */
async function collectEntries(
  { image, budget, blockBytes }: SystemUseContext,
  field: Buffer,
  offset: number,
): Promise<DiscDecoded<Entry[]>> {
  const entries: Entry[] = [];
  let area = field;
  for (let areas = 0; ; areas++) {
    const next = splitEntries(area, entries);
    if (next === undefined) return accepted(entries);
    if (areas === continuationsMax)
      return refused('malformed', offset, `more than ${continuationsMax} continuation areas for one record`);
    const at = next.block * blockBytes + next.offset;
    if (next.length > sectorSize)
      return refused('malformed', offset, `a continuation area of ${next.length} bytes`);
    const spent =
      budget.spend('reads of metadata', 1, offset) ??
      budget.spend('bytes of continuation areas', next.length, offset);
    if (spent !== undefined) return spent;
    const bytes = await readExactly(image, at, next.length, 'a continuation area');
    if (!bytes.ok) return bytes;
    area = bytes.value;
  }
}

function splitEntries(
  area: Buffer,
  into: Entry[],
): { block: number; offset: number; length: number } | undefined {
  let next: { block: number; offset: number; length: number } | undefined;
  for (let at = 0; at + 4 <= area.length; ) {
    const signature = area.toString('latin1', at, at + 2);
    const length = area.readUInt8(at + 2);
    // What is left of the field is padding, or belongs to somebody else's extension.
    if (length < 4 || at + length > area.length || signature === 'ST') break;
    const payload = area.subarray(at + 4, at + length);
    if (signature === 'CE' && payload.length >= 24)
      next = {
        block: payload.readUInt32LE(0),
        offset: payload.readUInt32LE(8),
        length: payload.readUInt32LE(16),
      };
    else into.push({ signature, payload });
    at += length;
  }
  return next;
}

/** UTF-8 as everyone writes it; what is not is Latin-1, which keeps every name apart from every other. */
function nameText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/**
 * SL (RRIP §4.1.3): components of flags 1, length 1, text. Flag 1: the text goes on in the next component; 2 `.`,
 * 4 `..`, 8 the root.
 */
function linkTarget(payloads: readonly Buffer[]): string {
  const parts: Buffer[] = [];
  let goesOn = false;
  let isAbsolute = false;
  for (const payload of payloads)
    for (let at = 1; at + 2 <= payload.length; at += 2 + payload.readUInt8(at + 1)) {
      const flags = payload.readUInt8(at);
      const text = payload.subarray(at + 2, at + 2 + payload.readUInt8(at + 1));
      if ((flags & 8) !== 0) {
        isAbsolute = true;
        parts.length = 0;
        continue;
      }
      const part = (flags & 4) !== 0 ? Buffer.from('..') : (flags & 2) !== 0 ? Buffer.from('.') : text;
      if (goesOn) parts.push(Buffer.concat([parts.pop() ?? Buffer.alloc(0), part]));
      else parts.push(part);
      goesOn = (flags & 1) !== 0;
    }
  return (isAbsolute ? '/' : '') + parts.map(nameText).join('/');
}
