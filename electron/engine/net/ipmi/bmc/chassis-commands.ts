import {
  decodeChassisAction,
  decodeIdentify,
  encodeChassisStatus,
  encodeRestartCause,
} from '../commands/chassis.ts';
import { completion } from '../completion-code.ts';
import { bmcAddress, netFn } from '../message.ts';
import type { BmcState, Handler, Reply } from './handler.ts';
import { handlerKey, level, refuse, reply, replyData } from './handler.ts';

const bootOptionsVersion = 0x01;

function chassisStatus(state: BmcState): Reply {
  const left = state.identifyUntilMs - state.clock.nowMs();
  return replyData(
    encodeChassisStatus({
      power: state.chassis.power(),
      powerOverload: false,
      powerInterlock: false,
      powerFault: false,
      powerControlFault: false,
      restorePolicy: 'previous',
      lastPowerEvent: [],
      intrusion: false,
      driveFault: false,
      coolingFault: false,
      identify: left <= 0 ? 'off' : left === Number.POSITIVE_INFINITY ? 'on' : 'timed',
    }),
  );
}

function control(state: BmcState, data: Buffer): Reply {
  if (data.length < 1) return refuse(completion.requestLengthInvalid);
  const action = decodeChassisAction(data);
  if (action === undefined) return refuse(completion.invalidField);
  const verdict = state.chassis.control(action);
  if (verdict === 'unsupported') return refuse(completion.invalidField);
  if (verdict === 'not_now') return refuse(completion.notInPresentState);
  state.bootOptions.chassisControlled();
  return reply();
}

function identify(state: BmcState, data: Buffer): Reply {
  const request = decodeIdentify(data);
  state.identifyUntilMs =
    request === 'off'
      ? 0
      : request === 'on'
        ? Number.POSITIVE_INFINITY
        : state.clock.nowMs() + request.seconds * 1000;
  state.chassis.identify(request);
  return reply();
}

function setBootOptions(state: BmcState, data: Buffer): Reply {
  if (data.length < 1) return refuse(completion.requestLengthInvalid);
  // Bit 7 only marks the parameter as locked; a request without data changes nothing else.
  if (data.length === 1) return reply();
  return refuse(state.bootOptions.set(data.readUInt8(0) & 0x7f, data.subarray(1)));
}

function getBootOptions(state: BmcState, data: Buffer): Reply {
  if (data.length < 3) return refuse(completion.requestLengthInvalid);
  const parameter = data.readUInt8(0) & 0x7f;
  const value = state.bootOptions.get(parameter);
  if (value === undefined) return refuse(0x80);
  return replyData(Buffer.concat([Uint8Array.of(bootOptionsVersion, parameter), value]));
}

function restartCause(state: BmcState): Reply {
  return replyData(encodeRestartCause(state.chassis.restartCause?.() ?? 'unknown'));
}

function capabilities(): Reply {
  return reply(0x00, bmcAddress, bmcAddress, bmcAddress, bmcAddress);
}

function handler(command: number, entry: Handler): [number, Handler] {
  return [handlerKey(netFn.chassis, command), entry];
}

/** IPMI 2.0 §28. */
export const chassisCommands: readonly [number, Handler][] = [
  handler(0x00, { level: level.user, handle: capabilities }),
  handler(0x01, { level: level.user, handle: chassisStatus }),
  handler(0x02, { level: level.operator, handle: control }),
  handler(0x04, { level: level.operator, handle: identify }),
  handler(0x07, { level: level.user, handle: restartCause }),
  handler(0x08, { level: level.operator, handle: setBootOptions }),
  handler(0x09, { level: level.operator, handle: getBootOptions }),
];
