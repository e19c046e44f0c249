import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';
import { plainText } from './commands/command.ts';
import { checksum } from './message.ts';

/**
 * Platform Management FRU Information Storage Definition v1.0 rev 1.3: who made a machine and its serial
 * numbers. What is read comes from EEPROMs that factories fill by hand, so a bad area is left out and named.
 *
 * ```
 * header   01 | internal | chassis | board | product | multi-record | 00 | checksum     offsets × 8 (§8)
 * chassis  01 | length × 8 | type | part · serial · custom … | c1 | 00 … | checksum        (§10)
 * board    01 | length × 8 | language | date 3 | maker · product · serial · part · file · … (§11)
 * product  01 | length × 8 | language | maker · name · part · version · serial · asset · …  (§12)
 * field    type·length | bytes       type: 0 binary, 1 BCD plus, 2 6-bit ASCII, 3 text     (§13)
 * ```
 */
export interface FruInventory {
  readonly chassis?: ChassisArea;
  readonly board?: BoardArea;
  readonly product?: ProductArea;
  /** Areas that are there and could not be read, one line each. */
  readonly faults: readonly string[];
}

/** All texts are trimmed, control characters are replaced; empty when the factory left the field empty. */
export interface ChassisArea {
  /** SMBIOS chassis type number. */
  readonly type: number;
  readonly partNumber: string;
  readonly serial: string;
  readonly custom: readonly string[];
}

export interface BoardArea {
  /** Absent when not set. */
  readonly manufactured?: Date;
  readonly manufacturer: string;
  readonly product: string;
  readonly serial: string;
  readonly partNumber: string;
  readonly fruFileId: string;
  readonly custom: readonly string[];
}

export interface ProductArea {
  readonly manufacturer: string;
  readonly name: string;
  readonly partNumber: string;
  readonly version: string;
  readonly serial: string;
  readonly assetTag: string;
  readonly fruFileId: string;
  readonly custom: readonly string[];
}

export const fruHeaderBytes = 8;
export const fruAreaUnit = 8;
const endOfFields = 0xc1;
const english = [0, 25];
/** §11: minutes since this moment. */
const fruEpochMs = Date.UTC(1996, 0, 1);

export interface FruAreas {
  /** Byte offsets; undefined: no such area. */
  readonly chassis: number | undefined;
  readonly board: number | undefined;
  readonly product: number | undefined;
}

export function decodeFruHeader(bytes: Buffer): Decoded<FruAreas> {
  if (bytes.length < fruHeaderBytes) return malformed(bytes.length, 'FRU header cut short');
  if ((bytes.readUInt8(0) & 0x0f) !== 1) return malformed(0, 'not FRU format version 1');
  if (checksum(bytes, 0, 7) !== bytes[7]) return malformed(7, 'FRU header checksum is wrong');
  const at = (index: number) => bytes.readUInt8(index) * fruAreaUnit || undefined;
  return decoded({ chassis: at(2), board: at(3), product: at(4) });
}

export function decodeFruInventory(bytes: Buffer): Decoded<FruInventory> {
  const header = decodeFruHeader(bytes);
  if (!header.ok) return header;
  const faults: string[] = [];
  function area<T>(
    name: string,
    offset: number | undefined,
    read: (area: Buffer) => T | undefined,
  ): T | undefined {
    if (offset === undefined) return undefined;
    const found = cutArea(bytes, offset);
    if (!found.ok) {
      faults.push(`${name} area: ${found.reason}`);
      return undefined;
    }
    const value = read(found.value);
    if (value === undefined) faults.push(`${name} area: fields run past its end`);
    return value;
  }
  const chassis = area('chassis', header.value.chassis, readChassis);
  const board = area('board', header.value.board, readBoard);
  const product = area('product', header.value.product, readProduct);
  return decoded({
    faults,
    ...(chassis === undefined ? {} : { chassis }),
    ...(board === undefined ? {} : { board }),
    ...(product === undefined ? {} : { product }),
  });
}

function cutArea(bytes: Buffer, offset: number): Decoded<Buffer> {
  if (offset + 2 > bytes.length) return malformed(offset, 'lies beyond the inventory');
  const length = bytes.readUInt8(offset + 1) * fruAreaUnit;
  if (length === 0 || offset + length > bytes.length)
    return malformed(offset + 1, 'is longer than the inventory');
  const area = bytes.subarray(offset, offset + length);
  if (checksum(area, 0, length - 1) !== area[length - 1]) return malformed(offset, 'checksum is wrong');
  return decoded(area);
}

function readChassis(area: Buffer): ChassisArea | undefined {
  const fields = readFields(area, 3, true);
  if (fields === undefined) return undefined;
  const [partNumber = '', serial = '', ...custom] = fields;
  return { type: area.readUInt8(2), partNumber, serial, custom };
}

function readBoard(area: Buffer): BoardArea | undefined {
  const fields = readFields(area, 6, english.includes(area.readUInt8(2)));
  if (fields === undefined) return undefined;
  const [manufacturer = '', product = '', serial = '', partNumber = '', fruFileId = '', ...custom] = fields;
  const minutes = area.readUIntLE(3, 3);
  const manufactured = new Date(fruEpochMs + minutes * 60_000);
  return {
    ...(minutes === 0 ? {} : { manufactured }),
    manufacturer,
    product,
    serial,
    partNumber,
    fruFileId,
    custom,
  };
}

function readProduct(area: Buffer): ProductArea | undefined {
  const fields = readFields(area, 3, english.includes(area.readUInt8(2)));
  if (fields === undefined) return undefined;
  const [
    manufacturer = '',
    name = '',
    partNumber = '',
    version = '',
    serial = '',
    assetTag = '',
    fruFileId = '',
    ...custom
  ] = fields;
  return { manufacturer, name, partNumber, version, serial, assetTag, fruFileId, custom };
}

/** Fields up to the end mark; undefined when one runs past the area. A missing end mark is forgiven. */
function readFields(area: Buffer, from: number, isEnglish: boolean): string[] | undefined {
  const fields: string[] = [];
  const end = area.length - 1;
  let at = from;
  while (at < end) {
    const typeLength = area.readUInt8(at);
    if (typeLength === endOfFields) return fields;
    const length = typeLength & 0x3f;
    if (at + 1 + length > end) return undefined;
    fields.push(fieldText(typeLength >> 6, area.subarray(at + 1, at + 1 + length), isEnglish));
    at += 1 + length;
  }
  return fields;
}

const bcdPlus = '0123456789 -.???';

function fieldText(type: number, bytes: Buffer, isEnglish: boolean): string {
  switch (type) {
    case 0:
      return bytes.toString('hex');
    case 1:
      return Array.from(bytes, byte => `${bcdPlus[byte >> 4] ?? '?'}${bcdPlus[byte & 0x0f] ?? '?'}`)
        .join('')
        .trim();
    case 2:
      return plainText(sixBitText(bytes)).trim();
    default:
      return plainText(bytes.toString(isEnglish ? 'latin1' : 'utf16le'))
        .replaceAll('\0', '')
        .trim();
  }
}

/** §13.3: characters of 6 bits, least significant bits first, offset 20h. */
export function sixBitText(bytes: Buffer): string {
  let text = '';
  for (let bit = 0; bit + 6 <= bytes.length * 8; bit += 6) {
    const at = bit >> 3;
    const pair = bytes.readUInt8(at) | ((at + 1 < bytes.length ? bytes.readUInt8(at + 1) : 0) << 8);
    text += String.fromCharCode(0x20 + ((pair >> (bit & 7)) & 0x3f));
  }
  return text;
}

/** An inventory with board and product areas, as a virtual BMC hands it out. */
export function encodeFruInventory(inventory: Pick<FruInventory, 'board' | 'product'>): Buffer {
  const areas: Buffer[] = [];
  const header = Buffer.alloc(fruHeaderBytes);
  header.writeUInt8(1, 0);
  let at = fruHeaderBytes;
  const add = (index: number, area: Buffer | undefined) => {
    if (area === undefined) return;
    header.writeUInt8(at / fruAreaUnit, index);
    areas.push(area);
    at += area.length;
  };
  add(3, inventory.board === undefined ? undefined : encodeBoard(inventory.board));
  add(4, inventory.product === undefined ? undefined : encodeProduct(inventory.product));
  header.writeUInt8(checksum(header, 0, 7), 7);
  return Buffer.concat([header, ...areas]);
}

function encodeBoard(board: BoardArea): Buffer {
  const date = Buffer.alloc(3);
  const minutes = board.manufactured === undefined ? 0 : (board.manufactured.getTime() - fruEpochMs) / 60_000;
  date.writeUIntLE(Math.min(0xffffff, Math.max(0, Math.floor(minutes))), 0, 3);
  const { manufacturer, product, serial, partNumber, fruFileId, custom } = board;
  return encodeArea([25, ...date], [manufacturer, product, serial, partNumber, fruFileId, ...custom]);
}

function encodeProduct(area: ProductArea): Buffer {
  const { manufacturer, name, partNumber, version, serial, assetTag, fruFileId, custom } = area;
  return encodeArea([25], [manufacturer, name, partNumber, version, serial, assetTag, fruFileId, ...custom]);
}

function encodeArea(head: readonly number[], fields: readonly string[]): Buffer {
  const body = fields.flatMap(field => {
    const text = Buffer.from(field, 'latin1').subarray(0, 0x3f);
    // A text of one byte would read as the end mark: it gets a blank.
    const bytes = text.length === 1 ? [...text, 0x20] : [...text];
    return [0xc0 | bytes.length, ...bytes];
  });
  const used = 2 + head.length + body.length + 2;
  const length = Math.ceil(used / fruAreaUnit) * fruAreaUnit;
  const area = Buffer.alloc(length);
  Buffer.from([1, length / fruAreaUnit, ...head, ...body, endOfFields]).copy(area);
  area.writeUInt8(checksum(area, 0, length - 1), length - 1);
  return area;
}
