/** File systems and containers that fill a whole image or partition, by their magic numbers. */
export type FileSystemKind =
  | 'ext'
  | 'xfs'
  | 'btrfs'
  | 'ntfs'
  | 'exfat'
  | 'fat'
  | 'squashfs'
  | 'iso9660'
  | 'lvm'
  | 'luks'
  | 'swap';

interface Magic {
  readonly kind: FileSystemKind;
  readonly offset: number;
  readonly bytes: readonly number[];
}

const ascii = (text: string): readonly number[] => Array.from(text, char => char.charCodeAt(0));

/** ISO 9660 first: an isohybrid image carries other signatures too. FAT before the generic ones of sector 0. */
const magics: readonly Magic[] = [
  { kind: 'iso9660', offset: 32769, bytes: ascii('CD001') },
  { kind: 'ext', offset: 1024 + 56, bytes: [0x53, 0xef] },
  { kind: 'xfs', offset: 0, bytes: ascii('XFSB') },
  { kind: 'btrfs', offset: 65536 + 64, bytes: ascii('_BHRfS_M') },
  { kind: 'ntfs', offset: 3, bytes: ascii('NTFS    ') },
  { kind: 'exfat', offset: 3, bytes: ascii('EXFAT   ') },
  { kind: 'fat', offset: 54, bytes: ascii('FAT1') },
  { kind: 'fat', offset: 82, bytes: ascii('FAT32') },
  { kind: 'squashfs', offset: 0, bytes: ascii('hsqs') },
  { kind: 'lvm', offset: 512, bytes: ascii('LABELONE') },
  { kind: 'luks', offset: 0, bytes: [...ascii('LUKS'), 0xba, 0xbe] },
  { kind: 'swap', offset: 4096 - 10, bytes: ascii('SWAPSPACE2') },
];

/**
 * How large a file system says it is, in bytes; undefined where we do not know where that stands. Any number may come
 * out of hostile bytes.
 */
export function fileSystemSizeBytes(kind: FileSystemKind, head: Uint8Array): number | undefined {
  if (head.length < 2048) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  switch (kind) {
    // Linux fs/ext4/ext4.h, struct ext4_super_block, at byte 1024; INCOMPAT_64BIT is 0x80.
    case 'ext': {
      const has64Bits = (view.getUint32(1024 + 0x60, true) & 0x80) !== 0;
      const high = has64Bits ? view.getUint32(1024 + 0x150, true) : 0;
      const blocks = high * 2 ** 32 + view.getUint32(1024 + 4, true);
      return blocks * 2 ** (10 + Math.min(view.getUint32(1024 + 24, true), 6));
    }
    // Linux fs/xfs/libxfs/xfs_format.h, struct xfs_dsb: sb_blocksize, sb_dblocks.
    case 'xfs':
      return view.getUint32(4) * Number(view.getBigUint64(8));
    // Microsoft FAT specification 1.03: BPB_TotSec16, else BPB_TotSec32.
    case 'fat': {
      const sectors = view.getUint16(19, true) || view.getUint32(32, true);
      return sectors * view.getUint16(11, true);
    }
    default:
      return undefined;
  }
}

/** `head` begins at byte 0; 66 KiB reach every magic number. */
export function recogniseFileSystem(head: Uint8Array): FileSystemKind | undefined {
  return magics.find(magic => magic.bytes.every((byte, index) => head[magic.offset + index] === byte))?.kind;
}
