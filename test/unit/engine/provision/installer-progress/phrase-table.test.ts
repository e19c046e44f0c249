import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isChatter, phraseIn } from '#engine/provision/deploy/linux-installer/progress/phrase-table.ts';

const found = (line: string, ...words: readonly string[]): string | undefined =>
  phraseIn(
    line,
    words.map(each => ({ words: each, phase: 'p', percent: 1, quietSeconds: 10 })),
  )?.words;

describe('phrases', () => {
  it.each([
    ['anywhere in the line', 'anna[3]: retrieving x', 'retrieving'],
    ['whatever the case', 'ANNA: Retrieving', 'anna: retrieving'],
    ['with anything between', 'anna[3]: DEBUG: retrieving x', 'anna[*]: DEBUG: retrieving'],
    ['with nothing between', 'anna[]: x', 'anna[*]:'],
    ['with a star at the ends', 'anna', '*anna*'],
    ['with characters that would mean something in an expression', 'a.(b)[c]+', '.(b)[c]+'],
    ['of a star alone', 'anything', '*'],
  ])('are found %s', (_where, line, words) => {
    expect(found(line, words)).toBe(words);
  });

  it.each([
    ['parts in another order', 'two one', 'one*two'],
    ['parts that would have to overlap', 'abc', 'ab*bc'],
    ['a dot that is no dot', 'axc', 'a.c'],
    ['a part too many', 'aa', 'a*a*a'],
  ])('are not found: %s', (_why, line, words) => {
    expect(found(line, words)).toBeUndefined();
  });

  it('count in the order of their rows', () => {
    expect(found('a b', 'nothing', 'b', 'a')).toBe('b');
  });

  it('agree with an expression that says the same', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), minLength: 1, maxLength: 6 });
    const line = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    fc.assert(
      fc.property(letters, line, (words, text) => {
        const expression = new RegExp(words.replaceAll('.', '\\.').replaceAll('*', '.*'));
        expect(found(text, words) !== undefined).toBe(expression.test(text));
      }),
    );
  });

  it('cost one pass over the line, however they are made', () => {
    const line = 'a'.repeat(8192);
    const rows = Array.from({ length: 500 }, () => `${'a*'.repeat(99)}b`);
    const startedMs = performance.now();
    expect(found(line, ...rows)).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});

describe('what says nothing about an installer', () => {
  it.each(['kernel: [1.0] x', 'systemd[1]: x', 'systemd-udevd[7]: x', 'NetworkManager[9]: x', 'dhclient: x'])(
    '%s',
    line => {
      expect(isChatter(line)).toBe(true);
    },
  );

  it.each(['anna[3]: kernel: x', 'in-target: systemd x', 'systemdx: y', 'kernel-install: z', '', 'words'])(
    'but this may: %j',
    line => {
      expect(isChatter(line)).toBe(false);
    },
  );
});
