import { selEntryBytes } from '../sensors/sel-entry.ts';

/** The System Event Log of a virtual BMC (IPMI 2.0 §31): entries of 16 bytes, oldest first. When it is full it takes no more. */
export interface EventLog {
  readonly entries: readonly Buffer[];
  readonly freeBytes: number;
  readonly hasOverflowed: boolean;
  /** Seconds of the BMC's clock; undefined: never. */
  readonly addedAt: number | undefined;
  readonly erasedAt: number | undefined;
  /** Writes id and, for types that have one, the time into the entry; its id, undefined when there is no room. */
  add(entry: Buffer): number | undefined;
  /** False: there is no such entry. */
  remove(id: number): boolean;
  clear(): void;
  /** A new one cancels the one before, and so does each change of the log (§31.4). */
  reserve(): number;
  isReserved(reservation: number): boolean;
  nowSeconds(): number;
  setNowSeconds(unixSeconds: number): void;
}

const maxEntries = 512;
const lastId = 0xfffe;
/** From here on record types have no time stamp (§32.3). */
const firstUntimed = 0xe0;

export function createEventLog(nowMs: () => number): EventLog {
  const entries: Buffer[] = [];
  let nextId = 1;
  let offsetSeconds = 0;
  let reservation = 0;
  let isValid = false;
  let hasOverflowed = false;
  let addedAt: number | undefined;
  let erasedAt: number | undefined;
  const nowSeconds = () => (Math.floor(nowMs() / 1000) + offsetSeconds) >>> 0;

  return {
    entries,
    get freeBytes() {
      return (maxEntries - entries.length) * selEntryBytes;
    },
    get hasOverflowed() {
      return hasOverflowed;
    },
    get addedAt() {
      return addedAt;
    },
    get erasedAt() {
      return erasedAt;
    },
    add(given) {
      if (entries.length >= maxEntries || nextId > lastId) {
        hasOverflowed = true;
        return undefined;
      }
      const entry = Buffer.from(given);
      entry.writeUInt16LE(nextId, 0);
      addedAt = nowSeconds();
      if (entry.readUInt8(2) < firstUntimed) entry.writeUInt32LE(addedAt, 3);
      entries.push(entry);
      isValid = false;
      nextId += 1;
      return nextId - 1;
    },
    remove(id) {
      const index = entries.findIndex(entry => entry.readUInt16LE(0) === id);
      if (index < 0) return false;
      entries.splice(index, 1);
      isValid = false;
      erasedAt = nowSeconds();
      return true;
    },
    clear() {
      entries.length = 0;
      nextId = 1;
      isValid = false;
      hasOverflowed = false;
      erasedAt = nowSeconds();
    },
    reserve() {
      reservation = (reservation % 0xffff) + 1;
      isValid = true;
      return reservation;
    },
    isReserved: given => isValid && given === reservation,
    nowSeconds,
    setNowSeconds(unixSeconds) {
      offsetSeconds = unixSeconds - Math.floor(nowMs() / 1000);
    },
  };
}
