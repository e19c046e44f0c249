import { describe, expect, it } from 'vitest';
import { chooseRange, matchesEntityTag, rangeStillValid } from '#engine/net/http/byte-range.ts';

const whole = { kind: 'whole' };
const unsatisfiable = { kind: 'unsatisfiable' };
const part = (first: number, last: number) => ({ kind: 'part', first, last });

describe('chooseRange', () => {
  it.each([
    ['bytes=0-0', part(0, 0)],
    ['bytes=0-', part(0, 999)],
    ['bytes=990-', part(990, 999)],
    ['bytes=10-19', part(10, 19)],
    ['BYTES=10-19', part(10, 19)],
    ['bytes= 10-19 ', part(10, 19)],
    ['bytes=10-99999', part(10, 999)],
    ['bytes=-1', part(999, 999)],
    ['bytes=-5000', part(0, 999)],
    ['bytes=999-999', part(999, 999)],
    ['bytes=1000-', unsatisfiable],
    ['bytes=1000-2000', unsatisfiable],
    ['bytes=99999999999999999999-', unsatisfiable],
    ['bytes=-0', unsatisfiable],
    [undefined, whole],
    ['', whole],
    ['bytes=', whole],
    ['bytes=-', whole],
    ['bytes=20-10', whole],
    ['bytes=a-b', whole],
    ['bytes=--5', whole],
    ['bytes=1.5-3', whole],
    ['bytes=0x10-', whole],
    ['items=0-1', whole],
    ['bytes=0-1,5-6', whole],
  ])('%j of 1000 bytes', (header, choice) => {
    expect(chooseRange(header, 1000)).toEqual(choice);
  });

  it('finds nothing in an empty file', () => {
    expect(chooseRange('bytes=0-', 0)).toEqual(unsatisfiable);
    expect(chooseRange('bytes=-5', 0)).toEqual(unsatisfiable);
    expect(chooseRange(undefined, 0)).toEqual(whole);
  });

  it('counts past 4 GiB', () => {
    expect(chooseRange('bytes=5000000000-5000000001', 6e9)).toEqual(part(5e9, 5e9 + 1));
  });
});

describe('entity tags', () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"x", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    ['', false],
    [undefined, false],
  ])('If-None-Match %j against "a": %s', (header, matches) => {
    expect(matchesEntityTag(header, '"a"')).toBe(matches);
  });

  it.each([
    [undefined, true],
    ['"a"', true],
    ['W/"a"', false],
    ['"b"', false],
    ['Mon, 23 Nov 2026 07:37:57 GMT', false],
  ])('If-Range %j against "a": %s', (header, valid) => {
    expect(rangeStillValid(header, '"a"')).toBe(valid);
  });

  it('nothing matches a file without a tag', () => {
    expect(matchesEntityTag('*', undefined)).toBe(false);
    expect(rangeStillValid('"a"', undefined)).toBe(false);
  });
});
