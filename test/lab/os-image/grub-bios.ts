/**
 * Makes a disk image bootable on BIOS without mounting it: what grub-bios-setup would write, written to the file.
 *
 *   LBA 0          boot.img   440 bytes of code; the sector of core.img at 0x5c, "boot drive: ask the BIOS" at 0x64
 *   LBA first      core.img   its first sector is diskboot.img, whose last 12 bytes are one block-list entry
 *                             u64 first sector of the rest | u16 sectors | u16 load segment
 * Offsets: GRUB 2.06 include/grub/i386/pc/boot.h and offsets.h.
 */
import { open, readFile } from 'node:fs/promises';

const sectorBytes = 512;
const bootCodeBytes = 440;
const kernelSectorOffset = 0x5c;
const bootDriveOffset = 0x64;
const driveCheckOffset = 0x66;
const blockListOffset = 500;
const loadSegment = 0x820;

export async function installGrubBios(options: {
  readonly disk: string;
  readonly bootImg: string;
  readonly coreImg: string;
  /** First sector of the BIOS boot partition. */
  readonly coreLba: number;
}): Promise<void> {
  const boot = (await readFile(options.bootImg)).subarray(0, sectorBytes);
  boot.writeBigUInt64LE(BigInt(options.coreLba), kernelSectorOffset);
  boot[bootDriveOffset] = 0xff;
  // Two NOPs over the jump that guards against BIOSes passing a floppy's number: GRUB does the same for hard disks.
  boot.fill(0x90, driveCheckOffset, driveCheckOffset + 2);

  const core = await readFile(options.coreImg);
  const sectors = Math.ceil(core.length / sectorBytes);
  const padded = Buffer.alloc(sectors * sectorBytes);
  core.copy(padded);
  padded.writeBigUInt64LE(BigInt(options.coreLba + 1), blockListOffset);
  padded.writeUInt16LE(sectors - 1, blockListOffset + 8);
  padded.writeUInt16LE(loadSegment, blockListOffset + 10);

  const disk = await open(options.disk, 'r+');
  try {
    await disk.write(boot, 0, bootCodeBytes, 0);
    await disk.write(padded, 0, padded.length, options.coreLba * sectorBytes);
  } finally {
    await disk.close();
  }
}
