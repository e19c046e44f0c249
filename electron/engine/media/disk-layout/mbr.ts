import { type Decoded, decoded, malformed } from '#shared/model/decoded.ts';

/**
 * Sector 0 of a disk with an MBR (UEFI 2.10 §5.2.1):
 *
 *     0     440        444   446                510
 *     +-----+----------+-----+------------------+-------+
 *     | boot| disk id  |  0  | 4 × 16-byte entry| 55 AA |
 *     | code|  u32     |     |                  |       |
 *     +-----+----------+-----+------------------+-------+
 *     entry: status u8, first CHS 3, type u8, last CHS 3, first LBA u32le, sectors u32le
 */
export interface Mbr {
  /** The used ones of the four primary slots. */
  readonly entries: readonly MbrEntry[];
}

interface MbrEntry {
  /** 1 … 4: the slot, which is also Linux's partition number. */
  readonly slot: number;
  readonly active: boolean;
  readonly typeByte: number;
  readonly firstLba: number;
  readonly sectors: number;
}

const mbrSize = 512;
const entriesOffset = 446;

/**
 * A file system's own boot sector ends with 55 AA as well, so a table counts only if every slot's status is
 * 0x00 or 0x80 and every used slot has a size: text and code in that place do not.
 */
export function decodeMbr(bytes: Uint8Array): Decoded<Mbr> {
  if (bytes.length < mbrSize) return malformed(bytes.length, 'shorter than one sector');
  const view = new DataView(bytes.buffer, bytes.byteOffset, mbrSize);
  if (view.getUint16(510, false) !== 0x55aa) return malformed(510, 'no 55 AA signature');
  const entries: MbrEntry[] = [];
  for (let slot = 1; slot <= 4; slot++) {
    const at = entriesOffset + (slot - 1) * 16;
    const status = view.getUint8(at);
    if (status !== 0 && status !== 0x80) return malformed(at, `partition ${slot} has status ${status}`);
    const typeByte = view.getUint8(at + 4);
    if (typeByte === 0) continue;
    const firstLba = view.getUint32(at + 8, true);
    const sectors = view.getUint32(at + 12, true);
    if (sectors === 0) return malformed(at + 12, `partition ${slot} is empty`);
    entries.push({ slot, active: status === 0x80, typeByte, firstLba, sectors });
  }
  return decoded({ entries });
}
