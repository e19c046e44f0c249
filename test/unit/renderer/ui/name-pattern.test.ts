import { describe, expect, it } from 'vitest';
import { isNumbered, nameFromPattern } from '#renderer/ui/name-pattern.ts';

describe('a name by a pattern', () => {
  it.each([
    ['web-{n}', 'web-7'],
    ['web-{nnn}', 'web-007'],
    ['{name}-{nn}', 'r4u04-07'],
    ['{other} {', '{other} {'],
    ['{constructor}', '{constructor}'],
  ])('%s', (pattern, name) => {
    expect(nameFromPattern(pattern, 7, { name: 'r4u04' })).toBe(name);
  });

  it('has numbers where it asks for them', () => {
    expect([isNumbered('web-{nn}'), isNumbered('{name}'), isNumbered('n')]).toEqual([true, false, false]);
  });
});
