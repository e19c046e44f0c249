import type { BmcSession } from './client.ts';
import type { BootDevice, BootFlags } from './commands/boot-options.ts';
import {
  bootParameter,
  encodeBootFlags,
  getBootFlags,
  keepFlagsAfterTimeout,
  setBootOption,
} from './commands/boot-options.ts';
import { getDeviceId } from './commands/device.ts';
import { BmcError } from './failure.ts';
import { bootSelectorFor } from './quirks.ts';

export interface BootDeviceWish {
  readonly device: BootDevice;
  /** False: the next boot only. */
  readonly persistent: boolean;
  readonly efi: boolean;
}

export interface BootDeviceResult {
  /** The BMC reads back what was set. Whether the firmware obeys is proven by the machine's DHCP packet only. */
  readonly accepted: boolean;
  /** Undefined where the BMC does not let parameter 5 be read. */
  readonly readBack: BootFlags | undefined;
  /** False: the BMC may forget the flags after 60 s, or has no such timer (OpenBMC). */
  readonly timerCancelled: boolean;
}

/** Cancels the 60 s timer, sets the flags, reads them back. Rejects with BmcError when the BMC refuses the flags. */
export async function setBootDevice(session: BmcSession, wish: BootDeviceWish): Promise<BootDeviceResult> {
  const { manufacturerId } = await session.run(getDeviceId);
  const selector = bootSelectorFor(manufacturerId, wish.device, wish.efi);
  const keep = setBootOption(bootParameter.flagValidBitClearing, Buffer.of(keepFlagsAfterTimeout));
  const timerCancelled = (await orUndefined(session.run(keep).then(() => true))) ?? false;
  const { persistent, efi } = wish;
  const flags = encodeBootFlags({ valid: true, persistent, efi, selector });
  await session.run(setBootOption(bootParameter.flags, flags));
  const readBack = await getBootDevice(session);
  const accepted = readBack !== undefined && matches(readBack, wish, selector);
  return { accepted, readBack, timerCancelled };
}

/** The boot flags as the BMC holds them, or undefined where it does not let them be read. */
export function getBootDevice(session: BmcSession): Promise<BootFlags | undefined> {
  return orUndefined(session.run(getBootFlags));
}

function matches(readBack: BootFlags, wish: BootDeviceWish, selector: number): boolean {
  if (readBack.selector !== selector) return false;
  // Without an override it does not matter for how long there is none.
  if (wish.device === 'none') return true;
  return readBack.valid && readBack.persistent === wish.persistent && readBack.efi === wish.efi;
}

/** A refusal by completion code is an answer here; everything else goes on up. */
async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof BmcError && error.failure.kind === 'completion_code') return undefined;
    throw error;
  }
}
