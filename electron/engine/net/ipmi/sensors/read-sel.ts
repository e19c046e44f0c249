import type { BmcSession } from '../client.ts';
import type { IpmiClock } from '../clock.ts';
import { monotonicClock } from '../clock.ts';
import type { SelInfo, SelPiece } from '../commands/sel.ts';
import { endOfSel, eraseSel, firstSelEntry, getSelEntry, getSelInfo, reserveSel } from '../commands/sel.ts';
import { completion } from '../completion-code.ts';
import { BmcError } from '../failure.ts';
import type { ShrinkingReads } from '../shrinking-reads.ts';
import { createShrinkingReads, isCompletionCode, isTooLong } from '../shrinking-reads.ts';
import type { SelEntry } from './sel-entry.ts';
import { decodeSelEntry, selEntryBytes } from './sel-entry.ts';

export interface ReadSelOptions {
  /** The newest entry that is known already: what follows it is read. One that is gone (the log was cleared) begins anew. */
  readonly afterId?: number;
  /** At most so many, the oldest ones of those. */
  readonly limit: number;
}

export interface SelExcerpt {
  readonly info: SelInfo;
  /** Oldest first. */
  readonly entries: readonly SelEntry[];
  /** False: there are more behind them. */
  readonly isAll: boolean;
  /** Entries that are there and make no sense, one line each. */
  readonly faults: readonly string[];
}

const wholeEntry = 0xff;
const maxReservations = 4;

/** Reads the event log. Rejects with BmcError. */
export async function readSel(session: BmcSession, options: ReadSelOptions): Promise<SelExcerpt> {
  const info = await session.run(getSelInfo);
  const reader = createReader(session);
  const entries: SelEntry[] = [];
  const faults: string[] = [];
  let next = info.entryCount === 0 ? endOfSel : await reader.firstAfter(options.afterId);
  const seen = new Set<number>();
  while (next !== endOfSel && seen.size < options.limit && !seen.has(next)) {
    seen.add(next);
    const piece = await reader.entry(next);
    // Erased between two answers.
    if (piece === undefined) return { info, entries, isAll: true, faults };
    const entry = decodeSelEntry(piece.bytes);
    if (entry.ok) entries.push(entry.value);
    else faults.push(`entry ${next}: ${entry.reason}`);
    next = piece.nextId;
  }
  if (seen.has(next)) faults.push(`entry ${next}: the list of entries has no end`);
  return { info, entries, isAll: next === endOfSel || seen.has(next), faults };
}

function createReader(session: BmcSession) {
  const reads = createShrinkingReads();
  let readsWhole = true;
  let reservation = 0;

  async function whole(entryId: number): Promise<SelPiece> {
    const request = { reservation: 0, entryId, offset: 0, count: wholeEntry };
    try {
      return await session.run(getSelEntry(request));
    } catch (error) {
      if (!isTooLong(error)) throw error;
      readsWhole = false;
      return inPieces(entryId);
    }
  }

  async function inPieces(entryId: number): Promise<SelPiece> {
    for (let attempt = 1; ; attempt += 1) {
      if (reservation === 0) reservation = await session.run(reserveSel);
      try {
        return await pieces(session, reads, reservation, entryId);
      } catch (error) {
        // A new event cancels the reservation (§31.4).
        if (!isCompletionCode(error, completion.reservationCancelled) || attempt >= maxReservations)
          throw error;
        reservation = 0;
      }
    }
  }

  async function entry(entryId: number): Promise<SelPiece | undefined> {
    try {
      return await (readsWhole ? whole(entryId) : inPieces(entryId));
    } catch (error) {
      if (isCompletionCode(error, completion.notPresent)) return undefined;
      throw error;
    }
  }

  return {
    entry,
    async firstAfter(afterId: number | undefined): Promise<number> {
      if (afterId === undefined) return firstSelEntry;
      return (await entry(afterId))?.nextId ?? firstSelEntry;
    },
  };
}

async function pieces(
  session: BmcSession,
  reads: ShrinkingReads,
  reservation: number,
  entryId: number,
): Promise<SelPiece> {
  const bytes = Buffer.alloc(selEntryBytes);
  let nextId = endOfSel;
  for (let offset = 0; offset < bytes.length; ) {
    const piece = await reads.read(bytes.length - offset, count =>
      session.run(getSelEntry({ reservation, entryId, offset, count })),
    );
    piece.bytes.copy(bytes, offset);
    offset += piece.bytes.length;
    nextId = piece.nextId;
  }
  return { nextId, bytes };
}

const erasePollMs = 500;
const maxErasePolls = 120;

/** Empties the event log and waits until it is empty, a minute at most. What is not read before is gone. */
export async function clearSel(session: BmcSession, clock: IpmiClock = monotonicClock): Promise<void> {
  const reservation = await beginErasure(session);
  for (let poll = 0; poll < maxErasePolls; poll += 1) {
    if ((await session.run(eraseSel(reservation, 'status'))) === 'done') return;
    await new Promise<void>(resolve => clock.after(erasePollMs, resolve));
  }
  throw new BmcError({
    kind: 'busy',
    detail: 'the event log is still being erased',
    attempts: maxErasePolls,
  });
}

async function beginErasure(session: BmcSession): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const reservation = await session.run(reserveSel);
    try {
      await session.run(eraseSel(reservation, 'begin'));
      return reservation;
    } catch (error) {
      if (!isCompletionCode(error, completion.reservationCancelled) || attempt >= maxReservations)
        throw error;
    }
  }
}
