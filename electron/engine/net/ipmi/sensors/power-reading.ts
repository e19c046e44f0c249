import type { BmcSession } from '../client.ts';
import type { PowerReading } from '../commands/dcmi.ts';
import { getPowerReading } from '../commands/dcmi.ts';
import { BmcError } from '../failure.ts';

/** What the machine draws now. Undefined from a BMC without DCMI: their refusals differ, and none of them is a fault. */
export async function readPower(session: BmcSession): Promise<PowerReading | undefined> {
  try {
    return await session.run(getPowerReading);
  } catch (error) {
    if (error instanceof BmcError && error.failure.kind === 'completion_code') return undefined;
    throw error;
  }
}
