import { sensorSpecificEventType, thresholdEventType } from './sensor-fields.ts';
import type { Severity, StateName } from './state-name.ts';
import { critical, fatal, gap, ok, warning } from './state-name.ts';

/** IPMI 2.0 table 42-3: a sensor type as a key, and its states by their offsets where it has some of its own. */
export interface SensorType {
  readonly key: string;
  readonly states: readonly (StateName | undefined)[];
}

const type = (key: string, ...states: readonly (StateName | undefined)[]): SensorType => ({ key, states });

const upTo2c: readonly SensorType[] = [
  type('reserved'),
  type('temperature'),
  type('voltage'),
  type('current'),
  type('fan'),
  type(
    'physical-security',
    ...critical('chassis-intrusion', 'drive-bay-intrusion', 'io-card-area-intrusion'),
    ...critical('processor-area-intrusion', 'lan-leash-lost', 'unauthorized-dock', 'fan-area-intrusion'),
  ),
  type(
    'platform-security',
    ...critical('secure-mode-violation', 'user-password-violation', 'setup-password-violation'),
    ...critical(
      'network-boot-password-violation',
      'other-password-violation',
      'out-of-band-password-violation',
    ),
  ),
  type(
    'processor',
    ...critical('ierr', 'thermal-trip', 'bist-failure', 'hang-in-post', 'initialization-failure'),
    ...critical('configuration-error', 'uncorrectable-error'),
    ...ok('presence-detected'),
    ...critical('disabled'),
    ...ok('terminator-presence-detected'),
    ...warning('automatically-throttled'),
    ...critical('uncorrectable-machine-check'),
    ...warning('correctable-machine-check'),
  ),
  type(
    'power-supply',
    ...ok('presence-detected'),
    ...critical('failure-detected'),
    ...warning('predictive-failure'),
    ...critical('ac-lost', 'input-lost-or-out-of-range', 'input-out-of-range', 'configuration-error'),
    ...ok('inactive'),
  ),
  type(
    'power-unit',
    ...ok('power-off', 'power-cycle'),
    ...critical(
      '240va-power-down',
      'interlock-power-down',
      'ac-lost',
      'soft-power-control-failure',
      'failure',
    ),
    ...warning('predictive-failure'),
  ),
  type('cooling-device'),
  type('other-units-based'),
  type(
    'memory',
    ...warning('correctable-error'),
    ...critical('uncorrectable-error', 'parity-error', 'scrub-failed', 'device-disabled'),
    ...critical('correctable-error-limit-reached'),
    ...ok('presence-detected'),
    ...critical('configuration-error'),
    ...ok('spare'),
    ...warning('automatically-throttled'),
    ...critical('critical-overtemperature'),
  ),
  type(
    'drive-slot',
    ...ok('drive-present'),
    ...critical('drive-fault'),
    ...warning('predictive-failure'),
    ...ok('hot-spare', 'consistency-check-in-progress'),
    ...critical('in-critical-array', 'in-failed-array'),
    ...warning('rebuild-in-progress', 'rebuild-aborted'),
  ),
  type('post-memory-resize'),
  type('system-firmware-progress', ...critical('error', 'hang'), ...ok('progress')),
  type(
    'event-logging-disabled',
    ...warning('correctable-memory-error-logging-disabled', 'event-type-logging-disabled'),
    ...ok('log-cleared'),
    ...critical('all-event-logging-disabled', 'log-full'),
    ...warning('log-almost-full', 'correctable-machine-check-logging-disabled'),
  ),
  type(
    'watchdog-1',
    ...critical('bios-reset', 'os-reset', 'os-shutdown', 'os-power-down', 'os-power-cycle', 'os-interrupt'),
    ...warning('os-expired', 'os-pre-timeout-interrupt'),
  ),
  type(
    'system-event',
    ...ok('system-reconfigured', 'oem-boot-event'),
    ...critical('undetermined-hardware-failure'),
    ...ok('auxiliary-log-entry-added', 'pef-action', 'clock-synchronized'),
  ),
  type(
    'critical-interrupt',
    ...critical('front-panel-interrupt', 'bus-timeout', 'io-channel-check', 'software-interrupt'),
    ...critical('pci-parity-error', 'pci-system-error', 'eisa-fail-safe-timeout'),
    ...warning('bus-correctable-error'),
    ...fatal('bus-uncorrectable-error', 'fatal-interrupt', 'bus-fatal-error'),
    ...warning('bus-degraded'),
  ),
  type(
    'button',
    ...ok('power-pressed', 'sleep-pressed', 'reset-pressed'),
    ...warning('latch-open'),
    ...ok('service-requested'),
  ),
  type('module'),
  type('microcontroller'),
  type('add-in-card'),
  type('chassis'),
  type('chip-set', ...critical('soft-power-control-failure', 'thermal-trip')),
  type('other-fru'),
  type('cable', ...ok('connected'), ...critical('configuration-error')),
  type('terminator'),
  type(
    'boot-initiated',
    ...ok('power-up', 'hard-reset', 'warm-reset', 'user-requested-pxe', 'automatic-diagnostic'),
    ...ok('os-hard-reset', 'os-warm-reset', 'system-restart'),
  ),
  type(
    'boot-error',
    ...critical('no-bootable-media', 'non-bootable-diskette', 'pxe-server-not-found', 'invalid-boot-sector'),
    ...critical('boot-source-selection-timeout'),
  ),
  type(
    'os-boot',
    ...ok(
      'a-drive-completed',
      'c-drive-completed',
      'pxe-completed',
      'diagnostic-completed',
      'cd-rom-completed',
    ),
    ...ok('rom-completed', 'completed', 'installation-started', 'installation-completed'),
    ...critical('installation-aborted', 'installation-failed'),
  ),
  type(
    'os-stop',
    ...critical('stopped-while-loading', 'stopped-at-run-time'),
    ...ok('graceful-stop', 'graceful-shutdown', 'pef-shutdown'),
    ...critical('agent-not-responding'),
  ),
  type(
    'slot',
    ...critical('fault'),
    ...ok('identify', 'device-installed', 'ready-for-installation', 'ready-for-removal', 'power-off'),
    ...ok('removal-requested'),
    ...warning('interlock', 'disabled'),
    ...ok('spare-device'),
  ),
  type(
    'acpi-power-state',
    ...ok('s0-working', 's1', 's2', 's3', 's4', 's5-soft-off', 's4-s5-soft-off', 'g3-mechanical-off'),
    ...ok('sleeping', 'g1-sleeping', 's5-by-override', 'legacy-on', 'legacy-off'),
    gap,
    ...warning('unknown'),
  ),
  type(
    'watchdog-2',
    ...warning('timer-expired'),
    ...critical('hard-reset', 'power-down', 'power-cycle'),
    gap,
    gap,
    gap,
    gap,
    ...warning('timer-interrupt'),
  ),
  type('platform-alert', ...ok('page', 'lan-alert', 'event-trap', 'oem-trap')),
  type('entity-presence', ...ok('present', 'absent'), ...warning('disabled')),
  type('monitor-chip'),
  type('lan', ...critical('heartbeat-lost'), ...ok('heartbeat')),
  type(
    'management-health',
    ...warning('sensor-access-degraded', 'controller-access-degraded'),
    ...critical('controller-offline', 'controller-unavailable', 'sensor-failure', 'fru-failure'),
  ),
  type('battery', ...warning('low'), ...critical('failed'), ...ok('presence-detected')),
  type(
    'session-audit',
    ...ok('activated', 'deactivated'),
    ...warning('invalid-name-or-password', 'disabled-by-invalid-passwords'),
  ),
  type(
    'version-change',
    ...ok('hardware-changed', 'software-changed'),
    ...critical(
      'hardware-incompatible',
      'software-incompatible',
      'hardware-unsupported',
      'software-unsupported',
    ),
    ...ok('hardware-change-successful', 'software-change-successful'),
  ),
  type(
    'fru-state',
    ...ok('not-installed', 'inactive', 'activation-requested', 'activation-in-progress', 'active'),
    ...ok('deactivation-requested', 'deactivation-in-progress'),
    ...critical('communication-lost'),
  ),
];

const oemType = type('oem');
const reservedType = type('reserved');

export function sensorType(code: number): SensorType {
  return upTo2c[code] ?? (code >= 0xc0 ? oemType : reservedType);
}

/** Table 42-2: states that any type of sensor may have, by event/reading type code 02h–0Ch. */
const genericTypes: readonly SensorType[] = [
  type('usage', ...ok('idle', 'active', 'busy')),
  // Whether it is good or bad to be asserted only the maker of the sensor knows.
  type('digital', ...ok('deasserted', 'asserted')),
  type('prediction', ...ok('no-failure-predicted'), ...warning('failure-predicted')),
  type('limit', ...ok('not-exceeded'), ...warning('exceeded')),
  type('performance', ...ok('met'), ...warning('lags')),
  type(
    'severity',
    ...ok('ok'),
    ...warning('non-critical-from-ok'),
    ...critical('critical-from-less-severe'),
    ...fatal('non-recoverable-from-less-severe'),
    ...warning('non-critical-from-more-severe'),
    ...critical('critical-from-non-recoverable'),
    ...fatal('non-recoverable'),
    ...warning('monitor'),
    ...ok('informational'),
  ),
  // An empty slot is no fault.
  type('presence', ...ok('absent', 'present')),
  type('enabling', ...warning('disabled'), ...ok('enabled')),
  type(
    'availability',
    ...ok('running', 'in-test', 'power-off', 'on-line'),
    ...warning('off-line', 'off-duty', 'degraded'),
    ...ok('power-save'),
    ...critical('install-error'),
  ),
  type(
    'redundancy',
    ...ok('full'),
    ...critical('lost'),
    ...warning('degraded', 'sufficient-from-redundant', 'sufficient-from-insufficient'),
    ...critical('insufficient'),
    ...warning('degraded-from-full', 'degraded-from-none'),
  ),
  type('device-power', ...ok('d0', 'd1', 'd2', 'd3')),
];

const thresholdStates: SensorType = type(
  'threshold',
  ...warning('lower-non-critical-going-low', 'lower-non-critical-going-high'),
  ...critical('lower-critical-going-low', 'lower-critical-going-high'),
  ...fatal('lower-non-recoverable-going-low', 'lower-non-recoverable-going-high'),
  ...warning('upper-non-critical-going-low', 'upper-non-critical-going-high'),
  ...critical('upper-critical-going-low', 'upper-critical-going-high'),
  ...fatal('upper-non-recoverable-going-low', 'upper-non-recoverable-going-high'),
);

/** §35.14: what Get Sensor Reading says of a sensor with thresholds, by bit. */
const crossedStates: SensorType = type(
  'crossed',
  ...warning('lower-non-critical'),
  ...critical('lower-critical'),
  ...fatal('lower-non-recoverable'),
  ...warning('upper-non-critical'),
  ...critical('upper-critical'),
  ...fatal('upper-non-recoverable'),
);

export interface NamedState {
  /** `power-supply.ac-lost`, `redundancy.lost`, `crossed.upper-critical`, `oem.5` or `unknown.5`. */
  readonly key: string;
  readonly severity: Severity;
}

const firstGeneric = 0x02;

/** The event at an offset, of a sensor with this event/reading type and sensor type; also its state there, without thresholds. */
export function namedState(eventType: number, sensorTypeCode: number, offset: number): NamedState {
  const family = stateFamily(eventType, sensorTypeCode);
  return nameIn(family, offset, isOem(eventType, sensorTypeCode));
}

/** The threshold whose bit a reading has set. */
export function crossedThreshold(bit: number): NamedState {
  return nameIn(crossedStates, bit, false);
}

function nameIn(family: SensorType | undefined, offset: number, isOwn: boolean): NamedState {
  const state = family?.states[offset];
  if (family !== undefined && state !== undefined) {
    return { key: `${family.key}.${state.key}`, severity: state.severity };
  }
  return { key: `${isOwn ? 'oem' : 'unknown'}.${offset}`, severity: 'ok' };
}

function isOem(eventType: number, sensorTypeCode: number): boolean {
  return eventType >= 0x70 || (eventType === sensorSpecificEventType && sensorTypeCode >= 0xc0);
}

function stateFamily(eventType: number, sensorTypeCode: number): SensorType | undefined {
  if (eventType === thresholdEventType) return thresholdStates;
  if (eventType === sensorSpecificEventType) return sensorType(sensorTypeCode);
  return genericTypes[eventType - firstGeneric];
}

/** All words there are, for whoever has to translate them. */
export function allStateKeys(): readonly string[] {
  return [...upTo2c, ...genericTypes, thresholdStates, crossedStates].flatMap(family =>
    family.states.flatMap(state => (state === undefined ? [] : [`${family.key}.${state.key}`])),
  );
}

export function allSensorTypeKeys(): readonly string[] {
  return [...new Set([...upTo2c.map(({ key }) => key), oemType.key])];
}
