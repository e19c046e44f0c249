import { createCipheriv } from 'node:crypto';

const espSectors = 512;

/**
 * A small disk image that firmware would take for bootable, BIOS as well as UEFI: MBR with a boot signature, an EFI system
 * partition and a Linux partition, filled with bytes that do not compress, so that its transfer takes as long as it looks. The
 * same bytes every time.
 */
export function demoImage(sizeBytes: number): Uint8Array {
  const sectorBytes = 512;
  const image = Buffer.alloc(sizeBytes);
  const firstSector = 2048;
  const start = firstSector * sectorBytes;
  // A key stream rather than a hash a block: 24 MiB at once, while the engine's other work waits.
  const stream = createCipheriv('aes-128-ctr', 'Rackside demo im', Buffer.alloc(16));
  stream.update(Buffer.alloc(sizeBytes - start)).copy(image, start);
  image.write('\xeb\xfeRackside demo', 0, 'latin1');
  const linuxSector = firstSector + espSectors;
  image.writeUInt8(0x80, 446);
  image.writeUInt8(0x83, 450);
  image.writeUInt32LE(linuxSector, 454);
  image.writeUInt32LE(sizeBytes / sectorBytes - linuxSector, 458);
  image.writeUInt8(0xef, 466);
  image.writeUInt32LE(firstSector, 470);
  image.writeUInt32LE(espSectors, 474);
  image.writeUInt16LE(0xaa55, 510);
  return image;
}
