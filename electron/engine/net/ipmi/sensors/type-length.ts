import { plainText } from '../commands/command.ts';
import { sixBitText } from '../fru-inventory.ts';

const bcdPlus = '0123456789 -.:,_';
const maxLength = 0x1f;
const latin1 = 0xc0;

/**
 * A name behind its type and length byte (IPMI 2.0 §43.15): Unicode, BCD plus, packed 6-bit ASCII or 8-bit ASCII with
 * Latin-1. The length counts characters there and bytes in the FRU definition, and firmware follows either: what the
 * record has room for decides. What is cut short is read as far as it goes; control characters are replaced.
 */
export function readName(record: Buffer, at: number): string {
  if (at >= record.length) return '';
  const typeLength = record.readUInt8(at);
  const text = decodeText(typeLength >> 6, record.subarray(at + 1), typeLength & maxLength);
  return plainText(text.replaceAll('\0', '')).trim();
}

function decodeText(type: number, rest: Buffer, length: number): string {
  const bytes = rest.subarray(0, length);
  switch (type) {
    case 0:
      return rest.subarray(0, rest.length >= length * 2 ? length * 2 : length).toString('utf16le');
    case 1:
      return Array.from(bytes, byte => `${bcdPlus[byte >> 4] ?? ''}${bcdPlus[byte & 0x0f] ?? ''}`)
        .join('')
        .slice(0, bytes.length < length ? length : undefined);
    case 2:
      return sixBitText(bytes).slice(0, bytes.length < length ? length : undefined);
    default:
      return bytes.toString('latin1');
  }
}

/** 16 bytes at most, which is what records have room for. */
export function encodeName(name: string): Buffer {
  const bytes = Buffer.from(name, 'latin1').subarray(0, 16);
  return Buffer.concat([Uint8Array.of(latin1 | bytes.length), bytes]);
}
