import type { Decoded } from '#shared/model/decoded.ts';
import { decoded, malformed } from '#shared/model/decoded.ts';
import { netFn } from '../message.ts';
import type { BmcCommand } from './command.ts';

/** Group extension of the Data Center Manageability Interface; first byte of requests and answers. */
export const dcmiGroup = 0xdc;

/** DCMI 1.5 §6.6.1, system power statistics. */
export interface PowerReading {
  readonly currentWatts: number;
  readonly minimumWatts: number;
  readonly maximumWatts: number;
  readonly averageWatts: number;
  /** Seconds since 1970 of the BMC's clock. */
  readonly atSeconds: number;
  /** What minimum, maximum and average were taken over. */
  readonly periodMs: number;
  readonly isActive: boolean;
}

const systemPowerStatistics = 0x01;
const readingBytes = 18;
const active = 0x40;

export const getPowerReading: BmcCommand<PowerReading> = {
  name: 'Get Power Reading',
  netFn: netFn.groupExtension,
  command: 0x02,
  data: Buffer.of(dcmiGroup, systemPowerStatistics, 0, 0),
  decode: decodePowerReading,
};

function decodePowerReading(data: Buffer): Decoded<PowerReading> {
  if (data.length < readingBytes) return malformed(data.length, 'power reading cut short');
  if (data.readUInt8(0) !== dcmiGroup) return malformed(0, 'not an answer of DCMI');
  return decoded({
    currentWatts: data.readUInt16LE(1),
    minimumWatts: data.readUInt16LE(3),
    maximumWatts: data.readUInt16LE(5),
    averageWatts: data.readUInt16LE(7),
    atSeconds: data.readUInt32LE(9),
    periodMs: data.readUInt32LE(13),
    isActive: (data.readUInt8(17) & active) !== 0,
  });
}

export function encodePowerReading(reading: PowerReading): Buffer {
  const data = Buffer.alloc(readingBytes);
  data.writeUInt8(dcmiGroup, 0);
  data.writeUInt16LE(reading.currentWatts, 1);
  data.writeUInt16LE(reading.minimumWatts, 3);
  data.writeUInt16LE(reading.maximumWatts, 5);
  data.writeUInt16LE(reading.averageWatts, 7);
  data.writeUInt32LE(reading.atSeconds, 9);
  data.writeUInt32LE(reading.periodMs, 13);
  data.writeUInt8(reading.isActive ? active : 0, 17);
  return data;
}
