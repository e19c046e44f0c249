import { bmcAddress } from '../message.ts';
import type { ThresholdName } from '../sensors/sensor-fields.ts';
import { thresholdEventType, thresholdNames } from '../sensors/sensor-fields.ts';
import type { EventLog } from './event-log.ts';
import type { AnalogSensor, BoardSensor, SensorBoard, StateSensor } from './sensor-board.ts';
import { countsOf, rawOf, rawThreshold } from './sensor-board.ts';

/** Watches the sensors of a board and writes an event for each threshold that is crossed and each state that begins or ends. */
export interface SensorWatch {
  /** Bits of §35.14: a threshold stays crossed until the reading is back by the hysteresis. */
  crossed(sensor: AnalogSensor): number;
}

const systemEvent = 0x02;
const eventMessageRevision = 0x04;
const deasserted = 0x80;
/** Reading in byte 2, threshold in byte 3 (table 29-6). */
const readingAndThreshold = 0x50;
const unused = 0xff;

export function watchSensors(board: SensorBoard, log: EventLog): SensorWatch {
  const crossings = new Map<BoardSensor, number>();
  const states = new Map<BoardSensor, readonly number[]>();
  for (const sensor of board.sensors) {
    // What holds from the beginning is no event.
    const reading = board.reading(sensor);
    states.set(sensor, reading?.states ?? []);
    if (sensor.kind === 'analog' && reading !== undefined) {
      crossings.set(sensor, crossingsAt(sensor, rawOf(sensor, reading.value), 0));
    }
  }

  function analogChanged(sensor: AnalogSensor): void {
    const value = board.reading(sensor)?.value;
    if (value === undefined) return;
    const raw = rawOf(sensor, value);
    const before = crossings.get(sensor) ?? 0;
    const now = crossingsAt(sensor, raw, before);
    crossings.set(sensor, now);
    for (const [bit, name] of thresholdNames.entries()) {
      if ((((before ^ now) >> bit) & 1) === 0) continue;
      const direction = (now >> bit) & 1 ? 0 : deasserted;
      const data = [readingAndThreshold | thresholdOffset(bit), raw, rawThreshold(sensor, name) ?? unused];
      log.add(encodeEvent(sensor, thresholdEventType | direction, data));
    }
  }

  function statesChanged(sensor: StateSensor): void {
    const before = states.get(sensor) ?? [];
    const now = board.reading(sensor)?.states ?? [];
    states.set(sensor, now);
    for (const offset of sensor.offsets) {
      if (before.includes(offset) === now.includes(offset)) continue;
      const direction = now.includes(offset) ? 0 : deasserted;
      log.add(encodeEvent(sensor, sensor.eventType | direction, [offset, unused, unused]));
    }
  }

  board.watch(sensor => {
    if (sensor.kind === 'analog') analogChanged(sensor);
    else statesChanged(sensor);
  });
  return { crossed: sensor => crossings.get(sensor) ?? 0 };
}

/** Table 42-2: lower thresholds are crossed going low (even offsets), upper ones going high (odd ones). */
export function thresholdOffset(bit: number): number {
  return isUpper(bit) ? bit * 2 + 1 : bit * 2;
}

function isUpper(bit: number): boolean {
  return bit >= 3;
}

function crossingsAt(sensor: AnalogSensor, raw: number, before: number): number {
  const counts = countsOf(sensor, raw);
  return thresholdNames.reduce((bits, name, bit) => {
    const limit = limitOf(sensor, name);
    if (limit === undefined) return bits;
    const slack = (before >> bit) & 1 ? sensor.hysteresis : 0;
    const isCrossed = isUpper(bit) ? counts >= limit - slack : counts <= limit + slack;
    return isCrossed ? bits | (1 << bit) : bits;
  }, 0);
}

function limitOf(sensor: AnalogSensor, name: ThresholdName): number | undefined {
  const raw = rawThreshold(sensor, name);
  return raw === undefined ? undefined : countsOf(sensor, raw);
}

/** Id and time are the log's. */
function encodeEvent(sensor: BoardSensor, typeAndDirection: number, data: readonly number[]): Buffer {
  const what = [eventMessageRevision, sensor.sensorType, sensor.number, typeAndDirection, ...data];
  return Buffer.from([0, 0, systemEvent, 0, 0, 0, 0, bmcAddress, 0, ...what]);
}
