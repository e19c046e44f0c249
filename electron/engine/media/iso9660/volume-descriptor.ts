import { type NameSpace, sectorSize } from './name-space.ts';

export interface VolumeDescriptorInput {
  readonly space: NameSpace;
  readonly label: string;
  readonly createdAtMs: number;
  readonly sectors: number;
  readonly pathTableBytes: number;
  readonly pathTables: { readonly little: number; readonly big: number };
  readonly rootRecord: Uint8Array;
}

/**
 * The primary descriptor (ECMA-119 §8.4), or the supplementary one that Joliet uses (§8.5, escape sequence %/E for
 * UCS-2 level 3):
 *
 *     0    1      6  8         40        80         88    120       124       128        132
 *     +----+------+--+---------+---------+----------+-----+---------+---------+----------+-----------+
 *     |type| CD001|1 | system  | volume  | sectors  |escape 1 disk  | disk    | sector   | path table|
 *     |1, 2|      |  | id 32   | id 32   | both u32 | 32   |both u16|number 1 | size 2048| bytes     |
 *     +----+------+--+---------+---------+----------+------+--------+---------+----------+-----------+
 *     140: L table u32le · 148: M table u32be · 156: root record 34 · 190 … 813: identifiers (blank)
 *     813: four dates of 17 · 881: structure version 1
 */
export function volumeDescriptor(input: VolumeDescriptorInput): Uint8Array {
  const isJoliet = input.space === 'joliet';
  const sector = Buffer.alloc(sectorSize);
  sector.writeUInt8(isJoliet ? 2 : 1, 0);
  sector.write('CD001\x01', 1, 'latin1');
  const text = (value: string, offset: number, length: number): void => {
    const characters = isJoliet ? length >> 1 : length;
    const padded = value.padEnd(characters, ' ');
    const bytes = isJoliet ? Buffer.from(padded, 'utf16le').swap16() : Buffer.from(padded, 'latin1');
    bytes.copy(sector, offset, 0, length);
  };
  const both32 = (value: number, offset: number): void => {
    sector.writeUInt32LE(value, offset);
    sector.writeUInt32BE(value, offset + 4);
  };
  const both16 = (value: number, offset: number): void => {
    sector.writeUInt16LE(value, offset);
    sector.writeUInt16BE(value, offset + 2);
  };
  text('', 8, 32);
  text(input.label, 40, 32);
  both32(input.sectors, 80);
  if (isJoliet) sector.write('%/E', 88, 'latin1');
  both16(1, 120);
  both16(1, 124);
  both16(sectorSize, 128);
  both32(input.pathTableBytes, 132);
  sector.writeUInt32LE(input.pathTables.little, 140);
  sector.writeUInt32BE(input.pathTables.big, 148);
  sector.set(input.rootRecord, 156);
  // Volume set, publisher, data preparer, application (128 each), copyright, abstract, bibliographic file (37 each).
  text('', 190, 623);
  const date = descriptorDate(input.createdAtMs);
  sector.write(date, 813, 'latin1');
  sector.write(date, 830, 'latin1');
  // Expiry and effective date: not specified.
  sector.write(`${'0'.repeat(16)}\0`, 847, 'latin1');
  sector.write(`${'0'.repeat(16)}\0`, 864, 'latin1');
  sector.writeUInt8(1, 881);
  return sector;
}

/** ECMA-119 §8.3. */
export function volumeTerminator(): Uint8Array {
  const sector = Buffer.alloc(sectorSize);
  sector.writeUInt8(255, 0);
  sector.write('CD001\x01', 1, 'latin1');
  return sector;
}

/** ECMA-119 §8.4.26.1: YYYYMMDDHHMMSScc and the zone in quarter hours, here UTC. */
function descriptorDate(atMs: number): string {
  return `${new Date(atMs)
    .toISOString()
    .replace(/[^0-9]/g, '')
    .slice(0, 16)}\0`;
}
