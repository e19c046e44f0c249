import type { ByteReader } from '../disc-tree/disc-tree.ts';
import { accepted, type DiscDecoded, readExactly, refused } from '../disc-tree/refusal.ts';
import { sectorSize } from './name-space.ts';

/** A primary or supplementary descriptor as far as a reader needs it; `volume-descriptor.ts` has the drawing. */
export interface IsoVolume {
  readonly label: string;
  readonly blockBytes: number;
  readonly root: { readonly offsetBytes: number; readonly sizeBytes: number };
}

export interface IsoVolumeSet {
  readonly primary: IsoVolume;
  readonly joliet: IsoVolume | undefined;
  readonly bootCatalogueOffset: number | undefined;
}

const firstSector = 16;
/** A real disc has three or four; a set without its terminator must end somewhere. */
const descriptorsMax = 64;

/** Reads the descriptors from sector 16 to the terminator (ECMA-119 §8). */
export async function readVolumeSet(image: ByteReader): Promise<DiscDecoded<IsoVolumeSet>> {
  let primary: IsoVolume | undefined;
  let joliet: IsoVolume | undefined;
  let bootCatalogueOffset: number | undefined;
  for (let sector = firstSector; sector < firstSector + descriptorsMax; sector++) {
    const at = sector * sectorSize;
    if (sector === firstSector && at + sectorSize > image.sizeBytes) return notIso(at);
    const bytes = await readExactly(image, at, sectorSize, 'a volume descriptor');
    if (!bytes.ok) return bytes;
    const isDescriptor = bytes.value.toString('latin1', 1, 6) === 'CD001';
    const type = bytes.value.readUInt8(0);
    if (!isDescriptor || type === 255) break;
    if (type === 0 && bytes.value.toString('latin1', 7, 30) === 'EL TORITO SPECIFICATION')
      bootCatalogueOffset ??= bytes.value.readUInt32LE(71) * sectorSize;
    if (type !== 1 && !(type === 2 && isJoliet(bytes.value))) continue;
    const volume = decodeVolume(bytes.value, at, type === 1 ? 'latin1' : 'ucs2');
    if (!volume.ok) return volume;
    if (type === 1) primary ??= volume.value;
    else joliet ??= volume.value;
  }
  return primary === undefined
    ? notIso(firstSector * sectorSize)
    : accepted({ primary, joliet, bootCatalogueOffset });
}

function notIso(offset: number) {
  return refused('not_a_disc', offset, 'no ISO 9660 volume descriptor');
}

/** Joliet 1.0 §3.2: UCS-2 level 1, 2 or 3. */
function isJoliet(descriptor: Buffer): boolean {
  return ['%/@', '%/C', '%/E'].includes(descriptor.toString('latin1', 88, 91));
}

function decodeVolume(bytes: Buffer, at: number, charset: 'latin1' | 'ucs2'): DiscDecoded<IsoVolume> {
  const blockBytes = bytes.readUInt16LE(128);
  if (![512, 1024, 2048].includes(blockBytes))
    return refused('malformed', at + 128, `a logical block of ${blockBytes} bytes`);
  const label = bytes.subarray(40, 72);
  return accepted({
    label: (charset === 'latin1' ? label.toString('latin1') : ucs2Text(label)).replace(/[ \0]+$/, ''),
    blockBytes,
    root: {
      offsetBytes: (bytes.readUInt32LE(158) + bytes.readUInt8(157)) * blockBytes,
      sizeBytes: bytes.readUInt32LE(166),
    },
  });
}

/** Big-endian UTF-16; half a pair becomes U+FFFD, half a unit is left out. */
export function ucs2Text(bytes: Uint8Array): string {
  const even = Buffer.from(bytes.subarray(0, bytes.length & ~1));
  return even.swap16().toString('utf16le').toWellFormed();
}
