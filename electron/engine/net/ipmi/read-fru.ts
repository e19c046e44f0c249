import type { BmcSession } from './client.ts';
import type { FruAreaInfo } from './commands/fru.ts';
import { getFruAreaInfo, readFruData } from './commands/fru.ts';
import { BmcError } from './failure.ts';
import type { FruInventory } from './fru-inventory.ts';
import { decodeFruHeader, decodeFruInventory, fruAreaUnit, fruHeaderBytes } from './fru-inventory.ts';

/** Sizes to try, larger first: BMCs refuse what does not fit their buffers, each with a code of its own. */
const chunkSizes = [120, 60, 32, 16, 8];
const tooLongCodes = [0xc6, 0xc7, 0xc8, 0xca, 0xff];

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
  let size = 0;

  async function chunk(at: number, wanted: number): Promise<Buffer> {
    for (;;) {
      const limit = chunkSizes[size] ?? fruAreaUnit;
      const count = Math.ceil(Math.min(wanted, limit) / unit);
      try {
        return await session.run(readFruData(fruId, at / unit, count));
      } catch (error) {
        if (!isTooLong(error) || size + 1 >= chunkSizes.length) throw error;
        size += 1;
      }
    }
  }

  return {
    async fill(bytes: Buffer, from: number, to: number): Promise<void> {
      for (let at = from; at < to; ) {
        const part = await chunk(at, to - at);
        // A BMC that answers less than it was asked for is read on; one that answers odd words stays aligned.
        const usable = Math.min(part.length, to - at) - (to - at > part.length ? part.length % unit : 0);
        if (usable <= 0) throw malformedFru('an answer without data');
        part.copy(bytes, at, 0, usable);
        at += usable;
      }
    },
  };
}

function isTooLong(error: unknown): boolean {
  return (
    error instanceof BmcError &&
    error.failure.kind === 'completion_code' &&
    tooLongCodes.includes(error.failure.code)
  );
}
