import { crc32 } from 'node:zlib';

/** Partition tables made by hand for tests, independent of the code under test. */
export interface MbrSlot {
  readonly type: number;
  readonly firstLba: number;
  readonly sectors: number;
  readonly active?: boolean;
}

export function mbrSector(slots: readonly MbrSlot[], bootCode = ''): Uint8Array {
  const sector = Buffer.alloc(512);
  sector.write(bootCode, 0, 'latin1');
  slots.forEach((slot, index) => {
    const at = 446 + index * 16;
    sector[at] = slot.active ? 0x80 : 0;
    sector[at + 4] = slot.type;
    sector.writeUInt32LE(slot.firstLba, at + 8);
    sector.writeUInt32LE(slot.sectors, at + 12);
  });
  sector.writeUInt16BE(0x55aa, 510);
  return sector;
}

export interface GptSlot {
  readonly type: string;
  readonly firstLba: number;
  readonly lastLba: number;
  readonly name?: string;
  readonly legacyBootable?: boolean;
}

export const espGuid = 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B';
export const biosBootGuid = '21686148-6449-6E6F-744E-656564454649';
export const linuxGuid = '0FC63DAF-8483-4772-8E79-3D69D8477DE4';

/**
 * Protective MBR, header and 128 entries with right checksums: the first 34 (512) or 6 (4096) sectors of a disk of
 * `sizeBytes`.
 */
export function gptHead(
  slots: readonly GptSlot[],
  sectorSize = 512,
  bootCode = '',
  sizeBytes = 10 * 2 ** 20,
): Uint8Array {
  const lastLba = Math.floor(sizeBytes / sectorSize) - 1;
  const entries = Buffer.alloc(128 * 128);
  slots.forEach((slot, index) => {
    const at = index * 128;
    guidBytes(slot.type).copy(entries, at);
    entries.fill(index + 1, at + 16, at + 32);
    entries.writeBigUInt64LE(BigInt(slot.firstLba), at + 32);
    entries.writeBigUInt64LE(BigInt(slot.lastLba), at + 40);
    entries.writeUInt32LE(slot.legacyBootable ? 4 : 0, at + 48);
    entries.write(slot.name ?? '', at + 56, 72, 'utf16le');
  });
  const header = Buffer.alloc(92);
  header.write('EFI PART', 0, 'latin1');
  header.writeUInt32LE(0x10000, 8);
  header.writeUInt32LE(92, 12);
  header.writeBigUInt64LE(1n, 24);
  header.writeBigUInt64LE(BigInt(lastLba), 32);
  header.writeBigUInt64LE(34n, 40);
  header.writeBigUInt64LE(BigInt(lastLba - 33), 48);
  header.writeBigUInt64LE(2n, 72);
  header.writeUInt32LE(128, 80);
  header.writeUInt32LE(128, 84);
  header.writeUInt32LE(crc32(entries), 88);
  header.writeUInt32LE(crc32(header), 16);
  const head = Buffer.alloc(2 * sectorSize + entries.length);
  head.set(mbrSector([{ type: 0xee, firstLba: 1, sectors: lastLba }], bootCode), 0);
  head.set(header, sectorSize);
  head.set(entries, 2 * sectorSize);
  return head;
}

function guidBytes(guid: string): Buffer {
  const [a = '', b = '', c = '', d = '', e = ''] = guid.split('-');
  const reversed = (hex: string): Buffer => Buffer.from(hex, 'hex').reverse();
  return Buffer.concat([reversed(a), reversed(b), reversed(c), Buffer.from(d + e, 'hex')]);
}
