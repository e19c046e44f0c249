import { answerOf } from './answer-of.ts';
import type { BmcSession } from './client.ts';
import type { BootDevice, BootFlags } from './commands/boot-options.ts';
import {
  biosHasNotHandledFlags,
  bootParameter,
  encodeBootFlags,
  getBootFlags,
  keepFlagsAfterTimeout,
  setBootOption,
} from './commands/boot-options.ts';
import { getDeviceId } from './commands/device.ts';
import type { Quirk } from './quirks.ts';
import { bootAdviceFor, bootSelectorFor } from './quirks.ts';

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
  /** Why the BMC would not take the flags, in its words; undefined where it took them. */
  readonly refusal: string | undefined;
  /** What is known of this make and this boot device. */
  readonly advice: readonly Quirk[];
}

/**
 * Cancels the 60 s timer, tells the BIOS that there is something new, sets the flags, reads them back. A refusal is a
 * result; silence rejects with BmcError.
 */
export async function setBootDevice(session: BmcSession, wish: BootDeviceWish): Promise<BootDeviceResult> {
  const manufacturerId = (await answerOf(session.run(getDeviceId))).value?.manufacturerId;
  const selector = bootSelectorFor(manufacturerId, wish.device, wish.efi);
  const advice = bootAdviceFor(manufacturerId, wish);
  const keep = setBootOption(bootParameter.flagValidBitClearing, Buffer.of(keepFlagsAfterTimeout));
  const { refusal: keepsTimer } = await answerOf(session.run(keep));
  // Not every BMC has parameter 4, and none needs it to take the flags.
  await answerOf(
    session.run(setBootOption(bootParameter.infoAcknowledge, Buffer.from(biosHasNotHandledFlags))),
  );
  const { persistent, efi } = wish;
  const flags = encodeBootFlags({ valid: true, persistent, efi, selector });
  const { refusal } = await answerOf(session.run(setBootOption(bootParameter.flags, flags)));
  const readBack = await getBootDevice(session);
  const accepted = refusal === undefined && readBack !== undefined && matches(readBack, wish, selector);
  return { accepted, readBack, refusal, timerCancelled: keepsTimer === undefined, advice };
}

/** The boot flags as the BMC holds them, or undefined where it does not let them be read. */
export async function getBootDevice(session: BmcSession): Promise<BootFlags | undefined> {
  return (await answerOf(session.run(getBootFlags))).value;
}

function matches(readBack: BootFlags, wish: BootDeviceWish, selector: number): boolean {
  if (readBack.selector !== selector) return false;
  // Without an override it does not matter for how long there is none.
  if (wish.device === 'none') return true;
  return readBack.valid && readBack.persistent === wish.persistent && readBack.efi === wish.efi;
}
