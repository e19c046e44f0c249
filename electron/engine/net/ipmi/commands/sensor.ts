import { netFn } from '../message.ts';
import type { Factors } from '../sensors/conversion.ts';
import { readFactors } from '../sensors/conversion.ts';
import type { Thresholds } from '../sensors/sensor-fields.ts';
import { thresholdNames } from '../sensors/sensor-fields.ts';
import type { BmcCommand } from './command.ts';
import { decodeFixed } from './command.ts';

/** Which sensor of the BMC, and how long its answer is worth waiting for. */
export interface SensorAddress {
  readonly lun: number;
  readonly number: number;
  readonly timeLimitMs: number;
}

/** IPMI 2.0 §35.14. */
export interface RawReading {
  /** Without meaning for sensors that have states only. */
  readonly raw: number;
  readonly isScanning: boolean;
  /** "Reading/state unavailable": an update is under way, or the entity is absent. */
  readonly isUnavailable: boolean;
  /** Bit n: threshold n is crossed (six of them), or the state at offset n holds (fifteen). */
  readonly states: number;
}

export function getSensorReading(sensor: SensorAddress): BmcCommand<RawReading> {
  return {
    ...sensorCommand('Get Sensor Reading', 0x2d, sensor),
    decode: decodeFixed(2, data => ({
      raw: data.readUInt8(0),
      isScanning: (data.readUInt8(1) & 0x40) !== 0,
      isUnavailable: (data.readUInt8(1) & 0x20) !== 0,
      states: (data[2] ?? 0) | (((data[3] ?? 0) & 0x7f) << 8),
    })),
  };
}

/** §35.9: raw values of those that can be read. */
export function getSensorThresholds(sensor: SensorAddress): BmcCommand<Thresholds> {
  return {
    ...sensorCommand('Get Sensor Thresholds', 0x27, sensor),
    decode: decodeFixed(7, data => {
      const mask = data.readUInt8(0);
      const readable = thresholdNames.flatMap((name, bit) =>
        ((mask >> bit) & 1) === 1 ? [[name, data.readUInt8(bit + 1)] as const] : [],
      );
      return Object.fromEntries(readable);
    }),
  };
}

/** §35.5: the factors of a non-linear sensor at this raw reading. */
export function getSensorFactors(sensor: SensorAddress, raw: number): BmcCommand<Factors> {
  const command = sensorCommand('Get Sensor Reading Factors', 0x23, sensor);
  return {
    ...command,
    data: Buffer.concat([command.data, Uint8Array.of(raw)]),
    decode: decodeFixed(7, data => readFactors(data.subarray(1, 7))),
  };
}

function sensorCommand(name: string, command: number, sensor: SensorAddress) {
  return {
    name,
    netFn: netFn.sensor,
    command,
    lun: sensor.lun,
    data: Buffer.of(sensor.number),
    onceWithinMs: sensor.timeLimitMs,
    oneOfMany: true,
  } as const;
}
