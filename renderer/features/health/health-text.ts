import type { HealthState, SensorReadingRow } from '#shared/contract/index.ts';
import { hasMessage, translate, translateLoose } from '../../i18n/i18n.ts';
import type { Tone } from '../../ui/tone.ts';

export const healthTone: Readonly<Record<HealthState | 'unavailable', Tone>> = {
  ok: 'good',
  unknown: 'idle',
  unavailable: 'idle',
  warning: 'waiting',
  critical: 'failed',
  'non-recoverable': 'failed',
};

/** Keys come from BMCs of every make: one without a word is shown as it is. */
function wordOf(message: string, key: string): string {
  return hasMessage(message) ? translateLoose(message, {}) : key;
}

export const sensorTypeText = (type: string): string => wordOf(`sensorType.${type}`, type);
export const sensorStateText = (state: string): string => wordOf(`sensorState.${state}`, state);

export const sensorReasonText = (reason: string): string => wordOf(`sensorReason.${reason}`, reason);

/** Units that say nothing. */
const noUnit: readonly string[] = ['', 'unspecified', 'reserved'];

/** `degrees-c` → `°C`, `liters/minute` → `l/min`, `volts*amps` → `V·A`. */
export function unitText(unit: string): string {
  return unit
    .replaceAll(/[^/*]+/g, part => (noUnit.includes(part) ? '' : wordOf(`sensorUnit.${part}`, part)))
    .replaceAll('*', '·');
}

/** As many digits as such a sensor can tell: `11.952`, `47.5`, `8400`. */
export function valueText(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 20 ? 2 : 3;
  return String(Number(value.toFixed(digits)));
}

export function sensorStatesText(states: readonly string[]): string {
  return states.map(sensorStateText).join(translate('word.comma'));
}

/** As an event tells it: a number, or `power-supply.presence-detected, power-supply.ac-lost`. */
export function toldReadingText(reading: string): string {
  if (/^-?\d+(\.\d+)?$/.test(reading)) return valueText(Number(reading));
  return sensorStatesText(reading.split(', '));
}

export function measureText(value: number, unit: string): string {
  return [valueText(value), unitText(unit)].filter(part => part !== '').join(' ');
}

/** What a sensor says: its value, else what holds of it. */
export function readingText({ value, unit, states }: SensorReadingRow): string {
  return value === null ? sensorStatesText(states) : measureText(value, unit);
}

/** `board.manufacturer` → `Board: manufacturer`. */
export function fruKeyText(key: string): string {
  return wordOf(`fruField.${key}`, key);
}
