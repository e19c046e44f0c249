import { largestUnpackedBytes } from './sheet-limits.ts';

const mostEntries = 1000;
const endSignature = 0x06_05_4b_50;
const entrySignature = 0x02_01_4b_50;
const unknown32 = 0xff_ff_ff_ff;

/**
 * Whether a ZIP says of all its entries how large they become, and that together they stay small (APPNOTE 6.3.10 §4.3.12,
 * §4.3.16). The reader of the workbook unpacks no entry beyond what it says, but takes 2 GiB from one that says nothing.
 * What is no ZIP at all passes: the reader says so in its own words.
 */
export function isBoundedZip(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOfDirectory(view);
  if (end === undefined) return true;
  const entryCount = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  let unpackedBytes = 0;
  // A size of the directory that is not here is in a ZIP64 record, which may name another directory.
  if (entryCount > mostEntries || view.getUint32(end + 12, true) === unknown32) return false;
  for (let index = 0; index < entryCount; index += 1) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== entrySignature) return false;
    const packed = view.getUint32(at + 20, true);
    const unpacked = view.getUint32(at + 24, true);
    const isSaidLater = (view.getUint16(at + 8, true) & 8) !== 0 && packed === 0;
    if (packed === unknown32 || unpacked === unknown32 || isSaidLater) return false;
    if (packed > 0 && unpacked === 0) return false;
    unpackedBytes += unpacked;
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return unpackedBytes <= largestUnpackedBytes;
}

/** The last record that looks like one, as every reader finds it. */
function endOfDirectory(view: DataView): number | undefined {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 65_557); at -= 1)
    if (view.getUint32(at, true) === endSignature) return at;
  return undefined;
}
