import { readFileSync } from 'node:fs';
import type { FullSensor } from '#engine/net/ipmi/sensors/sensor-record.ts';

/** The records of a file in test/fixtures/ipmi. */
export function recordsOf(name: string): readonly Buffer[] {
  const text = readFileSync(new URL(`../../../../../fixtures/ipmi/${name}.hex`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map(line => Buffer.from(line, 'hex'));
}

/** A full record as Supermicro's firmware has it for a processor (public test data of gebn/bmc, with a header put before it). */
export const supermicroCpuTemp = Buffer.from(
  '0400510133' +
    '20000103017f68010100720072' +
    '3f3f80010000010000000000072859fc7f8064645f0000000202000000c84350552054656d70',
  'hex',
);

export const amps: FullSensor = {
  kind: 'full',
  recordId: 7,
  owner: { kind: 'controller', address: 0x20, channel: 0 },
  lun: 1,
  number: 9,
  entity: { id: 10, instance: 2, isLogical: true },
  sensorType: 3,
  eventType: 1,
  name: 'Amps',
  ignoredIfAbsent: true,
  thresholdAccess: 'fixed',
  masks: { assertion: 0x7a95, deassertion: 0x2a95, reading: 0x1f3f },
  format: 'twos-complement',
  unit: {
    base: 'amps',
    modifier: { unit: 'hour', relation: 'times' },
    rate: 'minute',
    isPercentage: true,
  },
  linearisation: 7,
  factors: {
    m: -257,
    b: 496,
    bExponent: 5,
    resultExponent: -6,
    tolerance: 53,
    accuracy: 682,
    accuracyExponent: 3,
  },
  rawNominal: 8,
  rawNormalMax: undefined,
  rawNormalMin: 3,
  rawMax: 0x7b,
  rawMin: 0x80,
  rawThresholds: {
    lowerNonCritical: 6,
    lowerCritical: 5,
    lowerNonRecoverable: 4,
    upperNonCritical: 3,
    upperCritical: 2,
    upperNonRecoverable: 1,
  },
  rawHysteresis: { rising: 11, falling: 12 },
};
