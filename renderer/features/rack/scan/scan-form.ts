import type { RacksideClient } from '#shared/contract/index.ts';
import { parseRanges } from '#shared/model/address-ranges.ts';
import { type Keyed, newRowKey } from '../../../ui/list-rows.ts';

export type ScanInput = Parameters<RacksideClient['scan']['start']>[0];

export interface PairRow extends Keyed {
  readonly username: string;
  readonly password: string;
}

/** What the fields hold: text, as typed. */
export interface ScanForm {
  readonly ranges: string;
  readonly pairs: readonly PairRow[];
  readonly port: string;
  readonly packetsPerSecond: string;
  /** A person's word for addresses outside of private networks: for these and no others. */
  readonly meant: string;
}

export const mostPairs = 5;
const limits = { port: [1, 65_535], packetsPerSecond: [5, 200] } as const;
export type ScanNumber = keyof typeof limits;

export function newPair(): PairRow {
  return { key: newRowKey(), username: '', password: '' };
}

export function newScan(): ScanForm {
  return { ranges: '', pairs: [newPair()], port: '623', packetsPerSecond: '50', meant: '' };
}

/** A whole number within the limits. */
export function isScanNumber(name: ScanNumber, text: string): boolean {
  const [least, most] = limits[name];
  return /^\d{1,5}$/.test(text) && Number(text) >= least && Number(text) <= most;
}

/** A row in which nothing was typed asks for nothing; a BMC's anonymous user is not guessed. */
export function filledPairs(pairs: readonly PairRow[]): readonly PairRow[] {
  return pairs.filter(({ username, password }) => username !== '' || password !== '');
}

/** Null while something is wrong or the word is missing. */
export function scanInput(form: ScanForm): ScanInput | null {
  const parsed = parseRanges(form.ranges);
  const areNumbersGood =
    isScanNumber('port', form.port) && isScanNumber('packetsPerSecond', form.packetsPerSecond);
  if (!parsed.ok || !areNumbersGood) return null;
  const beyondPrivate = parsed.beyondPrivate.length > 0;
  if (beyondPrivate && form.meant !== form.ranges) return null;
  return {
    ranges: form.ranges,
    port: Number(form.port),
    packetsPerSecond: Number(form.packetsPerSecond),
    credentials: filledPairs(form.pairs).map(({ username, password }) => ({ username, password })),
    beyondPrivate,
  };
}
