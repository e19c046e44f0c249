import type { DiskLayout } from './disk-layout.ts';

/** What a firmware will find when it tries to start this disk, and why we say so. */
export interface BootCapability {
  readonly bios: boolean;
  readonly uefi: boolean;
  readonly biosReason: BiosReason;
  readonly uefiReason: UefiReason;
}

export type BiosReason =
  | 'no_table'
  | 'no_boot_code'
  | 'grub_in_mbr'
  | 'grub_with_bios_boot_partition'
  | 'active_partition'
  | 'boot_code_but_nothing_to_start';

type UefiReason = 'no_table' | 'esp_present' | 'no_esp';

/**
 * BIOS runs the code of sector 0: GRUB's finds its core in the gap after an MBR or in a BIOS boot partition, the
 * others start the active (GPT: legacy-bootable) partition. Code alone proves nothing: libparted writes a stub into
 * every label it makes. UEFI needs an EFI system partition; what is in it is not looked at.
 */
export function bootCapability(layout: DiskLayout): BootCapability {
  if (layout.scheme === 'none')
    return { bios: false, uefi: false, biosReason: 'no_table', uefiReason: 'no_table' };
  const uefi = layout.partitions.some(partition => partition.role === 'esp');
  const biosReason = biosReasonOf(layout);
  return {
    bios: biosReason !== 'no_boot_code' && biosReason !== 'boot_code_but_nothing_to_start',
    uefi,
    biosReason,
    uefiReason: uefi ? 'esp_present' : 'no_esp',
  };
}

function biosReasonOf(layout: DiskLayout): Exclude<BiosReason, 'no_table'> {
  if (layout.bootCode === 'none') return 'no_boot_code';
  const hasBiosBoot = layout.partitions.some(partition => partition.role === 'bios_boot');
  if (layout.bootCode === 'grub' && layout.scheme === 'mbr') return 'grub_in_mbr';
  if (layout.bootCode === 'grub' && hasBiosBoot) return 'grub_with_bios_boot_partition';
  if (layout.partitions.some(partition => partition.bootable)) return 'active_partition';
  return 'boot_code_but_nothing_to_start';
}
