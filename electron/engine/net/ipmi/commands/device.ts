import { netFn } from '../message.ts';
import type { BmcCommand } from './command.ts';
import { decodeFixed } from './command.ts';

/** IPMI 2.0 §20.1. */
export interface DeviceId {
  readonly deviceId: number;
  readonly deviceRevision: number;
  readonly providesSdrs: boolean;
  /** The firmware says that it is updating or initialising itself. */
  readonly updating: boolean;
  /** `2.61`: major is binary, minor is BCD on the wire. */
  readonly firmware: string;
  /** `2.0` or `1.5`. */
  readonly ipmiVersion: string;
  /** IANA enterprise number, see quirks.ts for the names we know. */
  readonly manufacturerId: number;
  readonly productId: number;
  /** Bit field of table 20-2, byte 7: what the controller carries (sensor, SDR, SEL, FRU, chassis …). */
  readonly support: number;
  readonly auxiliaryFirmware?: Buffer;
}

export const getDeviceId: BmcCommand<DeviceId> = {
  name: 'Get Device ID',
  netFn: netFn.app,
  command: 0x01,
  data: Buffer.alloc(0),
  decode: decodeFixed(11, readDeviceId),
};

function readDeviceId(data: Buffer): DeviceId {
  const minor = data.readUInt8(3);
  const version = data.readUInt8(4);
  return {
    deviceId: data.readUInt8(0),
    deviceRevision: data.readUInt8(1) & 0x0f,
    providesSdrs: (data.readUInt8(1) & 0x80) !== 0,
    updating: (data.readUInt8(2) & 0x80) !== 0,
    firmware: `${data.readUInt8(2) & 0x7f}.${minor.toString(16).padStart(2, '0')}`,
    ipmiVersion: `${version & 0x0f}.${version >> 4}`,
    support: data.readUInt8(5),
    manufacturerId: data.readUIntLE(6, 3) & 0x0fffff,
    productId: data.readUInt16LE(9),
    ...(data.length >= 15 ? { auxiliaryFirmware: Buffer.from(data.subarray(11, 15)) } : {}),
  };
}

export function encodeDeviceId(device: DeviceId): Buffer {
  const data = Buffer.alloc(device.auxiliaryFirmware === undefined ? 11 : 15);
  const [major = '0', minor = '0'] = device.firmware.split('.');
  const [ipmiMajor = '2', ipmiMinor = '0'] = device.ipmiVersion.split('.');
  data.writeUInt8(device.deviceId, 0);
  data.writeUInt8((device.providesSdrs ? 0x80 : 0) | device.deviceRevision, 1);
  data.writeUInt8((device.updating ? 0x80 : 0) | Number(major), 2);
  data.writeUInt8(Number.parseInt(minor, 16), 3);
  data.writeUInt8((Number(ipmiMinor) << 4) | Number(ipmiMajor), 4);
  data.writeUInt8(device.support, 5);
  data.writeUIntLE(device.manufacturerId, 6, 3);
  data.writeUInt16LE(device.productId, 9);
  device.auxiliaryFirmware?.copy(data, 11, 0, 4);
  return data;
}

/**
 * §22.14. Sixteen bytes whose order firmware disagrees about: `specified` reads them as the IPMI
 * specification says (least significant byte first), `smbios` as the SMBIOS UUID that most vendors put
 * there unchanged (and that DHCP option 97 and dmidecode show), `asSent` in the order of the wire.
 */
export interface SystemGuid {
  readonly specified: string;
  readonly smbios: string;
  readonly asSent: string;
}

export const getSystemGuid: BmcCommand<SystemGuid> = {
  name: 'Get System GUID',
  netFn: netFn.app,
  command: 0x37,
  data: Buffer.alloc(0),
  decode: decodeFixed(16, data => guidReadings(data.subarray(0, 16))),
};

export function guidReadings(bytes: Buffer): SystemGuid {
  const swapped = Buffer.concat([
    Buffer.from(bytes.subarray(0, 4)).reverse(),
    Buffer.from(bytes.subarray(4, 6)).reverse(),
    Buffer.from(bytes.subarray(6, 8)).reverse(),
    bytes.subarray(8),
  ]);
  return {
    specified: uuidText(Buffer.from(bytes).reverse()),
    smbios: uuidText(swapped),
    asSent: uuidText(bytes),
  };
}

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
