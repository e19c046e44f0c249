import type { BmcSession } from '../client.ts';
import { getDeviceId } from '../commands/device.ts';
import type { SensorAddress } from '../commands/sensor.ts';
import { getSensorFactors, getSensorReading, getSensorThresholds } from '../commands/sensor.ts';
import { completion } from '../completion-code.ts';
import { BmcError } from '../failure.ts';
import { bmcAddress } from '../message.ts';
import { firstNonLinear, toValue } from './conversion.ts';
import type { SdrRepository } from './read-sdr.ts';
import type { Thresholds } from './sensor-fields.ts';
import { thresholdEventType, thresholdNames } from './sensor-fields.ts';
import type { ReadableSensor, SensorReading, UnavailableReason } from './sensor-reading.ts';
import { interpretReading, readableSensors, unavailable } from './sensor-reading.ts';
import type { FullSensor } from './sensor-record.ts';

/**
 * What one round of readings leaves to the next: thresholds, and who did not answer. To be thrown away with the repository
 * that it belongs to.
 */
export interface SensorMemory {
  /** By sensor; in the unit of its value. */
  readonly thresholds: Map<string, Thresholds>;
  /** A silent sensor is asked again after so many rounds, twice as many each time. */
  readonly silent: Map<string, { missed: number; roundsLeft: number }>;
}

export function createSensorMemory(): SensorMemory {
  return { thresholds: new Map(), silent: new Map() };
}

export interface ReadSensorsOptions {
  readonly memory?: SensorMemory;
  /** How long one sensor may take to answer; 2 s unless given. */
  readonly timeLimitMs?: number;
}

const maxRoundsLeft = 31;

/**
 * Reads the sensors one after the other, in the order of the repository, and gives each as soon as it is read. One that is
 * absent, refuses, or does not answer in time comes as `unavailable` with its reason, and the next one is read. Rejects with
 * BmcError when the session is over.
 */
export async function* readSensors(
  session: BmcSession,
  repository: SdrRepository,
  options: ReadSensorsOptions = {},
): AsyncGenerator<SensorReading> {
  const { memory = createSensorMemory(), timeLimitMs = 2000 } = options;
  for (const sensor of readableSensors(repository.records)) {
    const foreign = whoseElse(sensor);
    if (foreign !== undefined) yield unavailable(sensor, foreign);
    else if (isLeftOut(sensor, memory)) yield unavailable(sensor, 'silent');
    else yield await readOne(session, sensor, { memory, timeLimitMs });
  }
}

function whoseElse({ owner }: ReadableSensor): UnavailableReason | undefined {
  if (owner.kind === 'software') return 'software';
  return owner.address === bmcAddress && owner.channel === 0 ? undefined : 'other_controller';
}

function isLeftOut(sensor: ReadableSensor, { silent }: SensorMemory): boolean {
  const known = silent.get(keyOf(sensor));
  if (known === undefined || known.roundsLeft === 0) return false;
  known.roundsLeft -= 1;
  return true;
}

function keyOf({ recordId, number }: ReadableSensor): string {
  return `${recordId} ${number}`;
}

async function readOne(
  session: BmcSession,
  sensor: ReadableSensor,
  options: Required<ReadSensorsOptions>,
): Promise<SensorReading> {
  const { silent } = options.memory;
  const missed = silent.get(keyOf(sensor))?.missed ?? 0;
  // A packet that was lost looks like a silent sensor, so one that answered before is asked twice.
  for (let attempt = missed === 0 ? 1 : 2; ; attempt += 1) {
    try {
      const reading = await ask(session, sensor, options);
      silent.delete(keyOf(sensor));
      return reading;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== 'silent') return unavailable(sensor, reason);
      // Whether it is the sensor or the BMC that is silent: in that case the session ends here.
      await session.run(getDeviceId);
      if (attempt < 2) continue;
      silent.set(keyOf(sensor), {
        missed: missed + 1,
        roundsLeft: Math.min(maxRoundsLeft, 2 ** (missed + 1) - 1),
      });
      return unavailable(sensor, reason);
    }
  }
}

async function ask(
  session: BmcSession,
  sensor: ReadableSensor,
  { memory, timeLimitMs }: Required<ReadSensorsOptions>,
): Promise<SensorReading> {
  const address = { lun: sensor.lun, number: sensor.number, timeLimitMs };
  const answer = await session.run(getSensorReading(address));
  if (sensor.kind === 'compact') return interpretReading(sensor, answer, undefined, {});
  const thresholds = await thresholdsOf(session, sensor, address, memory);
  const hasValue = answer.isScanning && !answer.isUnavailable;
  const value = hasValue ? await convert(session, sensor, address, answer.raw) : undefined;
  return interpretReading(sensor, answer, value, thresholds);
}

/** Why one sensor has no reading. What ends the session goes on up. */
function reasonOf(error: unknown): UnavailableReason {
  if (!(error instanceof BmcError)) throw error;
  const { failure } = error;
  switch (failure.kind) {
    case 'timeout':
      return 'silent';
    case 'busy':
      return 'busy';
    case 'malformed_answer':
      return 'malformed';
    case 'completion_code':
      if (failure.code === completion.notPresent) return 'absent';
      return failure.code === completion.notInPresentState ? 'not_now' : 'refused';
    default:
      throw error;
  }
}

async function thresholdsOf(
  session: BmcSession,
  sensor: FullSensor,
  address: SensorAddress,
  memory: SensorMemory,
): Promise<Thresholds> {
  const known = memory.thresholds.get(keyOf(sensor));
  if (known !== undefined) return known;
  const raw = await rawThresholds(session, sensor, address);
  const thresholds: Partial<Record<keyof Thresholds, number>> = {};
  for (const name of thresholdNames) {
    const threshold = raw[name];
    if (threshold === undefined) continue;
    const value = await convert(session, sensor, address, threshold);
    if (value !== undefined) thresholds[name] = value;
  }
  memory.thresholds.set(keyOf(sensor), thresholds);
  return thresholds;
}

async function rawThresholds(
  session: BmcSession,
  sensor: FullSensor,
  address: SensorAddress,
): Promise<Thresholds> {
  if (sensor.eventType !== thresholdEventType || sensor.thresholdAccess === 'none') return {};
  if (sensor.thresholdAccess === 'fixed') return recordedThresholds(sensor);
  try {
    return await session.run(getSensorThresholds(address));
  } catch (error) {
    // Firmware that says "readable" and refuses, or is silent, has those of its record; what ends the session is thrown here.
    reasonOf(error);
    return recordedThresholds(sensor);
  }
}

/** §43.1, bytes 15–18: which thresholds are compared is in bits 12–14 of the lower and of the upper mask. */
function recordedThresholds({ masks, rawThresholds: recorded }: FullSensor): Thresholds {
  const compared = ((masks.assertion >> 12) & 7) | (((masks.deassertion >> 12) & 7) << 3);
  return Object.fromEntries(
    thresholdNames.flatMap((name, bit) =>
      ((compared >> bit) & 1) === 1 ? [[name, recorded[name]] as const] : [],
    ),
  );
}

async function convert(
  session: BmcSession,
  sensor: FullSensor,
  address: SensorAddress,
  raw: number,
): Promise<number | undefined> {
  const { format, linearisation } = sensor;
  if (format === 'none') return undefined;
  const isLinear = linearisation < firstNonLinear;
  const factors = isLinear ? sensor.factors : await session.run(getSensorFactors(address, raw));
  return toValue(raw, format, linearisation, factors);
}
