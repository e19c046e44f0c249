import type { BmcSession } from '../client.ts';
import type { SdrSource, SdrStamp } from '../commands/sdr.ts';
import { getDeviceSdrInfo, getSdr, getSdrRepositoryInfo, reserveSdrs } from '../commands/sdr.ts';
import { completion } from '../completion-code.ts';
import { BmcError } from '../failure.ts';
import type { ShrinkingReads } from '../shrinking-reads.ts';
import { createShrinkingReads, isCompletionCode } from '../shrinking-reads.ts';
import type { SdrRecord } from './sdr-record.ts';
import { decodeSdrRecord, sdrHeaderBytes } from './sdr-record.ts';

/** What a BMC says that it is made of. To be kept, and read again when `isFresh` says that it has changed. */
export interface SdrRepository {
  readonly source: SdrSource;
  readonly stamp: SdrStamp;
  readonly records: readonly SdrRecord[];
  /** Records that are there and could not be read, one line each. */
  readonly faults: readonly string[];
}

/** A BMC with more is broken: the largest servers have some hundreds. */
const maxRecords = 2000;
/** Somebody else's reservation, or a new record, cancels ours: begun so often. */
const maxBeginnings = 4;
/** Get SDR has one byte for it. */
const maxOffset = 0xff;
const firstRecord = 0x0000;
const noMoreRecords = 0xffff;

/**
 * All sensor data records. BMCs without a repository have their own sensors' records (device SDRs), which are read
 * instead. Rejects with BmcError.
 */
export async function readSdrRepository(session: BmcSession): Promise<SdrRepository> {
  const source = await sourceOf(session);
  const reads = createShrinkingReads();
  for (let beginning = 1; ; beginning += 1) {
    const stamp = await session.run(infoOf(source));
    try {
      return { source, stamp, ...(stamp.recordCount === 0 ? none : await readAll(session, source, reads)) };
    } catch (error) {
      if (!isCompletionCode(error, completion.reservationCancelled) || beginning >= maxBeginnings)
        throw error;
    }
  }
}

/** Whether the records that were read are still those of the BMC, by its count and time stamps. */
export async function isFresh(session: BmcSession, repository: SdrRepository): Promise<boolean> {
  const { recordCount, addedAt, erasedAt } = await session.run(infoOf(repository.source));
  const { stamp } = repository;
  return recordCount === stamp.recordCount && addedAt === stamp.addedAt && erasedAt === stamp.erasedAt;
}

const none = { records: [], faults: [] };

function infoOf(source: SdrSource) {
  return source === 'repository' ? getSdrRepositoryInfo : getDeviceSdrInfo;
}

async function sourceOf(session: BmcSession): Promise<SdrSource> {
  try {
    await session.run(getSdrRepositoryInfo);
    return 'repository';
  } catch (error) {
    if (!isCompletionCode(error, completion.invalidCommand)) throw error;
    return 'device';
  }
}

async function readAll(
  session: BmcSession,
  source: SdrSource,
  reads: ShrinkingReads,
): Promise<Pick<SdrRepository, 'records' | 'faults'>> {
  const reservation = await reserve(session, source);
  const records: SdrRecord[] = [];
  const faults: string[] = [];
  const seen = new Set<number>();
  for (let id = firstRecord; id !== noMoreRecords; ) {
    if (seen.has(id) || seen.size >= maxRecords) {
      faults.push(`record ${id}: the list of records has no end`);
      break;
    }
    seen.add(id);
    const { header, nextId } = await readHeader(session, { source, reservation, id });
    try {
      const record = decodeSdrRecord(await readRecord(session, { source, reservation, id }, header, reads));
      if (record.ok) records.push(record.value);
      else faults.push(`record ${id}: ${record.reason}`);
    } catch (error) {
      faults.push(`record ${id}: ${unreadable(error)}`);
    }
    id = nextId;
  }
  return { records, faults };
}

interface RecordPlace {
  readonly source: SdrSource;
  readonly reservation: number;
  readonly id: number;
}

async function reserve(session: BmcSession, source: SdrSource): Promise<number> {
  try {
    return await session.run(reserveSdrs(source));
  } catch (error) {
    // §33.11: optional for those whose records never change; they read without one.
    if (isCompletionCode(error, completion.invalidCommand)) return 0;
    throw error;
  }
}

async function readHeader(session: BmcSession, { source, reservation, id }: RecordPlace) {
  const { nextId, bytes } = await session.run(
    getSdr(source, { reservation, recordId: id, offset: 0, count: sdrHeaderBytes }),
  );
  if (bytes.length < sdrHeaderBytes) throw malformedSdr('a record without its header');
  return { nextId, header: bytes.subarray(0, sdrHeaderBytes) };
}

async function readRecord(
  session: BmcSession,
  { source, reservation, id }: RecordPlace,
  header: Buffer,
  reads: ShrinkingReads,
): Promise<Buffer> {
  const record = Buffer.alloc(sdrHeaderBytes + header.readUInt8(4));
  header.copy(record);
  for (let at = sdrHeaderBytes; at < record.length; ) {
    if (at > maxOffset) throw malformedSdr('a long record in pieces that are too small to reach its end');
    const { bytes } = await reads.read(record.length - at, count =>
      session.run(getSdr(source, { reservation, recordId: id, offset: at, count })),
    );
    bytes.copy(record, at);
    at += bytes.length;
  }
  return record;
}

/** What ends one record only: the BMC refuses it, or says nonsense. Everything else goes on up. */
function unreadable(error: unknown): string {
  if (isCompletionCode(error, completion.reservationCancelled)) throw error;
  if (error instanceof BmcError) {
    if (error.failure.kind === 'completion_code') return error.failure.text;
    if (error.failure.kind === 'malformed_answer') return error.failure.detail;
  }
  throw error;
}

function malformedSdr(detail: string): BmcError {
  return new BmcError({ kind: 'malformed_answer', command: 'Get SDR', detail });
}
