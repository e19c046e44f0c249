import { powerKey, type SensorReadingRow } from '#shared/contract/index.ts';

/** What a machine draws, as a reading: its history is kept as that of a sensor is. Nothing limits it. */
export function powerReading(name: string, watts: number, at: number): SensorReadingRow {
  return {
    key: powerKey,
    name,
    type: 'power-unit',
    state: 'ok',
    reason: null,
    value: watts,
    unit: 'watts',
    states: [],
    thresholds: {
      lowerNonRecoverable: null,
      lowerCritical: null,
      lowerWarning: null,
      upperWarning: null,
      upperCritical: null,
      upperNonRecoverable: null,
    },
    at,
  };
}
