import { crc32 } from 'node:zlib';
import { type Decoded, decoded, malformed } from '#shared/model/decoded.ts';

/**
 * The primary GPT header, at LBA 1 (UEFI 2.10 §5.3.2), all little endian:
 *
 *     0         8         12        16        20   24        32         40           48
 *     +---------+---------+---------+---------+----+---------+----------+------------+-----------+
 *     | EFI PART| revision| size    | CRC32   | 0  | own LBA | backup   | first      | last      |
 *     |         | 00010000| 92…     |         |    | = 1     | LBA      | usable     | usable    |
 *     +---------+---------+---------+---------+----+---------+----------+------------+-----------+
 *     56        72            80        84        88
 *     +---------+-------------+---------+---------+------------+
 *     | disk    | entries'    | number  | bytes   | CRC32 of   |
 *     | GUID    | LBA         |         | of one  | all entries|
 *     +---------+-------------+---------+---------+------------+
 *     entry (§5.3.3): type GUID 16, own GUID 16, first LBA u64, last LBA u64, attributes u64, name 72 UTF-16LE
 */
export interface Gpt {
  /** Where the copy of this header is: the last sector of the disk. */
  readonly backupLba: number;
  readonly entries: readonly GptEntry[];
}

interface GptEntry {
  /** 1-based place in the array: Linux's partition number. */
  readonly number: number;
  readonly typeGuid: string;
  readonly firstLba: number;
  /** Inclusive. */
  readonly lastLba: number;
  /** Attribute bit 2, "legacy BIOS bootable": what syslinux' gptmbr.bin boots. */
  readonly legacyBootable: boolean;
  readonly name: string;
}

/** The reasons that mean damage; the others may be a table that we do not know how to read. */
export const gptChecksumReasons: readonly string[] = [
  'GPT header checksum is wrong',
  'GPT entries checksum is wrong',
];

/** The reason when nothing is where a GPT header should be. */
export const noGptHeader = 'no GPT header';

const headerMagic = 0x4546492050415254n; // "EFI PART"
const emptyGuid = '00000000-0000-0000-0000-000000000000';
/** The specification asks for 16 KiB; nobody writes more than a few. Bounds the work a hostile header can ask for. */
const entriesMaxBytes = 256 * 1024;

/** `head` begins at byte 0 of the disk and must reach past the entries; 64 KiB is enough for every real disk. */
export function decodeGpt(head: Uint8Array, sectorSizeBytes: number): Decoded<Gpt> {
  const at = sectorSizeBytes;
  if (head.length < at + 92) return malformed(head.length, 'ends before the GPT header');
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (view.getBigUint64(at, false) !== headerMagic) return malformed(at, noGptHeader);
  const headerSize = view.getUint32(at + 12, true);
  if (headerSize < 92 || headerSize > sectorSizeBytes || at + headerSize > head.length)
    return malformed(at + 12, `GPT header size ${headerSize}`);
  // A copy: `slice` of a Buffer would be a view, and the caller's bytes stay as they are.
  const header = Uint8Array.from(head.subarray(at, at + headerSize));
  header.fill(0, 16, 20);
  if (crc32(header) !== view.getUint32(at + 16, true))
    return malformed(at + 16, 'GPT header checksum is wrong');
  const count = view.getUint32(at + 80, true);
  const entrySize = view.getUint32(at + 84, true);
  if (entrySize < 128 || entrySize > 4096 || (entrySize & (entrySize - 1)) !== 0)
    return malformed(at + 84, `GPT entry size ${entrySize}`);
  if (count * entrySize > entriesMaxBytes) return malformed(at + 80, `${count} GPT entries`);
  const entriesAt = Number(view.getBigUint64(at + 72, true)) * sectorSizeBytes;
  if (entriesAt + count * entrySize > head.length)
    return malformed(head.length, 'ends before the end of the GPT entries');
  const array = head.subarray(entriesAt, entriesAt + count * entrySize);
  if (crc32(array) !== view.getUint32(at + 88, true))
    return malformed(entriesAt, 'GPT entries checksum is wrong');
  return decodeEntries(array, entrySize, Number(view.getBigUint64(at + 32, true)));
}

function decodeEntries(array: Uint8Array, entrySize: number, backupLba: number): Decoded<Gpt> {
  const view = new DataView(array.buffer, array.byteOffset, array.length);
  const entries: GptEntry[] = [];
  for (let at = 0; at < array.length; at += entrySize) {
    const typeGuid = guidText(array, at);
    if (typeGuid === emptyGuid) continue;
    const number = at / entrySize + 1;
    const firstLba = Number(view.getBigUint64(at + 32, true));
    const lastLba = Number(view.getBigUint64(at + 40, true));
    // 2^40 sectors are 512 TiB: beyond it the arithmetic in bytes would no longer be exact.
    if (firstLba > lastLba || lastLba > 2 ** 40)
      return malformed(at, `GPT partition ${number} runs from sector ${firstLba} to ${lastLba}`);
    entries.push({
      number,
      typeGuid,
      firstLba,
      lastLba,
      legacyBootable: (view.getUint32(at + 48, true) & 4) !== 0,
      name: new TextDecoder('utf-16le').decode(array.subarray(at + 56, at + 128)).replace(/\0.*$/s, ''),
    });
  }
  return decoded({ backupLba, entries });
}

/** GUIDs are stored with their first three fields little endian (UEFI 2.10 appendix A). */
function guidText(bytes: Uint8Array, at: number): string {
  const order = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15];
  const digits = order.map(index =>
    index === -1 ? '-' : (bytes[at + index] ?? 0).toString(16).padStart(2, '0'),
  );
  return digits.join('').toUpperCase();
}
