import type { BiosReason, BootCapability } from '#engine/media/disk-layout/boot-capability.ts';
import type { DiskLayout, Partition } from '#engine/media/disk-layout/disk-layout.ts';
import type { Compression } from './classify-head.ts';

/** What is said of a qcow2 source. */
export interface Qcow2Facts {
  readonly version: 2 | 3;
  readonly compression: 'zlib' | 'zstd';
  readonly snapshots: number;
  readonly dirty: boolean;
}

/** `raw`, `raw in xz`, `qcow2 (version 3) in gzip`. */
export function sourceFormatText(qcow2: Qcow2Facts | undefined, compression: Compression | 'none'): string {
  const inner = qcow2 === undefined ? 'raw' : `qcow2 (version ${qcow2.version})`;
  return compression === 'none' ? inner : `${inner} in ${compression}`;
}

/** Why we think what we think of an image, a line each, for a person. */
export function evidenceLines(
  layout: DiskLayout,
  boots: BootCapability,
  qcow2: Qcow2Facts | undefined,
): readonly string[] {
  return [
    tableLine(layout),
    ...layout.partitions.map(partitionLine),
    `BIOS: ${boots.bios ? 'boots' : 'does not boot'}, ${biosReasons[boots.biosReason]}`,
    `UEFI: ${uefiLine(boots)}`,
    ...(layout.hybridMbr ? ['The MBR is a hybrid: it describes partitions beside the GPT'] : []),
    ...layout.problems.map(problem => problem.reason),
    ...(qcow2 !== undefined && qcow2.snapshots > 0
      ? [`${qcow2.snapshots} internal snapshots were left out; the current state was taken`]
      : []),
    ...(qcow2?.dirty ? ['The qcow2 image was not closed properly by its last writer'] : []),
  ];
}

const biosReasons: Readonly<Record<BiosReason, string>> = {
  no_table: 'there is no partition table',
  no_boot_code: 'there is no boot code in the first sector',
  grub_in_mbr: "GRUB's boot code is in the MBR",
  grub_with_bios_boot_partition: "GRUB's boot code is in the MBR and there is a BIOS boot partition",
  active_partition: 'there is boot code in the MBR and an active partition',
  boot_code_but_nothing_to_start: 'there is boot code in the MBR, but no partition that it could start',
};

function tableLine(layout: DiskLayout): string {
  if (layout.scheme === 'gpt') return `Partition table: GPT, ${layout.sectorSizeBytes}-byte sectors`;
  if (layout.scheme === 'mbr') return 'Partition table: MBR';
  if (layout.fileSystem === undefined) return 'No partition table and no file system that we know';
  return `No partition table: a bare ${layout.fileSystem} file system`;
}

function partitionLine(partition: Partition): string {
  const name = partition.name === '' ? '' : ` "${partition.name}"`;
  const size = partition.sizeBytes / 2 ** 20;
  const mebibytes = size >= 10 ? Math.round(size) : Math.round(size * 10) / 10;
  return `Partition ${partition.number}: ${partition.typeName}${name}, ${mebibytes} MiB`;
}

function uefiLine(boots: BootCapability): string {
  if (boots.uefiReason === 'no_table') return 'does not boot, there is no partition table';
  return boots.uefi
    ? 'boots, there is an EFI system partition'
    : 'does not boot, there is no EFI system partition';
}
