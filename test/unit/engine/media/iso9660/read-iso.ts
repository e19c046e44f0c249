/** A reader for tests, written from ECMA-119 and Joliet, independent of the writer: path → content. */
export function readIso(image: Uint8Array, descriptorSector: 16 | 17): Map<string, string> {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.length);
  const descriptor = bytes.subarray(descriptorSector * 2048, (descriptorSector + 1) * 2048);
  const isJoliet = descriptor.toString('latin1', 88, 91) === '%/E';
  const files = new Map<string, string>();
  const walk = (prefix: string, sector: number, size: number): void => {
    const directory = bytes.subarray(sector * 2048, sector * 2048 + size);
    for (let at = 0; at < size; ) {
      const length = directory.readUInt8(at);
      if (length === 0) {
        at = (Math.floor(at / 2048) + 1) * 2048;
        continue;
      }
      const record = directory.subarray(at, at + length);
      at += length;
      const identifier = record.subarray(33, 33 + record.readUInt8(32));
      if (identifier.length === 1 && identifier.readUInt8(0) < 2) continue;
      const name = isJoliet
        ? Buffer.from(identifier).swap16().toString('utf16le').replace(/;1$/, '')
        : (rockRidgeName(record) ?? identifier.toString('latin1'));
      const [childSector, childSize] = [record.readUInt32LE(2), record.readUInt32LE(10)];
      if (childSector !== record.readUInt32BE(6) || childSize !== record.readUInt32BE(14))
        throw new Error('both-endian fields differ');
      if ((record.readUInt8(25) & 2) !== 0) walk(`${prefix}${name}/`, childSector, childSize);
      else
        files.set(prefix + name, bytes.toString('utf8', childSector * 2048, childSector * 2048 + childSize));
    }
  };
  walk('', descriptor.readUInt32LE(158), descriptor.readUInt32LE(166));
  return files;
}

function rockRidgeName(record: Buffer): string | undefined {
  const nameLength = record.readUInt8(32);
  for (let at = 33 + nameLength + ((nameLength + 1) % 2); at + 4 <= record.length; ) {
    const length = record.readUInt8(at + 2);
    if (length < 4) break;
    if (record.toString('latin1', at, at + 2) === 'NM') return record.toString('utf8', at + 5, at + length);
    at += length;
  }
  return undefined;
}
