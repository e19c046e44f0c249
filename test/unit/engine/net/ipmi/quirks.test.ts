import { expect, test } from 'vitest';
import { bootAdviceFor, bootSelectorFor, manufacturerName, quirks } from '#engine/net/ipmi/quirks.ts';

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
    expect(quirk.advice !== undefined, quirk.id).toBe(quirk.handled === 'advice');
  }
});

test('advice is for its make and for the boot device that it is about', () => {
  const ids = (make: number | undefined, wish: Parameters<typeof bootAdviceFor>[1]) =>
    bootAdviceFor(make, wish).map(({ id }) => id);
  const disk = { device: 'disk', efi: true, persistent: true } as const;
  expect(ids(19046, disk)).toEqual(['lenovo-efi-disk-override-loops']);
  expect(ids(19046, { ...disk, persistent: false })).toEqual([]);
  expect(ids(674, disk)).toEqual([]);
  expect(ids(undefined, disk)).toEqual([]);
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
