import { broadcastAddress, type Ipv4, ipv4FromNumber, ipv4ToNumber, parseCidr, parseIpv4 } from './ip.ts';

/** Both ends belong to it. */
export interface AddressRange {
  readonly first: Ipv4;
  readonly last: Ipv4;
}

export const rangeProblems = ['empty', 'not-a-range', 'backwards', 'not-unicast', 'too-many'] as const;
export type RangeProblem = (typeof rangeProblems)[number];

export type ParsedRanges =
  | {
      readonly ok: true;
      /** In ascending order; they neither overlap nor touch. */
      readonly ranges: readonly AddressRange[];
      readonly count: number;
      /** Those of them that reach outside of private networks. */
      readonly beyondPrivate: readonly AddressRange[];
    }
  | { readonly ok: false; readonly problem: RangeProblem; readonly text: string };

/** A /20, and more than anybody racks in one go. */
export const maxAddresses = 4096;

/** RFC 1918; RFC 3927, which BMCs take without DHCP; and this computer itself. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8'];

/** `0/8` is no destination (RFC 1122 §3.2.1.3), from `224/4` on it is multicast, reserved or broadcast. */
const firstUnicast = 2 ** 24;
const lastUnicast = 224 * 2 ** 24 - 1;

interface Numbers {
  readonly first: number;
  readonly last: number;
}

/**
 * Ranges as a person types them, separated by commas, blanks or lines: `10.0.0.0/24` (its hosts only),
 * `10.0.0.10-10.0.0.40`, `10.0.0.10-40`, `10.0.0.7`. Nothing is guessed: one part that is wrong refuses all.
 */
export function parseRanges(text: string): ParsedRanges {
  const parts = text
    .replaceAll(/\s*[-–]\s*/g, '-')
    .split(/[\s,;，；、]+/)
    .filter(part => part !== '');
  const [firstPart] = parts;
  if (firstPart === undefined) return { ok: false, problem: 'empty', text: '' };
  const found: Numbers[] = [];
  for (const part of parts) {
    const range = parsePart(part);
    const problem = range === undefined ? 'not-a-range' : problemOf(range);
    if (range === undefined || problem !== undefined)
      return { ok: false, problem: problem ?? 'not-a-range', text: part };
    found.push(range);
  }
  const merged = mergedRanges(found);
  const count = merged.reduce((sum, range) => sum + sizeOf(range), 0);
  if (count > maxAddresses) return { ok: false, problem: 'too-many', text: text.trim() };
  const ranges = merged.map(rangeOf);
  return { ok: true, ranges, count, beyondPrivate: ranges.filter(range => !isPrivate(range)) };
}

export function* addressesOf(ranges: readonly AddressRange[]): Generator<Ipv4> {
  for (const { first, last } of ranges) {
    const end = ipv4ToNumber(last);
    for (let number = ipv4ToNumber(first); number <= end; number += 1) yield ipv4FromNumber(number);
  }
}

export function rangesText(ranges: readonly AddressRange[]): string {
  return ranges.map(({ first, last }) => (first === last ? first : `${first}–${last}`)).join(', ');
}

function parsePart(part: string): Numbers | undefined {
  if (part.includes('/')) return parseNetwork(part);
  const [from = '', to, ...rest] = part.split('-');
  const first = parseIpv4(from);
  if (first === undefined || rest.length > 0) return undefined;
  if (to === undefined) return numbersOf(first, first);
  const last = parseIpv4(to.includes('.') ? to : `${from.slice(0, from.lastIndexOf('.'))}.${to}`);
  return last === undefined ? undefined : numbersOf(first, last);
}

/** A network's own address and its broadcast address are no hosts; /31 has neither (RFC 3021). */
function parseNetwork(part: string): Numbers | undefined {
  const subnet = parseCidr(part);
  if (subnet === undefined) return undefined;
  const { first, last } = numbersOf(subnet.address, broadcastAddress(subnet));
  return subnet.prefixLength >= 31 ? { first, last } : { first: first + 1, last: last - 1 };
}

function problemOf({ first, last }: Numbers): RangeProblem | undefined {
  if (last < first) return 'backwards';
  if (first < firstUnicast || last > lastUnicast) return 'not-unicast';
  return last - first >= maxAddresses ? 'too-many' : undefined;
}

function mergedRanges(ranges: readonly Numbers[]): readonly Numbers[] {
  const merged: Numbers[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const before = merged.at(-1);
    if (before === undefined || range.first > before.last + 1) merged.push(range);
    else merged[merged.length - 1] = { first: before.first, last: Math.max(before.last, range.last) };
  }
  return merged;
}

function isPrivate({ first, last }: AddressRange): boolean {
  const range = numbersOf(first, last);
  return privateNetworks.some(text => {
    const subnet = parseCidr(text);
    if (subnet === undefined) return false;
    const network = numbersOf(subnet.address, broadcastAddress(subnet));
    return network.first <= range.first && range.last <= network.last;
  });
}

function numbersOf(first: Ipv4, last: Ipv4): Numbers {
  return { first: ipv4ToNumber(first), last: ipv4ToNumber(last) };
}

function rangeOf({ first, last }: Numbers): AddressRange {
  return { first: ipv4FromNumber(first), last: ipv4FromNumber(last) };
}

function sizeOf({ first, last }: Numbers): number {
  return last - first + 1;
}
