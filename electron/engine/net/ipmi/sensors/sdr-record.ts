import { assertNever } from '#shared/model/assert-never.ts';
import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';
import type { ControllerLocator, EntityAssociation, FruLocator } from './locator-record.ts';
import {
  controllerLocatorBytes,
  encodeControllerLocator,
  encodeFruLocator,
  entityAssociationBytes,
  fruLocatorBytes,
  readControllerLocator,
  readEntityAssociation,
  readFruLocator,
} from './locator-record.ts';
import type { CompactSensor, EventOnlySensor, FullSensor } from './sensor-record.ts';
import {
  compactSensorBytes,
  encodeCompactSensor,
  encodeFullSensor,
  eventOnlyBytes,
  fullSensorBytes,
  readCompactSensor,
  readEventOnlySensor,
  readFullSensor,
} from './sensor-record.ts';

/**
 * Sensor data records, IPMI 2.0 §43:
 *
 * ```
 * record   id 2 | version 51 | type | length | body of `length` bytes, its name at the end
 * ```
 * Device-relative associations (09h), generic device locators (10h), 13h, 14h and OEM records (C0h) stay as bytes.
 */
export type SdrRecord =
  | FullSensor
  | CompactSensor
  | EventOnlySensor
  | FruLocator
  | ControllerLocator
  | EntityAssociation
  | UnknownRecord;

export interface UnknownRecord {
  readonly kind: 'unknown';
  readonly recordId: number;
  readonly type: number;
  /** Header included. */
  readonly bytes: Buffer;
}

export const sdrHeaderBytes = 5;
/** §43: BCD, least significant digit first: 1.5, which 2.0 kept. */
const sdrVersion = 0x51;

const types: Readonly<Record<number, { readonly sizeBytes: number; read(record: Buffer): SdrRecord }>> = {
  1: { sizeBytes: fullSensorBytes, read: readFullSensor },
  2: { sizeBytes: compactSensorBytes, read: readCompactSensor },
  3: { sizeBytes: eventOnlyBytes, read: readEventOnlySensor },
  8: { sizeBytes: entityAssociationBytes, read: readEntityAssociation },
  17: { sizeBytes: fruLocatorBytes, read: readFruLocator },
  18: { sizeBytes: controllerLocatorBytes, read: readControllerLocator },
};

/** Bytes behind the record's own length are not looked at. */
export function decodeSdrRecord(bytes: Buffer): Decoded<SdrRecord> {
  if (bytes.length < sdrHeaderBytes) return malformed(bytes.length, 'sensor data record cut short');
  const sizeBytes = sdrHeaderBytes + bytes.readUInt8(4);
  if (bytes.length < sizeBytes) {
    return malformed(bytes.length, `sensor data record of ${sizeBytes} bytes cut short`);
  }
  const record = bytes.subarray(0, sizeBytes);
  const type = record.readUInt8(3);
  const known = types[type];
  if (known === undefined) {
    return decoded({ kind: 'unknown', recordId: record.readUInt16LE(0), type, bytes: Buffer.from(record) });
  }
  if (sizeBytes < known.sizeBytes)
    return malformed(4, `record type ${type} of ${sizeBytes} bytes is too short`);
  return decoded(known.read(record));
}

/** What a virtual BMC has records of. */
export type WritableRecord = FullSensor | CompactSensor | FruLocator | ControllerLocator;

export function encodeSdrRecord(record: WritableRecord): Buffer {
  const [type, body] = encodeBody(record);
  const header = Buffer.of(record.recordId & 0xff, record.recordId >> 8, sdrVersion, type, body.length);
  return Buffer.concat([header, body]);
}

function encodeBody(record: WritableRecord): readonly [number, Buffer] {
  switch (record.kind) {
    case 'full':
      return [0x01, encodeFullSensor(record)];
    case 'compact':
      return [0x02, encodeCompactSensor(record)];
    case 'fru-locator':
      return [0x11, encodeFruLocator(record)];
    case 'controller-locator':
      return [0x12, encodeControllerLocator(record)];
    default:
      return assertNever(record);
  }
}
