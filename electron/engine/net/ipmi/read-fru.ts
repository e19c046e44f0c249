import type { BmcSession } from './client.ts';
import type { FruAreaInfo } from './commands/fru.ts';
import { getFruAreaInfo, readFruData } from './commands/fru.ts';
import { BmcError } from './failure.ts';
import type { FruInventory } from './fru-inventory.ts';
import { decodeFruHeader, decodeFruInventory, fruAreaUnit, fruHeaderBytes } from './fru-inventory.ts';
import { bmcAddress } from './message.ts';
import type { SdrRecord } from './sensors/sdr-record.ts';
import { createShrinkingReads } from './shrinking-reads.ts';

/** One FRU device of the machine: a board, a power supply, a memory module. */
export interface FruDevice {
  readonly fruId: number;
  /** As its locator calls it; empty for device 0 without one. */
  readonly name: string;
  /** Undefined: why not is in `fault`. */
  readonly inventory: FruInventory | undefined;
  readonly fault: string | undefined;
}

/**
 * All FRU devices that the BMC gives access to and its repository names, 0 first, which is there without a locator too.
 * One that cannot be read (an empty socket, an unwritten EEPROM) says why; a session that ends rejects.
 */
export async function readFruDevices(
  session: BmcSession,
  records: readonly SdrRecord[],
): Promise<readonly FruDevice[]> {
  const names = new Map([[0, '']]);
  for (const record of records) {
    if (record.kind !== 'fru-locator' || !record.isLogical) continue;
    if (record.address === bmcAddress && record.channel === 0 && record.lun === 0) {
      names.set(record.fruId, record.name);
    }
  }
  const devices: FruDevice[] = [];
  for (const [fruId, name] of names) devices.push({ fruId, name, ...(await readOrExplain(session, fruId)) });
  return devices;
}

async function readOrExplain(
  session: BmcSession,
  fruId: number,
): Promise<Pick<FruDevice, 'inventory' | 'fault'>> {
  try {
    return { inventory: await readFruInventory(session, fruId), fault: undefined };
  } catch (error) {
    if (!(error instanceof BmcError)) throw error;
    switch (error.failure.kind) {
      case 'completion_code':
        return { inventory: undefined, fault: error.failure.text };
      case 'malformed_answer':
      case 'busy':
        return { inventory: undefined, fault: error.failure.detail };
      default:
        throw error;
    }
  }
}

/** Board, product and chassis of a FRU device (0: the machine itself). Reads only the areas that are there. */
export async function readFruInventory(session: BmcSession, fruId = 0): Promise<FruInventory> {
  const info = await session.run(getFruAreaInfo(fruId));
  const reader = createReader(session, fruId, info);
  const bytes = Buffer.alloc(info.sizeBytes);
  await reader.fill(bytes, 0, Math.min(fruHeaderBytes, bytes.length));
  const header = decodeFruHeader(bytes);
  if (!header.ok) throw malformedFru(header.reason);
  for (const offset of Object.values(header.value)) {
    if (offset === undefined || offset + fruAreaUnit > bytes.length) continue;
    await reader.fill(bytes, offset, offset + fruAreaUnit);
    const end = Math.min(bytes.length, offset + bytes.readUInt8(offset + 1) * fruAreaUnit);
    await reader.fill(bytes, offset + fruAreaUnit, end);
  }
  const inventory = decodeFruInventory(bytes);
  if (!inventory.ok) throw malformedFru(inventory.reason);
  return inventory.value;
}

function malformedFru(detail: string): BmcError {
  return new BmcError({ kind: 'malformed_answer', command: 'Read FRU Data', detail });
}

function createReader(session: BmcSession, fruId: number, info: FruAreaInfo) {
  const unit = info.byWords ? 2 : 1;
  const reads = createShrinkingReads();

  return {
    async fill(bytes: Buffer, from: number, to: number): Promise<void> {
      for (let at = from; at < to; ) {
        const part = await reads.read(to - at, count =>
          session.run(readFruData(fruId, at / unit, Math.ceil(count / unit))),
        );
        // A BMC that answers less than it was asked for is read on; one that answers odd words stays aligned.
        const usable = Math.min(part.length, to - at) - (to - at > part.length ? part.length % unit : 0);
        if (usable <= 0) throw malformedFru('an answer without data');
        part.copy(bytes, at, 0, usable);
        at += usable;
      }
    },
  };
}
