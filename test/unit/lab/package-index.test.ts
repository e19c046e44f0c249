import { expect, test } from 'vitest';
import { closureOf, parseIndex, parseStanza, stanzaText } from '#test/lab/installer-iso/package-index.ts';

const index = parseIndex(`Package: partman
Version: 1
Depends: libparted (>= 3.6), harddrive-detection, cdebconf
Description: partitions
 of disks

Package: disk-detect
Provides: harddrive-detection

Package: other-detect
Provides: harddrive-detection

Package: libparted
Depends: libc6 | musl, nobody-has-this
`);
const names = (stanzas: ReturnType<typeof closureOf>): readonly string[] =>
  stanzas.map(stanza => stanza.get('Package') ?? '').toSorted();

test('a package brings what it needs, by name or by what others provide, and leaves out what is there already', () => {
  const present = parseIndex('Package: libc6\n\nPackage: cdebconf-udeb\nProvides: cdebconf\n');
  expect(names(closureOf(['partman'], index, present))).toEqual(['libparted', 'other-detect', 'partman']);
});

test('of several that provide the same, the one that is wanted anyway is enough', () => {
  expect(names(closureOf(['disk-detect', 'partman'], index, []))).toEqual([
    'disk-detect',
    'libparted',
    'partman',
  ]);
});

test('fields keep their order when they are written again; folded lines go', () => {
  const text = 'Package: a\nDepends: b (>= 1:2), c | d\nDescription: one\n two\n';
  expect(stanzaText(parseStanza(text))).toBe('Package: a\nDepends: b (>= 1:2), c | d\nDescription: one\n');
});
