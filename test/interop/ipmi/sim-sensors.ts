import type { AnalogFormat, Factors } from '#engine/net/ipmi/sensors/conversion.ts';
import { encodeSdrRecord } from '#engine/net/ipmi/sensors/sdr-record.ts';
import type { CompactSensor, FullSensor } from '#engine/net/ipmi/sensors/sensor-record.ts';

/**
 * Sensors for ipmi_sim that no one server has together: each linearisation, each analog format, both signs of M and B, all
 * exponents in use, states of several types. The lines are of ipmi_sim_cmd(5).
 */
interface SimNumber {
  readonly name: string;
  readonly format: AnalogFormat;
  readonly linearisation: number;
  readonly factors: Partial<Factors>;
  readonly raw: number;
}

const names = ['linear', 'ln', 'log10', 'log2', 'e', 'exp10', 'exp2', '1/x', 'sqr', 'cube', 'sqrt', 'cube-1'];
const small = { m: 1, resultExponent: -2 };

const numbers: readonly SimNumber[] = [
  ...names.map((name, linearisation) => ({
    name,
    linearisation,
    format: 'unsigned' as const,
    raw: 84,
    factors: [4, 5, 6, 7].includes(linearisation) ? small : { m: 3, b: 7, resultExponent: -1 },
  })),
  { name: 'ones', format: 'ones-complement', linearisation: 0, factors: { m: 2 }, raw: 0xf0 },
  { name: 'twos', format: 'twos-complement', linearisation: 0, factors: { m: 2 }, raw: 0xf0 },
  { name: 'minus M', format: 'unsigned', linearisation: 0, factors: { m: -3, b: 500 }, raw: 40 },
  {
    name: 'minus B',
    format: 'unsigned',
    linearisation: 0,
    raw: 200,
    factors: { m: 511, b: -512, bExponent: 2, resultExponent: -3 },
  },
  { name: 'B exp', format: 'unsigned', linearisation: 0, factors: { m: 5, b: 12, bExponent: -1 }, raw: 9 },
];

const noFactors: Factors = {
  m: 1,
  b: 0,
  bExponent: 0,
  resultExponent: 0,
  tolerance: 0,
  accuracy: 0,
  accuracyExponent: 0,
};
/** Raw, in the order of the bytes of §35.8: the highest threshold first. */
const rawThresholds = [0x7e, 0x78, 0x70, 0x05, 0x08, 0x10] as const;

const place = {
  owner: { kind: 'controller', address: 0x20, channel: 0 },
  lun: 0,
  entity: { id: 7, instance: 1, isLogical: false },
  ignoredIfAbsent: false,
} as const;

function fullSensor(number: number, sensor: SimNumber): FullSensor {
  const [upperNonRecoverable, upperCritical, upperNonCritical, lowerNonRecoverable, lowerCritical] =
    rawThresholds;
  return {
    kind: 'full',
    recordId: 0,
    number,
    name: sensor.name,
    sensorType: 2,
    eventType: 1,
    ...place,
    thresholdAccess: 'settable',
    masks: { assertion: 0x7a95, deassertion: 0x7a95, reading: 0x3f3f },
    format: sensor.format,
    unit: { base: 'amps', isPercentage: false },
    linearisation: sensor.linearisation,
    factors: { ...noFactors, ...sensor.factors },
    rawNominal: sensor.raw,
    rawNormalMax: undefined,
    rawNormalMin: undefined,
    rawMax: 0xff,
    rawMin: 0,
    rawThresholds: {
      upperNonRecoverable,
      upperCritical,
      upperNonCritical,
      lowerNonRecoverable,
      lowerCritical,
      lowerNonCritical: rawThresholds[5],
    },
    rawHysteresis: { rising: 1, falling: 1 },
  };
}

interface SimStates {
  readonly name: string;
  readonly sensorType: number;
  readonly eventType: number;
  readonly offsets: readonly number[];
}

const states: readonly SimStates[] = [
  { name: 'CPU', sensorType: 0x07, eventType: 0x6f, offsets: [7, 10] },
  { name: 'PSU', sensorType: 0x08, eventType: 0x6f, offsets: [0, 3] },
  { name: 'Memory', sensorType: 0x0c, eventType: 0x6f, offsets: [1, 6] },
  { name: 'Redundancy', sensorType: 0x09, eventType: 0x0b, offsets: [1] },
  { name: 'Availability', sensorType: 0x0d, eventType: 0x0a, offsets: [8] },
  { name: 'Digital', sensorType: 0x05, eventType: 0x03, offsets: [0] },
];

function compactSensor(number: number, sensor: SimStates): CompactSensor {
  const { name, sensorType, eventType } = sensor;
  return {
    kind: 'compact',
    recordId: 0,
    number,
    name,
    sensorType,
    eventType,
    ...place,
    thresholdAccess: 'none',
    masks: { assertion: 0x7fff, deassertion: 0x7fff, reading: 0x7fff },
    unit: { base: 'unspecified', isPercentage: false },
    sharing: { count: 1, suffix: 'number', firstSuffix: 0, sharesInstance: false },
    rawHysteresis: { rising: 0, falling: 0 },
  };
}

const firstStates = 0x40;
const allEvents = ['1'.repeat(15), '1'.repeat(15), '1'.repeat(15), '1'.repeat(15)].join(' ');

/** Lower ones going low, upper ones going high. */
const thresholdEvents = Array.from({ length: 4 }, () => '000101010010101').join(' ');

export const simSensors: readonly string[] = [
  ...numbers.flatMap((sensor, index) => [
    sdrLine(encodeSdrRecord(fullSensor(index + 1, sensor))),
    `sensor_add 0x20 0 ${index + 1} 2 1`,
    `sensor_set_event_support 0x20 0 ${index + 1} enable scanning per-state ${thresholdEvents}`,
    `sensor_set_threshold 0x20 0 ${index + 1} settable 111111 ${hexBytes(rawThresholds)}`,
    `sensor_set_value 0x20 0 ${index + 1} ${sensor.raw} 0`,
  ]),
  ...states.flatMap((sensor, index) => [
    sdrLine(encodeSdrRecord(compactSensor(firstStates + index, sensor))),
    `sensor_add 0x20 0 ${firstStates + index} ${sensor.sensorType} ${sensor.eventType}`,
    `sensor_set_event_support 0x20 0 ${firstStates + index} enable scanning per-state ${allEvents}`,
    ...sensor.offsets.map(offset => `sensor_set_bit 0x20 0 ${firstStates + index} ${offset} 1 0`),
  ]),
];

function sdrLine(record: Buffer): string {
  return `main_sdr_add 0x20 ${hexBytes(record)}`;
}

function hexBytes(bytes: Iterable<number>): string {
  return Array.from(bytes, byte => `0x${byte.toString(16)}`).join(' ');
}

/**
 * Events of real servers, time first: an Intel board cools down and its BIOS finds a bad DIMM ("IPMI SEL viewing shootout",
 * xkyle.com 2013), an uncorrectable machine check (moxspec-ocpsel), and what OEM entries look like.
 */
export const simEvents: readonly string[] = [
  selLine(0x02, 0x80, 0x00, 0x1b, 0x51, 0x20, 0x00, 0x04, 0x01, 0x2e, 0x81, 0x59, 0x49, 0x55),
  selLine(0x02, 0x81, 0x00, 0x1b, 0x51, 0x01, 0x00, 0x04, 0x0f, 0x06, 0x6f, 0xa0, 0x23, 0x85),
  selLine(0x02, 0x82, 0x00, 0x1b, 0x51, 0x01, 0x00, 0x04, 0x07, 0x40, 0x6f, 0xab, 0x07, 0x00),
  selLine(0x02, 0x10, 0x00, 0x00, 0x00, 0x20, 0x00, 0x04, 0x08, 0x50, 0x6f, 0x03, 0xff, 0xff),
  selLine(0x02, 0x83, 0x00, 0x1b, 0x51, 0x20, 0x00, 0x04, 0x08, 0x51, 0x0b, 0x01, 0xff, 0xff),
  selLine(0xc1, 0x84, 0x00, 0x1b, 0x51, 0x57, 0x01, 0x00, 1, 2, 3, 4, 5, 6),
  selLine(0xe5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13),
];

function selLine(...bytes: readonly number[]): string {
  return `sel_add 0x20 ${hexBytes(bytes)}`;
}
