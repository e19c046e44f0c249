import { netFn } from '../message.ts';
import type { BmcCommand } from './command.ts';
import { decodeFixed, decodeNothing } from './command.ts';

/**
 * System boot options (IPMI 2.0 §28.12–28.13, table 28-14).
 *
 * ```
 * set      parameter | data …
 * get      parameter | set selector | block selector
 * answer   version 01 | invalid·parameter | data …
 * 5 flags  valid·persistent·EFI·00000 | clearCmos·…·device 5:2·… | 0 | 0 | instance
 * ```
 */
export const bootParameter = {
  setInProgress: 0,
  partitionSelector: 1,
  partitionScan: 2,
  flagValidBitClearing: 3,
  infoAcknowledge: 4,
  flags: 5,
  initiatorInfo: 6,
  initiatorMailbox: 7,
} as const;

/** Parameter 3, bit 3: keep the flags though no Chassis Control command comes within 60 s. */
export const keepFlagsAfterTimeout = 0x08;

/**
 * Parameter 4: write mask and acknowledge data, bit 0 being the BIOS's. A set bit says that the BIOS has not handled the
 * boot flags yet; some firmware ignores flags without it. The same bytes as ipmitool's `chassis bootdev` sends.
 */
export const biosHasNotHandledFlags = [0x01, 0x01] as const;

/** What is to be booted. `safe` is "hard disk, safe mode"; `none` removes the override. */
export type BootDevice = 'none' | 'pxe' | 'disk' | 'safe' | 'diagnostic' | 'cdrom' | 'bios' | 'floppy';

const deviceSelectors: Readonly<Record<BootDevice, number>> = {
  none: 0x0,
  pxe: 0x1,
  disk: 0x2,
  safe: 0x3,
  diagnostic: 0x4,
  cdrom: 0x5,
  bios: 0x6,
  floppy: 0xf,
};

export interface BootFlags {
  /** False: the flags are set but will not be obeyed. */
  readonly valid: boolean;
  readonly persistent: boolean;
  readonly efi: boolean;
  /** Undefined for remote media and reserved selectors; `selector` tells. */
  readonly device: BootDevice | undefined;
  readonly selector: number;
}

export function bootSelector(device: BootDevice): number {
  return deviceSelectors[device];
}

/** Bytes 1…5 of parameter 5. */
export function encodeBootFlags(flags: Omit<BootFlags, 'device'>): Buffer {
  const first = (flags.valid ? 0x80 : 0) | (flags.persistent ? 0x40 : 0) | (flags.efi ? 0x20 : 0);
  return Buffer.of(first, (flags.selector & 0x0f) << 2, 0, 0, 0);
}

export function readBootFlags(data: Buffer): BootFlags {
  const first = data.readUInt8(0);
  const selector = (data.readUInt8(1) >> 2) & 0x0f;
  return {
    valid: (first & 0x80) !== 0,
    persistent: (first & 0x40) !== 0,
    efi: (first & 0x20) !== 0,
    device: (Object.keys(deviceSelectors) as BootDevice[]).find(name => deviceSelectors[name] === selector),
    selector,
  };
}

export function setBootOption(parameter: number, data: Buffer): BmcCommand<void> {
  return {
    name: `Set System Boot Options (parameter ${parameter})`,
    netFn: netFn.chassis,
    command: 0x08,
    data: Buffer.concat([Uint8Array.of(parameter), data]),
    decode: decodeNothing,
  };
}

export const getBootFlags: BmcCommand<BootFlags> = {
  name: 'Get System Boot Options (parameter 5)',
  netFn: netFn.chassis,
  command: 0x09,
  data: Buffer.of(bootParameter.flags, 0, 0),
  decode: decodeFixed(4, data => readBootFlags(data.subarray(2))),
};
