import type { AnalogFormat } from '../sensors/conversion.ts';
import type { Entity, ThresholdName, Thresholds } from '../sensors/sensor-fields.ts';

/** What the sensors of a virtual machine are, and what is done to them: a temperature rises, a fan fails, a drive is pulled. */
export interface SensorBoard {
  readonly sensors: readonly BoardSensor[];
  /** In the unit of the sensor. */
  setValue(name: string, value: number): void;
  /** Offsets of the states that hold (table 42-2 or 42-3). */
  setStates(name: string, offsets: readonly number[]): void;
  /** False: what the sensor sits on is not there. */
  setPresent(name: string, isPresent: boolean): void;
  reading(sensor: BoardSensor): BoardReading | undefined;
  /** Called after each change of a sensor that is there. */
  watch(changed: (sensor: BoardSensor) => void): void;
}

export type BoardSensor = AnalogSensor | StateSensor;

interface BoardSensorBase {
  /** Sensor number; 1…254. */
  readonly number: number;
  /** 16 characters at most. */
  readonly name: string;
  readonly entity: Entity;
  readonly sensorType: number;
  /** It reads nothing while the machine is off. */
  readonly needsPower: boolean;
}

/** `value = (m · raw + b) · 10^exponent`. */
export interface AnalogSensor extends BoardSensorBase {
  readonly kind: 'analog';
  readonly unit: string;
  readonly format: Exclude<AnalogFormat, 'none' | 'ones-complement'>;
  readonly m: number;
  readonly b: number;
  readonly exponent: number;
  readonly nominal: number;
  /** In the unit of the sensor. */
  readonly thresholds: Thresholds;
  /** In raw counts. */
  readonly hysteresis: number;
}

export interface StateSensor extends BoardSensorBase {
  readonly kind: 'states';
  readonly eventType: number;
  /** Offsets that it knows. */
  readonly offsets: readonly number[];
  readonly initially: readonly number[];
  /** The states are S0 and S5, whatever the machine's power is. */
  readonly followsPower?: true;
}

export interface BoardReading {
  /** Of analog sensors. */
  readonly value: number;
  /** Of the others. */
  readonly states: readonly number[];
}

/** Throws for a name that no sensor has: the mistake of whoever plays the machine. */
export function createSensorBoard(sensors: readonly BoardSensor[]): SensorBoard {
  const readings = new Map<BoardSensor, BoardReading>();
  const absent = new Set<BoardSensor>();
  const watchers: ((sensor: BoardSensor) => void)[] = [];
  for (const sensor of sensors) readings.set(sensor, initialReading(sensor));

  function change(name: string, apply: (sensor: BoardSensor) => void): void {
    const sensor = sensors.find(candidate => candidate.name === name);
    if (sensor === undefined) throw new Error(`no sensor ${name}`);
    apply(sensor);
    if (!absent.has(sensor)) for (const changed of watchers) changed(sensor);
  }

  return {
    sensors,
    setValue: (name, value) => change(name, sensor => readings.set(sensor, { value, states: [] })),
    setStates: (name, states) => change(name, sensor => readings.set(sensor, { value: 0, states })),
    setPresent: (name, isPresent) =>
      change(name, sensor => (isPresent ? absent.delete(sensor) : absent.add(sensor))),
    reading: sensor => (absent.has(sensor) ? undefined : readings.get(sensor)),
    watch: changed => watchers.push(changed),
  };
}

function initialReading(sensor: BoardSensor): BoardReading {
  return sensor.kind === 'analog'
    ? { value: sensor.nominal, states: [] }
    : { value: 0, states: sensor.initially };
}

/** The byte that a reading or threshold of this sensor is on the wire; clamped to what it can show. */
export function rawOf(sensor: AnalogSensor, value: number): number {
  const counts = Math.round((value * 10 ** -sensor.exponent - sensor.b) / sensor.m);
  return sensor.format === 'unsigned'
    ? Math.min(0xff, Math.max(0, counts))
    : Math.min(0x7f, Math.max(-0x80, counts)) & 0xff;
}

/** Raw counts in their order, which two's complement bytes are not in. */
export function countsOf(sensor: AnalogSensor, raw: number): number {
  return sensor.format === 'unsigned' || raw < 0x80 ? raw : raw - 0x100;
}

export function rawThreshold(sensor: AnalogSensor, name: ThresholdName): number | undefined {
  const threshold = sensor.thresholds[name];
  return threshold === undefined ? undefined : rawOf(sensor, threshold);
}
