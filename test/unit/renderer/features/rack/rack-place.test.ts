import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelsOf, placeOf, placeText, readUnits } from '#renderer/features/rack/rack-place.ts';
import { aNode } from '#test/fakes/rows.ts';

describe('the place of a server', () => {
  it('is read from its labels, in any spelling of a unit', () => {
    for (const unit of ['7', '07', 'U7', 'u 07', '7U'])
      expect(placeOf(aNode({ extra: { rack: ' R1 ', unit } })), unit).toEqual({
        rack: 'R1',
        unit: 7,
        heightUnits: 1,
      });
    expect(placeOf(aNode({ extra: { height: '2' } }))).toEqual({ rack: '', unit: null, heightUnits: 2 });
  });

  it('has no unit where the label is no number of units', () => {
    for (const text of ['', '0', '100', '-3', '1.5', '7a', '١']) expect(readUnits(text, 99), text).toBeNull();
  });

  it('never has a unit out of range, whatever the label says', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 99 }), (text, most) => {
        const units = readUnits(text, most);
        expect(units === null || (Number.isInteger(units) && units >= 1 && units <= most)).toBe(true);
      }),
    );
  });

  it('is told in words, as far as it is known', () => {
    expect(placeText({ rack: 'R1', unit: 7, heightUnits: 1 })).toBe('R1 U07');
    expect(placeText({ rack: 'R1', unit: null, heightUnits: 1 })).toBe('R1');
    expect(placeText({ rack: '', unit: null, heightUnits: 1 })).toBe('');
  });

  it('is not among the other labels', () => {
    expect(labelsOf(aNode({ extra: { rack: 'R1', unit: '1', height: '2', owner: 'web' } }))).toEqual({
      owner: 'web',
    });
  });
});
