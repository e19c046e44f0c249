import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFactors, readFactors, toValue } from '#engine/net/ipmi/sensors/conversion.ts';

const none = {
  m: 1,
  b: 0,
  bExponent: 0,
  resultExponent: 0,
  tolerance: 0,
  accuracy: 0,
  accuracyExponent: 0,
};

const factors = fc.record({
  m: fc.integer({ min: -512, max: 511 }),
  b: fc.integer({ min: -512, max: 511 }),
  bExponent: fc.integer({ min: -8, max: 7 }),
  resultExponent: fc.integer({ min: -8, max: 7 }),
  tolerance: fc.integer({ min: 0, max: 63 }),
  accuracy: fc.integer({ min: 0, max: 1023 }),
  accuracyExponent: fc.integer({ min: 0, max: 3 }),
});

test('factors come back from their six bytes, whatever their sign', () => {
  fc.assert(
    fc.property(factors, value => {
      expect(readFactors(encodeFactors(value))).toEqual(value);
    }),
  );
});

test('any factors and reading give a finite number or none', () => {
  fc.assert(
    fc.property(
      factors,
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0, max: 127 }),
      (any, raw, code) => {
        const value = toValue(raw, 'twos-complement', code, any);
        expect(value === undefined || Number.isFinite(value)).toBe(true);
      },
    ),
  );
});

test.each([
  ['unsigned', 0xf0, 240],
  ['ones-complement', 0xf0, -15],
  ['ones-complement', 0xff, 0],
  ['twos-complement', 0xf0, -16],
  ['none', 0xf0, undefined],
] as const)('a reading in %s, %i', (format, raw, expected) => {
  expect(toValue(raw, format, 0, none)).toBe(expected);
});

test.each([
  ['12 V rail', { m: 6, resultExponent: -2 }, 200, 12],
  ['exponent of B', { m: 5, b: 12, bExponent: 1, resultExponent: -2 }, 100, 6.2],
  ['negative M and B', { m: -1, b: -3 }, 4, -7],
])('%s', (_name, given, raw, expected) => {
  expect(toValue(raw, 'unsigned', 0, { ...none, ...given })).toBe(expected);
});

test.each([
  ['ln', 1, 100, Math.log(100)],
  ['log10', 2, 100, 2],
  ['log2', 3, 8, 3],
  ['e', 4, 2, Math.E ** 2],
  ['exp10', 5, 2, 100],
  ['exp2', 6, 5, 32],
  ['1/x', 7, 4, 0.25],
  ['sqr', 8, 12, 144],
  ['cube', 9, 3, 27],
  ['sqrt', 10, 81, 9],
  ['cube-1', 11, 27, 3],
  ['non-linear, with factors of this reading', 0x70, 27, 27],
])('linearisation %s', (_name, code, raw, expected) => {
  expect(toValue(raw, 'unsigned', code, none)).toBeCloseTo(expected, 9);
});

test.each([
  ['ln(0)', 1],
  ['1/0', 7],
])('%s is no number', (_name, code) => {
  expect(toValue(0, 'unsigned', code, none)).toBeUndefined();
});
