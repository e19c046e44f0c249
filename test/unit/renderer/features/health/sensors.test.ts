import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  measureText,
  readingText,
  sensorReasonText,
  sensorStateText,
  toldReadingText,
  unitText,
  valueText,
} from '#renderer/features/health/health-text.ts';
import { chartData, nextPoint } from '#renderer/features/health/sensors/chart-data.ts';
import { groupedSensors } from '#renderer/features/health/sensors/sensor-groups.ts';
import { sparkPath, sparkY } from '#renderer/features/health/sensors/sparkline.ts';
import { thresholdLines } from '#renderer/features/health/sensors/thresholds.ts';
import { gapOf } from '#renderer/features/health/sensors/time-span.ts';
import { linesWithin, valueRange } from '#renderer/features/health/sensors/value-scale.ts';
import { startI18n } from '#renderer/i18n/i18n.ts';
import { aPoint, aSensor } from './health-rows.ts';

beforeEach(() => startI18n('en'));

const limited = aSensor('Inlet', {
  thresholds: { ...aSensor('').thresholds, lowerWarning: 3, upperWarning: 42, upperCritical: 47 },
});
const lines = thresholdLines(limited.thresholds);

describe('sensors', () => {
  it('are grouped by type, what is wrong on top, and those without a reading apart', () => {
    const { groups, unavailable } = groupedSensors([
      aSensor('Fan10', { type: 'fan' }),
      aSensor('Fan2', { type: 'fan' }),
      aSensor('Flow', { type: 'acme-flow' }),
      aSensor('PSU2', { type: 'power-supply', state: 'warning' }),
      aSensor('PSU1', { type: 'power-supply' }),
      aSensor('Inlet'),
      aSensor('GPU', { state: 'unavailable', reason: 'absent', value: null }),
    ]);
    const shown = groups.map(({ type, sensors }) => [type, ...sensors.map(({ name }) => name)]);
    expect(shown).toEqual([
      ['power-supply', 'PSU2', 'PSU1'],
      ['temperature', 'Inlet'],
      ['fan', 'Fan2', 'Fan10'],
      ['acme-flow', 'Flow'],
    ]);
    expect(unavailable.map(({ name }) => name)).toEqual(['GPU']);
  });

  it('say their value with as many digits as it has, in the unit of the page, or what holds of them', () => {
    expect([12.0964, 24, 47.51, 611.25, 8280.4, 0, -3.5].map(valueText)).toEqual([
      '12.096',
      '24',
      '47.51',
      '611.3',
      '8280',
      '0',
      '-3.5',
    ]);
    expect(measureText(24, 'degrees-c')).toBe('24 °C');
    expect(measureText(3, 'unspecified')).toBe('3');
    expect(['percent', 'liters/minute', 'volts*amps', 'furlongs', ''].map(unitText)).toEqual([
      '%',
      'l/min',
      'V·A',
      'furlongs',
      '',
    ]);
    const psu = aSensor('PSU', { value: null, states: ['power-supply.ac-lost', 'oem.5'] });
    expect(readingText(psu)).toBe('input lost (AC or DC), oem.5');
  });

  it('are told with what is known, and with the key where it is not', () => {
    expect(sensorStateText('crossed.upper-critical')).toBe('above the upper critical limit');
    expect(sensorStateText('unknown.5')).toBe('unknown.5');
    expect(sensorReasonText('silent')).toBe('no answer in time');
    expect(toldReadingText('11.970000000000001')).toBe('11.97');
    expect(toldReadingText('power-supply.presence-detected, oem.2')).toBe('present, oem.2');
  });
});

describe('the scale of a sensor', () => {
  it('reaches to the nearest limit on each side, and not to those behind it', () => {
    const range = valueRange([aPoint(0, 24), aPoint(1, 26)], lines) ?? { minimum: 0, maximum: 0 };
    expect(range.minimum).toBeCloseTo(3 - 39 * 0.06);
    expect(range.maximum).toBeCloseTo(42 + 39 * 0.06);
    expect(linesWithin(lines, range).map(({ name }) => name)).toEqual(['upperWarning', 'lowerWarning']);
  });

  it('shows the limits that were crossed, and the next one', () => {
    const range = valueRange([aPoint(0, 30), aPoint(1, 44)], lines) ?? { minimum: 0, maximum: 0 };
    expect(linesWithin(lines, range)).toHaveLength(3);
    expect(range.maximum).toBeGreaterThan(47);
  });

  it('has room for a value that never moves, and does not exist without points', () => {
    const range = valueRange([aPoint(0, 12)], []);
    expect(range?.minimum).toBeLessThan(12);
    expect(range?.maximum).toBeGreaterThan(12);
    expect(valueRange([aPoint(0, 0)], [])).toEqual({ minimum: -0.06, maximum: 0.06 });
    expect(valueRange([], lines)).toBeNull();
  });

  it('has every point inside, whatever a BMC says', () => {
    const point = fc
      .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e3, noNaN: true }))
      .map(([mean, swing]) => aPoint(0, mean, swing));
    fc.assert(
      fc.property(fc.array(point, { minLength: 1 }), points => {
        const range = valueRange(points, lines);
        return points.every(
          ({ minimum, maximum }) => range !== null && minimum >= range.minimum && maximum <= range.maximum,
        );
      }),
    );
  });
});

describe('a sparkline', () => {
  const size = { widthPx: 100, heightPx: 20 };
  const range = { minimum: 0, maximum: 10 };

  it('goes from left to right, high values on top', () => {
    expect(sparkY(range, size, 10)).toBe(0);
    const path = sparkPath([aPoint(0, 0), aPoint(50, 5), aPoint(100, 10)], { from: 0, to: 100 }, range, size);
    expect(path).toBe('M0 20h0L50 10L100 0');
  });

  it('begins somewhere, also with a single point', () => {
    expect(sparkPath([aPoint(50, 5)], { from: 0, to: 100 }, range, size)).toBe('M50 10h0');
  });

  it('is broken where nothing was read for long', () => {
    const points = [0, 10, 20, 30, 80, 90].map(at => aPoint(at, 5));
    expect(gapOf(points)).toBe(30);
    const path = sparkPath(points, { from: 0, to: 100 }, range, size);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path).toContain('L30 10M80 10h0L90 10');
  });
});

describe('a chart', () => {
  it('has a moment without values where nothing was read for long', () => {
    const data = chartData([0, 10_000, 20_000, 90_000].map(at => aPoint(at, 5, 1)));
    expect(data).toEqual([
      [0, 10, 20, 20.001, 90],
      [5, 5, 5, null, 5],
      [6, 6, 6, null, 6],
      [4, 4, 4, null, 4],
    ]);
  });

  it('is gone through point by point, and stays at its ends', () => {
    const data = chartData([0, 10_000, 20_000, 90_000].map(at => aPoint(at, 5)));
    expect(nextPoint(data, null, 1)).toBe(0);
    expect(nextPoint(data, null, -1)).toBe(4);
    expect(nextPoint(data, 2, 1)).toBe(4);
    expect(nextPoint(data, 4, -1)).toBe(2);
    expect(nextPoint(data, 4, 1)).toBe(4);
    expect(nextPoint(chartData([]), null, 1)).toBeNull();
  });
});
