import { completion } from '../completion-code.ts';
import type { LanRequest } from '../message.ts';
import { netFn } from '../message.ts';
import { thresholdEventType, thresholdNames } from '../sensors/sensor-fields.ts';
import type { BmcState, Handler, Reply } from './handler.ts';
import { handlerKey, level, refuse, reply } from './handler.ts';
import { stateMask, thresholdEvents, thresholdMask } from './sdr.ts';
import type { AnalogSensor, BoardReading, BoardSensor } from './sensor-board.ts';
import { rawOf, rawThreshold } from './sensor-board.ts';

/** Sensors (IPMI 2.0 §35). */
const getSensorReading = 0x2d;
const eventsAndScanning = 0xc0;
const unavailable = 0x20;
/** Reserved bits that are returned as one. */
const thresholdReserved = 0xc0;
const statesReserved = 0x80;
/** ACPI states S0 and S5 (table 42-3). */
const working = 0;
const softOff = 5;

function withSensor(state: BmcState, data: Buffer, answer: (sensor: BoardSensor) => Reply): Reply {
  if (data.length < 1) return refuse(completion.requestLengthInvalid);
  const sensor = state.board.sensors.find(({ number }) => number === data[0]);
  return sensor === undefined ? refuse(completion.notPresent) : answer(sensor);
}

function withThresholds(state: BmcState, data: Buffer, answer: (sensor: AnalogSensor) => Reply): Reply {
  return withSensor(state, data, sensor =>
    sensor.kind === 'analog' ? answer(sensor) : refuse(completion.invalidForRecord),
  );
}

function reading(state: BmcState, data: Buffer): Reply {
  return withSensor(state, data, sensor => {
    const found = state.board.reading(sensor);
    if (found === undefined) return refuse(completion.notPresent);
    if (sensor.needsPower && state.chassis.power() === 'off') {
      return reply(0x00, eventsAndScanning | unavailable, 0x00, statesReserved);
    }
    if (sensor.kind === 'analog') {
      const crossed = thresholdReserved | state.sensorWatch.crossed(sensor);
      return reply(rawOf(sensor, found.value), eventsAndScanning, crossed);
    }
    const mask = stateMask(statesOf(state, sensor, found));
    return reply(0x00, eventsAndScanning, mask & 0xff, statesReserved | (mask >> 8));
  });
}

function statesOf(state: BmcState, sensor: BoardSensor, found: BoardReading): readonly number[] {
  if (sensor.kind === 'states' && sensor.followsPower === true) {
    return [state.chassis.power() === 'on' ? working : softOff];
  }
  return found.states;
}

function thresholds(state: BmcState, data: Buffer): Reply {
  return withThresholds(state, data, sensor =>
    reply(thresholdMask(sensor), ...thresholdNames.map(name => rawThreshold(sensor, name) ?? 0)),
  );
}

function hysteresis(state: BmcState, data: Buffer): Reply {
  return withThresholds(state, data, sensor => reply(sensor.hysteresis, sensor.hysteresis));
}

/** Table 35-11: all events of the record's masks are enabled. */
function eventEnable(state: BmcState, data: Buffer): Reply {
  return withSensor(state, data, sensor => {
    const mask = eventMask(sensor);
    return reply(eventsAndScanning, mask & 0xff, mask >> 8, mask & 0xff, mask >> 8);
  });
}

function eventMask(sensor: BoardSensor): number {
  return sensor.kind === 'analog' ? thresholdEvents(thresholdMask(sensor)) : stateMask(sensor.offsets);
}

/** §35.13: which events hold now. */
function eventStatus(state: BmcState, data: Buffer): Reply {
  return withSensor(state, data, sensor => {
    const found = state.board.reading(sensor);
    if (found === undefined) return refuse(completion.notPresent);
    const mask =
      sensor.kind === 'analog'
        ? thresholdEvents(state.sensorWatch.crossed(sensor))
        : stateMask(statesOf(state, sensor, found));
    return reply(eventsAndScanning, mask & 0xff, mask >> 8, 0x00, 0x00);
  });
}

function typeOf(state: BmcState, data: Buffer): Reply {
  return withSensor(state, data, sensor =>
    reply(sensor.sensorType, sensor.kind === 'analog' ? thresholdEventType : sensor.eventType),
  );
}

/** Whether it asks for the reading of this sensor. */
export function isReadingOf(request: LanRequest, sensor: number | undefined): boolean {
  if (request.netFn !== netFn.sensor || request.command !== getSensorReading) return false;
  return sensor !== undefined && request.data[0] === sensor;
}

function handler(command: number, handle: Handler['handle']): [number, Handler] {
  return [handlerKey(netFn.sensor, command), { level: level.user, handle }];
}

export const sensorCommands: readonly [number, Handler][] = [
  handler(0x25, hysteresis),
  handler(0x27, thresholds),
  handler(0x29, eventEnable),
  handler(0x2b, eventStatus),
  handler(getSensorReading, reading),
  handler(0x2f, typeOf),
];
