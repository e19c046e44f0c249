import type { ByteReader } from '../disc-tree/disc-tree.ts';
import { sectorSize } from './name-space.ts';

/** One line of the boot catalogue. */
export interface BootEntry {
  readonly platform: 'bios' | 'uefi' | 'other';
  readonly isBootable: boolean;
  /** `none` hands the image over as it is; the others pretend to be a drive. */
  readonly emulation: 'none' | 'floppy' | 'hard-disk';
  readonly offsetBytes: number;
  /** What the firmware loads. UEFI images are often larger: their file system says how large. */
  readonly loadBytes: number;
}

const entryBytes = 32;
const virtualSectorBytes = 512;

/**
 * The boot catalogue (El Torito 1.0 §2), entries of 32 bytes: validation, initial entry, then sections.
 *
 *     validation: 01 │ platform │ 0 0 │ id 24 │ checksum u16 │ 55 AA      all its u16 add up to 0
 *     section:    90 (91: the last) │ platform │ number of entries u16 │ id 28
 *     entry:      88 boots, 00 does not │ media type │ load segment u16 │ system │ 0 │ sectors u16 │ block u32 │ …
 *
 * A catalogue that makes no sense has no entries: nothing else depends on it.
 */
export async function readBootCatalogue(image: ByteReader, offset: number): Promise<BootEntry[]> {
  if (offset + sectorSize > image.sizeBytes) return [];
  const bytes = Buffer.from(await image.read(offset, sectorSize));
  if (bytes.length < sectorSize || !isValidation(bytes)) return [];
  const entries = [bootEntry(bytes, entryBytes, bytes.readUInt8(1))];
  for (let at = 2 * entryBytes; at < sectorSize; ) {
    const header = bytes.readUInt8(at);
    if (header !== 0x90 && header !== 0x91) break;
    const platform = bytes.readUInt8(at + 1);
    let left = bytes.readUInt16LE(at + 2);
    at += entryBytes;
    for (; left > 0 && at < sectorSize; at += entryBytes) {
      // §2.5: an extension belongs to the entry before it.
      if (bytes.readUInt8(at) === 0x44) continue;
      entries.push(bootEntry(bytes, at, platform));
      left -= 1;
    }
    if (header === 0x91) break;
  }
  return entries.filter(entry => entry.offsetBytes > 0 && entry.offsetBytes < image.sizeBytes);
}

function isValidation(bytes: Buffer): boolean {
  let sum = 0;
  for (let at = 0; at < entryBytes; at += 2) sum += bytes.readUInt16LE(at);
  return bytes.readUInt8(0) === 1 && bytes.readUInt16BE(30) === 0x55aa && (sum & 0xffff) === 0;
}

function bootEntry(bytes: Buffer, at: number, platform: number): BootEntry {
  const mediaType = bytes.readUInt8(at + 1) & 0x0f;
  return {
    platform: platform === 0 ? 'bios' : platform === 0xef ? 'uefi' : 'other',
    isBootable: bytes.readUInt8(at) === 0x88,
    emulation: mediaType === 0 ? 'none' : mediaType === 4 ? 'hard-disk' : 'floppy',
    offsetBytes: bytes.readUInt32LE(at + 8) * sectorSize,
    loadBytes: bytes.readUInt16LE(at + 6) * virtualSectorBytes,
  };
}
