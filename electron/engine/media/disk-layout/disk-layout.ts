import type { Malformed } from '#shared/model/decoded.ts';
import { type FileSystemKind, fileSystemSizeBytes, recogniseFileSystem } from './file-system.ts';
import { decodeGpt, type Gpt, gptChecksumReasons, noGptHeader } from './gpt.ts';
import { decodeMbr, type Mbr } from './mbr.ts';
import { gptPartitionType, mbrPartitionType, type PartitionRole } from './partition-types.ts';

type PartitionScheme = 'gpt' | 'mbr' | 'none';

/** Whose code is in the first 440 bytes, by the texts it prints when it fails. */
type BootCode = 'none' | 'grub' | 'syslinux' | 'windows' | 'other';

export interface Partition {
  /** As Linux numbers it. */
  readonly number: number;
  readonly firstByte: number;
  readonly sizeBytes: number;
  /** A GUID in upper case (GPT) or `0x83` (MBR). */
  readonly typeId: string;
  readonly typeName: string;
  readonly role: PartitionRole;
  /** The GPT partition name; empty on MBR. */
  readonly name: string;
  /** MBR: active. GPT: the legacy-BIOS-bootable attribute. */
  readonly bootable: boolean;
}

/** Something in the table that cannot be right. `offset` counts from the start of the disk. */
interface LayoutProblem {
  readonly code:
    | 'gpt_checksum_wrong'
    | 'gpt_unreadable'
    /** The disk ends before its GPT does, or before the copy at its end. */
    | 'gpt_cut'
    | 'gpt_without_protective_mbr'
    | 'partition_beyond_end'
    | 'file_system_beyond_end';
  readonly offset: number;
  readonly reason: string;
}

export interface DiskLayout {
  readonly scheme: PartitionScheme;
  /** 512 or 4096; what the table was written for. */
  readonly sectorSizeBytes: number;
  readonly partitions: readonly Partition[];
  readonly bootCode: BootCode;
  /** An MBR that besides protecting a GPT describes partitions of its own. */
  readonly hybridMbr: boolean;
  /** What fills the image when there is no partition table. */
  readonly fileSystem: FileSystemKind | undefined;
  readonly problems: readonly LayoutProblem[];
}

/**
 * Reads the partition table from the first bytes of a disk or image. `head` begins at byte 0; with 128 KiB nothing
 * is missed. Pure, never throws: what is wrong with the table is in `problems`.
 */
export function readDiskLayout(head: Uint8Array, diskSizeBytes: number): DiskLayout {
  const fileSystem = recogniseFileSystem(head);
  const mbr = decodeMbr(head);
  const shared = { ...emptyLayout, bootCode: bootCodeOf(head) };
  const bare = {
    ...shared,
    fileSystem,
    problems: [...orphanGpt(head), ...fileSystemBeyondEnd(fileSystem, head, diskSizeBytes)],
  };
  if (!mbr.ok || isBootSectorOf(fileSystem)) return bare;
  const isProtective = mbr.value.entries.some(entry => entry.typeByte === 0xee);
  if (isProtective)
    return gptLayout({ ...shared, hybridMbr: mbr.value.entries.length > 1 }, head, diskSizeBytes);
  if (mbr.value.entries.length > 0) return mbrLayout(shared, mbr.value, diskSizeBytes);
  return bare;
}

const emptyLayout: DiskLayout = {
  scheme: 'none',
  sectorSizeBytes: 512,
  partitions: [],
  bootCode: 'none',
  hybridMbr: false,
  fileSystem: undefined,
  problems: [],
};

function mbrLayout(base: DiskLayout, mbr: Mbr, diskSizeBytes: number): DiskLayout {
  const partitions = mbr.entries.map(entry => {
    const type = mbrPartitionType(entry.typeByte);
    return {
      number: entry.slot,
      firstByte: entry.firstLba * 512,
      sizeBytes: entry.sectors * 512,
      typeId: `0x${entry.typeByte.toString(16).padStart(2, '0')}`,
      typeName: type.name,
      role: type.role,
      name: '',
      bootable: entry.active,
    };
  });
  return { ...base, scheme: 'mbr', partitions, problems: beyondEnd(partitions, diskSizeBytes) };
}

function gptLayout(base: DiskLayout, head: Uint8Array, diskSizeBytes: number): DiskLayout {
  const for512 = decodeGpt(head, 512);
  const for4096 = for512.ok ? for512 : decodeGpt(head, 4096);
  // Of two failures the one says more that at least found a header.
  const found = for512.ok || for512.reason !== noGptHeader ? for512 : for4096;
  if (!found.ok) {
    const { offset, reason } = found;
    return { ...base, scheme: 'gpt', problems: [{ code: gptProblem(found, diskSizeBytes), offset, reason }] };
  }
  const sectorSizeBytes = for512.ok ? 512 : 4096;
  const partitions = gptPartitions(found.value, sectorSizeBytes);
  const problems = [
    ...beyondEnd(partitions, diskSizeBytes),
    ...backupBeyondEnd(found.value, sectorSizeBytes, diskSizeBytes),
  ];
  return { ...base, scheme: 'gpt', sectorSizeBytes, partitions, problems };
}

function gptProblem({ offset, reason }: Malformed, diskSizeBytes: number): LayoutProblem['code'] {
  if (gptChecksumReasons.includes(reason)) return 'gpt_checksum_wrong';
  return offset >= diskSizeBytes ? 'gpt_cut' : 'gpt_unreadable';
}

/** UEFI 2.10 §5.3.1: the backup header is in the last sector. A disk that grew has it earlier, a cut one beyond. */
function backupBeyondEnd(gpt: Gpt, sectorSizeBytes: number, diskSizeBytes: number): LayoutProblem[] {
  const endBytes = (gpt.backupLba + 1) * sectorSizeBytes;
  if (endBytes <= diskSizeBytes) return [];
  const reason = `the GPT was made for a disk of ${endBytes} bytes, this one ends at ${diskSizeBytes}`;
  return [{ code: 'gpt_cut', offset: diskSizeBytes, reason }];
}

function fileSystemBeyondEnd(
  kind: FileSystemKind | undefined,
  head: Uint8Array,
  diskSizeBytes: number,
): LayoutProblem[] {
  const sizeBytes = kind === undefined ? undefined : fileSystemSizeBytes(kind, head);
  if (sizeBytes === undefined || sizeBytes <= diskSizeBytes) return [];
  const reason = `the ${kind} file system has ${sizeBytes} bytes, the image ends at ${diskSizeBytes}`;
  return [{ code: 'file_system_beyond_end', offset: diskSizeBytes, reason }];
}

function gptPartitions(gpt: Gpt, sectorSizeBytes: number): Partition[] {
  return gpt.entries.map(entry => {
    const type = gptPartitionType(entry.typeGuid);
    return {
      number: entry.number,
      firstByte: entry.firstLba * sectorSizeBytes,
      sizeBytes: (entry.lastLba - entry.firstLba + 1) * sectorSizeBytes,
      typeId: entry.typeGuid,
      typeName: type.name,
      role: type.role,
      name: entry.name,
      bootable: entry.legacyBootable,
    };
  });
}

function beyondEnd(partitions: readonly Partition[], diskSizeBytes: number): LayoutProblem[] {
  const end = (partition: Partition): number => partition.firstByte + partition.sizeBytes;
  return partitions
    .filter(partition => end(partition) > diskSizeBytes)
    .map(partition => ({
      code: 'partition_beyond_end' as const,
      offset: diskSizeBytes,
      reason: `partition ${partition.number} ends at byte ${end(partition)}, the disk at ${diskSizeBytes}`,
    }));
}

/** Linux and firmware ignore a GPT whose MBR does not protect it, so it does not count as the table. */
function orphanGpt(head: Uint8Array): LayoutProblem[] {
  const sectorSizeBytes = [512, 4096].find(size => decodeGpt(head, size).ok);
  if (sectorSizeBytes === undefined) return [];
  return [
    {
      code: 'gpt_without_protective_mbr',
      offset: sectorSizeBytes,
      reason: 'there is a GPT, but the first sector does not say so',
    },
  ];
}

function isBootSectorOf(fileSystem: FileSystemKind | undefined): boolean {
  return fileSystem === 'fat' || fileSystem === 'ntfs' || fileSystem === 'exfat';
}

/** Texts in the first sector: grub's boot.img, syslinux' mbr.bin and gptmbr.bin, Windows' and every DOS-like MBR. */
const bootCodeTexts: readonly (readonly [BootCode, string])[] = [
  ['grub', 'GRUB '],
  ['syslinux', 'Operating system load error'],
  ['syslinux', 'isolinux.bin missing or corrupt'],
  ['windows', 'Error loading operating system'],
];

function bootCodeOf(head: Uint8Array): BootCode {
  const code = head.subarray(0, 440);
  if (!code.some(byte => byte !== 0)) return 'none';
  const text = String.fromCharCode(...code);
  return bootCodeTexts.find(([, marker]) => text.includes(marker))?.[0] ?? 'other';
}
