/**
 * The smallest SDR repository that consoles accept (ipmitool and FreeIPMI fail on an empty one): where the
 * BMC and its FRU inventory are (IPMI 2.0 §43.8, §43.9).
 *
 * ```
 * record   id 2 | version 51 | type | length | key and body … | type·length | name
 * ```
 */
const sdrVersion = 0x51;
const typeFruLocator = 0x11;
const typeControllerLocator = 0x12;
const ascii = 0xc0;
const systemBoard = 0x07;

export const sdrRecords: readonly Buffer[] = [
  // 20h, channel 0, static controller, SDR·SEL·FRU·chassis device, entity system board 1.
  record(1, typeControllerLocator, [0x20, 0x00, 0x00, 0x8f, 0, 0, 0, systemBoard, 1, 0], 'BMC'),
  // Logical FRU device 0 behind 20h, device type 10h (EEPROM), entity system board 1.
  record(2, typeFruLocator, [0x20, 0x00, 0x80, 0x00, 0, 0x10, 0, systemBoard, 1, 0], 'System FRU'),
];

function record(id: number, type: number, body: readonly number[], name: string): Buffer {
  const text = Buffer.from(name, 'ascii');
  const length = body.length + 1 + text.length;
  return Buffer.from([id & 0xff, id >> 8, sdrVersion, type, length, ...body, ascii | text.length, ...text]);
}

const lastRecordId = 0xffff;

/** §33.12: id 0 is the first record, FFFFh the last. Undefined: no such record. */
export function findSdrRecord(id: number): { readonly record: Buffer; readonly nextId: number } | undefined {
  const index = id === 0 ? 0 : id === lastRecordId ? sdrRecords.length - 1 : id - 1;
  const found = sdrRecords[index];
  if (found === undefined) return undefined;
  return { record: found, nextId: index + 1 < sdrRecords.length ? index + 2 : lastRecordId };
}
