import { netFn } from '../message.ts';
import type { BmcCommand } from './command.ts';
import { decodeFixed, decodeNothing } from './command.ts';

/** IPMI 2.0 §28.2. */
export interface ChassisStatus {
  readonly power: 'on' | 'off';
  readonly powerOverload: boolean;
  readonly powerInterlock: boolean;
  readonly powerFault: boolean;
  readonly powerControlFault: boolean;
  readonly restorePolicy: 'stay_off' | 'previous' | 'always_on' | 'unknown';
  readonly lastPowerEvent: readonly PowerEvent[];
  readonly intrusion: boolean;
  readonly driveFault: boolean;
  readonly coolingFault: boolean;
  /** Undefined where the BMC does not report it. */
  readonly identify: 'off' | 'timed' | 'on' | undefined;
}

export type PowerEvent = 'ac_failed' | 'overload' | 'interlock' | 'fault' | 'on_by_command';

const powerEvents: readonly PowerEvent[] = ['ac_failed', 'overload', 'interlock', 'fault', 'on_by_command'];
const restorePolicies = ['stay_off', 'previous', 'always_on', 'unknown'] as const;
const identifyStates = ['off', 'timed', 'on'] as const;

export const getChassisStatus: BmcCommand<ChassisStatus> = {
  name: 'Get Chassis Status',
  netFn: netFn.chassis,
  command: 0x01,
  data: Buffer.alloc(0),
  decode: decodeFixed(3, readChassisStatus),
};

function readChassisStatus(data: Buffer): ChassisStatus {
  const state = data.readUInt8(0);
  const event = data.readUInt8(1);
  const misc = data.readUInt8(2);
  return {
    power: (state & 0x01) !== 0 ? 'on' : 'off',
    powerOverload: (state & 0x02) !== 0,
    powerInterlock: (state & 0x04) !== 0,
    powerFault: (state & 0x08) !== 0,
    powerControlFault: (state & 0x10) !== 0,
    restorePolicy: restorePolicies[(state >> 5) & 3] ?? 'unknown',
    lastPowerEvent: powerEvents.filter((_, bit) => ((event >> bit) & 1) === 1),
    intrusion: (misc & 0x01) !== 0,
    driveFault: (misc & 0x04) !== 0,
    coolingFault: (misc & 0x08) !== 0,
    identify: (misc & 0x40) !== 0 ? identifyStates[(misc >> 4) & 3] : undefined,
  };
}

export function encodeChassisStatus(status: ChassisStatus): Buffer {
  const events = status.lastPowerEvent.reduce((bits, event) => bits | (1 << powerEvents.indexOf(event)), 0);
  const identify = status.identify === undefined ? 0 : 0x40 | (identifyStates.indexOf(status.identify) << 4);
  return Buffer.of(
    (status.power === 'on' ? 0x01 : 0) |
      (status.powerOverload ? 0x02 : 0) |
      (status.powerInterlock ? 0x04 : 0) |
      (status.powerFault ? 0x08 : 0) |
      (status.powerControlFault ? 0x10 : 0) |
      (restorePolicies.indexOf(status.restorePolicy) << 5),
    events,
    (status.intrusion ? 0x01 : 0) |
      (status.driveFault ? 0x04 : 0) |
      (status.coolingFault ? 0x08 : 0) |
      identify,
  );
}

/** §28.3. `soft` asks the operating system through ACPI and only an operating system obeys. */
export type ChassisAction = 'off' | 'on' | 'cycle' | 'reset' | 'diagnostic_interrupt' | 'soft';

const chassisActions: readonly ChassisAction[] = [
  'off',
  'on',
  'cycle',
  'reset',
  'diagnostic_interrupt',
  'soft',
];

/** Single commands of slow BMCs take 5 s (github.com/openbmc/openbmc/issues/2519). */
export const controlAnswerMs = 8000;

/** Only `on` may be repeated: a second one finds the machine on. */
export function chassisControl(action: ChassisAction): BmcCommand<void> {
  return {
    ...(action === 'on' ? {} : { onceWithinMs: controlAnswerMs }),
    name: `Chassis Control (${action})`,
    netFn: netFn.chassis,
    command: 0x02,
    data: Buffer.of(chassisActions.indexOf(action)),
    decode: decodeNothing,
  };
}

export function decodeChassisAction(data: Buffer): ChassisAction | undefined {
  return data.length < 1 ? undefined : chassisActions[data.readUInt8(0) & 0x0f];
}

/** §28.5. Seconds 1…255, or until told otherwise, or off. */
export type IdentifyRequest = { readonly seconds: number } | 'on' | 'off';

export function chassisIdentify(request: IdentifyRequest): BmcCommand<void> {
  return {
    name: 'Chassis Identify',
    netFn: netFn.chassis,
    command: 0x04,
    data: encodeIdentify(request),
    decode: decodeNothing,
  };
}

function encodeIdentify(request: IdentifyRequest): Buffer {
  if (request === 'off') return Buffer.of(0);
  if (request === 'on') return Buffer.of(0, 1);
  return Buffer.of(Math.min(255, Math.max(1, Math.round(request.seconds))));
}

/** A request without data means the default of 15 s. */
export function decodeIdentify(data: Buffer): IdentifyRequest {
  if (data.length >= 2 && (data.readUInt8(1) & 1) === 1) return 'on';
  const seconds = data.length >= 1 ? data.readUInt8(0) : 15;
  return seconds === 0 ? 'off' : { seconds };
}

/** §28.11. */
export type RestartCause =
  | 'unknown'
  | 'chassis_control'
  | 'reset_button'
  | 'power_button'
  | 'watchdog'
  | 'oem'
  | 'restored_always_on'
  | 'restored_previous_state'
  | 'reset_by_pef'
  | 'cycle_by_pef'
  | 'soft_reset'
  | 'rtc';

const restartCauses: readonly RestartCause[] = [
  'unknown',
  'chassis_control',
  'reset_button',
  'power_button',
  'watchdog',
  'oem',
  'restored_always_on',
  'restored_previous_state',
  'reset_by_pef',
  'cycle_by_pef',
  'soft_reset',
  'rtc',
];

export const getRestartCause: BmcCommand<RestartCause> = {
  name: 'Get System Restart Cause',
  netFn: netFn.chassis,
  command: 0x07,
  data: Buffer.alloc(0),
  decode: decodeFixed(1, data => restartCauses[data.readUInt8(0) & 0x0f] ?? 'unknown'),
};

export function encodeRestartCause(cause: RestartCause): Buffer {
  return Buffer.of(restartCauses.indexOf(cause), 0x01);
}
