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

/** `head` begins at byte 0; 66 KiB reach every magic number. */
export function recogniseFileSystem(head: Uint8Array): FileSystemKind | undefined {
  return magics.find(magic => magic.bytes.every((byte, index) => head[magic.offset + index] === byte))?.kind;
}
