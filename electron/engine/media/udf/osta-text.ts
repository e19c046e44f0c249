/**
 * OSTA Compressed Unicode (UDF 2.60 §2.1.1): the first byte says 8 or 16 bits a character, big endian; 254 and 255 are
 * the same for names of deleted files. Undefined for any other first byte.
 */
export function ostaText(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return '';
  const compression = bytes.readUInt8(0);
  const text = bytes.subarray(1);
  if (compression === 8 || compression === 254) return text.toString('latin1');
  if (compression !== 16 && compression !== 255) return undefined;
  const units = Buffer.from(text.subarray(0, text.length & ~1));
  return units.swap16().toString('utf16le').toWellFormed();
}

/** A dstring (§2.1.3): a field of fixed length whose last byte says how many are used. */
export function dstring(field: Buffer): string {
  const used = field.readUInt8(field.length - 1);
  return used >= field.length ? '' : (ostaText(field.subarray(0, used)) ?? '');
}
