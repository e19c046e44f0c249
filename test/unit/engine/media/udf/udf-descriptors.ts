import { crc16 } from '#engine/media/udf/descriptor-tag.ts';

export type UdfMap = 'physical' | 'sparable' | 'virtual' | 'virtual-1.50' | 'metadata';

export const partitionStart = 288;
export const packetBlocks = 32;
export const metadataFileBlocks = 96;
export const sparedAt = partitionStart + 512;

/** Encoders of ECMA-167 and UDF 2.60. Bodies begin behind the tag: a field at byte n of a descriptor is at n − 16. */
export interface Piece {
  readonly lengthBytes: number;
  readonly block: number;
  readonly ref: number;
  /** 1: allocated, not recorded. 3: the list goes on there. */
  readonly type: 0 | 1 | 3;
}

/** A tag and its body. */
export function descriptor(tag: number, location: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(16 + body.length);
  bytes.set(body, 16);
  bytes.writeUInt16LE(tag, 0);
  bytes.writeUInt16LE(3, 2);
  bytes.writeUInt16LE(crc16(body), 8);
  bytes.writeUInt16LE(body.length, 10);
  bytes.writeUInt32LE(location, 12);
  bytes.writeUInt8(bytes.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) & 0xff, 4);
  return bytes;
}

function cs0(text: string): Buffer {
  if (text === '') return Buffer.alloc(0);
  if (/^[\0-\u00ff]*$/.test(text)) return Buffer.concat([Buffer.from([8]), Buffer.from(text, 'latin1')]);
  return Buffer.concat([Buffer.from([16]), Buffer.from(text, 'utf16le').swap16()]);
}

function dstring(text: string, length: number): Buffer {
  const field = Buffer.alloc(length);
  const encoded = cs0(text);
  encoded.copy(field);
  field.writeUInt8(encoded.length, length - 1);
  return field;
}

function longAd(lengthBytes: number, block: number, ref: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(lengthBytes, 0);
  bytes.writeUInt32LE(block, 4);
  bytes.writeUInt16LE(ref, 8);
  return bytes;
}

export function allocationDescriptor(
  { lengthBytes, block, ref, type }: Piece,
  kind: 'short' | 'long' | 'extended',
): Buffer {
  const raw = (lengthBytes | (type << 30)) >>> 0;
  if (kind === 'long') return longAd(raw, block, ref);
  const bytes = Buffer.alloc(kind === 'short' ? 8 : 20);
  bytes.writeUInt32LE(raw, 0);
  bytes.writeUInt32LE(kind === 'short' ? block : lengthBytes, 4);
  if (kind === 'short') return bytes;
  bytes.writeUInt32LE(lengthBytes, 8);
  bytes.writeUInt32LE(block, 12);
  bytes.writeUInt16LE(ref, 16);
  return bytes;
}

export function fileEntryBody(entry: {
  fileType: number;
  size: number;
  data: Uint8Array;
  allocationKind: number;
  head: number;
  strategy: number;
}): Buffer {
  const body = Buffer.alloc(entry.head - 16);
  body.writeUInt16LE(entry.strategy, 4);
  body.writeUInt16LE(1, 8);
  body.writeUInt8(entry.fileType, 11);
  body.writeUInt16LE(entry.allocationKind, 18);
  body.writeUInt32LE(0x14a5, 28);
  body.writeUInt16LE(1, 32);
  body.writeBigUInt64LE(BigInt(entry.size), 40);
  if (entry.head === 216) body.writeBigUInt64LE(BigInt(entry.size), 48);
  body.writeUInt32LE(entry.data.length, entry.head - 20);
  return Buffer.concat([body, entry.data]);
}

export function indirectEntry(block: number, ref: number, blockBytes: number): Buffer {
  const body = Buffer.alloc(36);
  body.writeUInt16LE(4096, 4);
  body.writeUInt8(3, 11);
  longAd(blockBytes * 2, block, ref).copy(body, 20);
  return body;
}

export function fileIdentifier(
  name: string,
  characteristics: number,
  icb: { block: number; ref: number },
): Buffer {
  const encoded = cs0(name);
  const body = Buffer.alloc((22 + encoded.length + 16 + 3) & ~3);
  body.writeUInt16LE(1, 0);
  body.writeUInt8(characteristics, 2);
  body.writeUInt8(encoded.length, 3);
  longAd(2048, icb.block, icb.ref).copy(body, 4);
  encoded.copy(body, 22);
  return descriptor(257, 0, body.subarray(0, ((38 + encoded.length + 3) & ~3) - 16));
}

export function pathComponents(target: string): Buffer {
  const parts = target.startsWith('/') ? [Buffer.from([2, 0, 0, 0])] : [];
  for (const name of target.split('/').filter(part => part !== '')) {
    const encoded = name === '.' || name === '..' ? Buffer.alloc(0) : cs0(name);
    const type = name === '..' ? 3 : name === '.' ? 4 : 5;
    parts.push(Buffer.concat([Buffer.from([type, encoded.length, 0, 0]), encoded]));
  }
  return Buffer.concat(parts);
}

export function fileSetBody(root: { block: number; ref: number }): Buffer {
  const body = Buffer.alloc(496);
  longAd(2048, root.block, root.ref).copy(body, 400 - 16);
  return body;
}

export function metadataFile(block: number, blockBytes: number): Buffer {
  const half = metadataFileBlocks / 2;
  const piece = (at: number): Buffer =>
    allocationDescriptor({ lengthBytes: half * blockBytes, block: at, ref: 0, type: 0 }, 'short');
  const data = Buffer.concat([piece(2 + metadataFileBlocks + half), piece(2 + half)]);
  const size = metadataFileBlocks * blockBytes;
  return descriptor(
    266,
    block,
    fileEntryBody({ fileType: 250 + block, size, data, allocationKind: 0, head: 216, strategy: 4 }),
  );
}

export function sparingTable(location: number): Buffer {
  const body = Buffer.alloc(56);
  body.write('\0*UDF Sparing Table', 0, 'latin1');
  body.writeUInt16LE(2, 32);
  body.writeUInt32LE(1, 36);
  body.writeUInt32LE(packetBlocks, 40);
  body.writeUInt32LE(sparedAt, 44);
  body.writeUInt32LE(0xffffffff, 48);
  body.writeUInt32LE(sparedAt + 64, 52);
  return descriptor(0, location, body);
}

export function virtualTable(entries: readonly number[], hasHeader: boolean): Buffer {
  const numbers = Buffer.alloc(entries.length * 4);
  for (const [index, block] of entries.entries()) numbers.writeUInt32LE(block, index * 4);
  if (hasHeader) {
    const header = Buffer.alloc(152);
    header.writeUInt16LE(152, 0);
    return Buffer.concat([header, numbers]);
  }
  const tail = Buffer.alloc(36);
  tail.write('\0*UDF Virtual Alloc Tbl', 0, 'latin1');
  return Buffer.concat([numbers, tail]);
}

interface Volume {
  readonly map: UdfMap;
  readonly blockBytes: number;
  readonly usedBlocks: number;
  readonly fileSet: number;
  readonly metaRef: number;
}

export function putVolume(put: (at: number, bytes: Uint8Array) => void, volume: Volume): void {
  const { blockBytes, map } = volume;
  const recognition = Buffer.alloc(32768 + 3 * 2048);
  ['BEA01', map === 'virtual-1.50' ? 'NSR02' : 'NSR03', 'TEA01'].forEach((identifier, index) => {
    recognition.write(`\0${identifier}\x01`, 32768 + index * 2048, 'latin1');
  });
  put(0, recognition);
  const sequence = Math.ceil(recognition.length / blockBytes);
  const anchor = Buffer.alloc(496);
  anchor.writeUInt32LE(4 * blockBytes, 0);
  anchor.writeUInt32LE(sequence, 4);
  anchor.writeUInt32LE(4 * blockBytes, 8);
  anchor.writeUInt32LE(sequence, 12);
  put(256, descriptor(2, 256, anchor));
  const primary = Buffer.alloc(496);
  dstring('MADE', 32).copy(primary, 24 - 16);
  put(sequence, descriptor(1, sequence, primary));
  const partition = Buffer.alloc(496);
  partition.writeUInt32LE(1, 0);
  partition.write('\0+NSR03', 24 - 16, 'latin1');
  partition.writeUInt32LE(4, 184 - 16);
  partition.writeUInt32LE(partitionStart, 188 - 16);
  partition.writeUInt32LE(volume.usedBlocks, 192 - 16);
  put(sequence + 1, descriptor(5, sequence + 1, partition));
  put(sequence + 2, descriptor(6, sequence + 2, logicalVolume(volume)));
  put(sequence + 3, descriptor(8, sequence + 3, Buffer.alloc(496)));
}

function logicalVolume({ map, blockBytes, fileSet, metaRef }: Volume): Buffer {
  const physicalMap = Buffer.from([1, 6, 1, 0, 0, 0]);
  const revision = map === 'virtual-1.50' ? 0x0150 : 0x0250;
  const typeTwo = (identifier: string): Buffer => {
    const bytes = Buffer.alloc(64);
    bytes.set([2, 64]);
    bytes.write(identifier, 5, 'latin1');
    bytes.writeUInt16LE(revision, 28);
    bytes.writeUInt16LE(1, 36);
    return bytes;
  };
  const maps = {
    physical: () => [physicalMap],
    sparable: () => {
      const bytes = typeTwo('*UDF Sparable Partition');
      bytes.writeUInt16LE(packetBlocks, 40);
      bytes.writeUInt8(1, 42);
      bytes.writeUInt32LE(72, 44);
      bytes.writeUInt32LE(sparedAt + packetBlocks, 48);
      return [bytes];
    },
    virtual: () => [physicalMap, typeTwo('*UDF Virtual Partition')],
    'virtual-1.50': () => [physicalMap, typeTwo('*UDF Virtual Partition')],
    metadata: () => {
      const bytes = typeTwo('*UDF Metadata Partition');
      bytes.writeUInt32LE(0, 40);
      bytes.writeUInt32LE(1, 44);
      bytes.writeUInt32LE(0xffffffff, 48);
      bytes.writeUInt32LE(32, 52);
      bytes.writeUInt16LE(1, 56);
      return [physicalMap, bytes];
    },
  }[map]();
  const table = Buffer.concat(maps);
  const body = Buffer.alloc(440 - 16);
  dstring('MADE HERE', 128).copy(body, 84 - 16);
  body.writeUInt32LE(blockBytes, 212 - 16);
  body.write('\0*OSTA UDF Compliant', 216 - 16, 'latin1');
  body.writeUInt16LE(revision, 240 - 16);
  longAd(2 * blockBytes, fileSet, metaRef).copy(body, 248 - 16);
  body.writeUInt32LE(table.length, 264 - 16);
  body.writeUInt32LE(maps.length, 268 - 16);
  return Buffer.concat([body, table]);
}
