import type { SensorReadingRow } from '#shared/contract/index.ts';

/** From top to bottom of a chart. */
const names = [
  'upperNonRecoverable',
  'upperCritical',
  'upperWarning',
  'lowerWarning',
  'lowerCritical',
  'lowerNonRecoverable',
] as const satisfies readonly (keyof SensorReadingRow['thresholds'])[];

export interface ThresholdLine {
  readonly name: (typeof names)[number];
  readonly value: number;
  readonly tone: 'waiting' | 'failed';
}

/** Those that the BMC has. */
export function thresholdLines(thresholds: SensorReadingRow['thresholds']): readonly ThresholdLine[] {
  return names.flatMap(name => {
    const value = thresholds[name];
    if (value === null) return [];
    return [{ name, value, tone: name.endsWith('Warning') ? 'waiting' : 'failed' }];
  });
}
