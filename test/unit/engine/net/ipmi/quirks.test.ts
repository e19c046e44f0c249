import { expect, test } from 'vitest';
import { bootSelectorFor, manufacturerName, quirks, quirksOf } from '#engine/net/ipmi/quirks.ts';

test('every quirk names its source and has an id of its own', () => {
  expect(new Set(quirks.map(quirk => quirk.id)).size).toBe(quirks.length);
  for (const quirk of quirks) {
    expect(quirk.source, quirk.id).toMatch(/\w/);
    expect(quirk.seenOn, quirk.id).toMatch(/\w/);
  }
});

test('what needs code has its data, and only that', () => {
  for (const quirk of quirks) {
    expect(quirk.bootSelector !== undefined, quirk.id).toBe(quirk.handled === 'boot_selector');
  }
});

test('a make gets its own quirks and those of all', () => {
  const ids = quirksOf(674).map(quirk => quirk.id);
  expect(ids).toContain('dell-insufficient-resources');
  expect(ids).toContain('boot-flags-cleared-after-60-s');
  expect(ids).not.toContain('supermicro-efi-disk-selector');
});

test('selectors are those of the specification but for known makes', () => {
  expect(bootSelectorFor(674, 'disk', true)).toBe(2);
  expect(bootSelectorFor(10876, 'disk', true)).toBe(9);
  expect(bootSelectorFor(47488, 'disk', true)).toBe(9);
  expect(bootSelectorFor(10876, 'disk', false)).toBe(2);
  expect(bootSelectorFor(10876, 'pxe', true)).toBe(1);
});

test('manufacturers have names', () => {
  expect(manufacturerName(674)).toBe('Dell');
  expect(manufacturerName(123456)).toBe('manufacturer 123456');
});
