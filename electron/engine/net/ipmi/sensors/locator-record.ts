import type { Entity } from './sensor-fields.ts';
import { entityBytes, readEntity } from './sensor-fields.ts';
import { encodeName, readName } from './type-length.ts';

/** FRU device locator, IPMI 2.0 §43.8. */
export interface FruLocator {
  readonly kind: 'fru-locator';
  readonly recordId: number;
  /** Of the controller that gives access to it; 20h: the BMC. */
  readonly address: number;
  /** Only logical devices can be read by Read FRU Data; the others are EEPROMs on a private bus. */
  readonly isLogical: boolean;
  /** FRU device id of a logical device, else its address on the bus. */
  readonly fruId: number;
  readonly lun: number;
  readonly channel: number;
  readonly entity: Entity;
  readonly name: string;
}

/** Management controller locator, §43.9. */
export interface ControllerLocator {
  readonly kind: 'controller-locator';
  readonly recordId: number;
  readonly address: number;
  readonly channel: number;
  /** Bit field of byte 9: chassis, bridge, event generator and receiver, FRU, SEL, SDR, sensors. */
  readonly capabilities: number;
  readonly entity: Entity;
  readonly name: string;
}

/** §43.4: which entities a container holds. */
export interface EntityAssociation {
  readonly kind: 'entity-association';
  readonly recordId: number;
  readonly container: Entity;
  /** Ranges are written as their first and last member. */
  readonly isRange: boolean;
  readonly members: readonly Entity[];
}

/** Up to the name. */
export const fruLocatorBytes = 15;
export const controllerLocatorBytes = 15;
export const entityAssociationBytes = 16;
/** EEPROM behind a controller, table 43-12. */
const eepromDevice = 0x10;

/** The readers below want records of their number of bytes at least. */
export function readFruLocator(record: Buffer): FruLocator {
  const flags = record.readUInt8(7);
  return {
    kind: 'fru-locator',
    recordId: record.readUInt16LE(0),
    address: record.readUInt8(5) & 0xfe,
    isLogical: (flags & 0x80) !== 0,
    fruId: record.readUInt8(6),
    lun: (flags >> 3) & 3,
    channel: record.readUInt8(8) >> 4,
    entity: readEntity(record.readUInt8(12), record.readUInt8(13)),
    name: readName(record, 15),
  };
}

export function readControllerLocator(record: Buffer): ControllerLocator {
  return {
    kind: 'controller-locator',
    recordId: record.readUInt16LE(0),
    address: record.readUInt8(5) & 0xfe,
    channel: record.readUInt8(6) & 0x0f,
    capabilities: record.readUInt8(8),
    entity: readEntity(record.readUInt8(12), record.readUInt8(13)),
    name: readName(record, 15),
  };
}

export function readEntityAssociation(record: Buffer): EntityAssociation {
  const members = [8, 10, 12, 14].map(at => readEntity(record.readUInt8(at), record.readUInt8(at + 1)));
  return {
    kind: 'entity-association',
    recordId: record.readUInt16LE(0),
    container: readEntity(record.readUInt8(5), record.readUInt8(6)),
    isRange: (record.readUInt8(7) & 0x80) !== 0,
    members: members.filter(({ id }) => id !== 0),
  };
}

/** The bytes behind the header, as a virtual BMC hands them out. */
export function encodeFruLocator(locator: FruLocator): Buffer {
  const flags = (locator.isLogical ? 0x80 : 0) | (locator.lun << 3);
  const body = [locator.address, locator.fruId, flags, locator.channel << 4, 0, eepromDevice, 0];
  return Buffer.concat([Buffer.from([...body, ...entityBytes(locator.entity), 0]), encodeName(locator.name)]);
}

export function encodeControllerLocator(locator: ControllerLocator): Buffer {
  const body = [locator.address, locator.channel, 0, locator.capabilities, 0, 0, 0];
  return Buffer.concat([Buffer.from([...body, ...entityBytes(locator.entity), 0]), encodeName(locator.name)]);
}
