import { describe, expect, test } from 'vitest';
import { isoPathProblem } from '#engine/media/iso9660/tree.ts';
import { buildIso } from '#engine/media/iso9660/writer.ts';
import { readIso } from './read-iso.ts';

const options = { label: 'config-2', createdAtMs: Date.UTC(2026, 0, 2, 3, 4, 5) };
const file = (path: string, text = path) => ({ path, bytes: Buffer.from(text) });

describe('an image', () => {
  const files = [
    file('openstack/latest/meta_data.json', '{"a":1}'),
    file('openstack/latest/user_data', '#!/bin/sh\n'),
    file('openstack/latest/empty', ''),
    file('openstack/content/0000', 'x'.repeat(5000)),
    file('openstack/content/0001', 'y'.repeat(2048)),
    file('Grüße 根.txt'),
    file('a.b.c'),
    ...Array.from({ length: 120 }, (_, index) => file(`many/a-rather-long-name-number-${index}.dat`)),
  ];
  const image = buildIso(files, options);

  test.each([
    ['Rock Ridge', 16],
    ['Joliet', 17],
  ] as const)('gives back every file by its %s name', (_space, sector) => {
    const expected = new Map(files.map(({ path, bytes }) => [path, bytes.toString()]));
    expect(readIso(image, sector)).toEqual(expected);
  });

  test('carries the label as it is, in both descriptors, and its own size', () => {
    expect(Buffer.from(image).toString('latin1', 16 * 2048 + 40, 16 * 2048 + 72)).toBe('config-2'.padEnd(32));
    const joliet = Buffer.from(image.subarray(17 * 2048 + 40, 17 * 2048 + 72)).swap16();
    expect(joliet.toString('utf16le')).toBe('config-2'.padEnd(16));
    expect(Buffer.from(image).readUInt32LE(16 * 2048 + 80)).toBe(image.length / 2048);
  });

  test('is the same for the same input, whatever the order of the files', () => {
    expect(Buffer.compare(buildIso(files, options), image)).toBe(0);
    expect(readIso(buildIso(files.toReversed(), options), 16)).toEqual(readIso(image, 16));
    expect(Buffer.compare(buildIso(files, { ...options, createdAtMs: 0 }), image)).not.toBe(0);
  });

  test('keeps names apart that look alike in upper case', () => {
    const alike = [file('user_data', '1'), file('USER_DATA', '2'), file('user-data', '3')];
    expect(readIso(buildIso(alike, options), 16)).toEqual(
      new Map([
        ['user_data', '1'],
        ['USER_DATA', '2'],
        ['user-data', '3'],
      ]),
    );
    const text = Buffer.from(buildIso(alike, options)).toString('latin1');
    expect(['USER_DATA.;1', 'USER_DATA1.;1', 'USER_DATA2.;1'].every(name => text.includes(name))).toBe(true);
  });

  test('an empty image is valid', () => {
    expect(readIso(buildIso([], options), 17)).toEqual(new Map());
  });
});

describe('hostile names', () => {
  test.each([
    ['', 'a part of the path is ""'],
    ['/etc/passwd', 'a part of the path is ""'],
    ['a/../../etc/passwd', 'a part of the path is ".."'],
    ['a/./b', 'a part of the path is "."'],
    ['a//b', 'a part of the path is ""'],
    ['line\nbreak', 'a name has a character that Joliet forbids'],
    ['nul\0', 'a name has a character that Joliet forbids'],
    ['back\\slash', 'a name has a character that Joliet forbids'],
    ['semi;1', 'a name has a character that Joliet forbids'],
    ['half \ud83d emoji', 'a name has a character that Joliet forbids'],
    ['x'.repeat(65), 'a name is too long'],
    ['根'.repeat(37), 'a name is too long'],
    ['1/2/3/4/5/6/7/8/9', 'more than 8 levels'],
  ])('%j is refused', (path, problem) => {
    expect(isoPathProblem(path)).toBe(problem);
    expect(() => buildIso([file(path)], options)).toThrow(problem);
  });

  test('the longest names that are allowed fit', () => {
    const longest = [file(`${'x'.repeat(64)}/${'根'.repeat(36)}`, 'here')];
    expect(readIso(buildIso(longest, options), 16)).toEqual(readIso(buildIso(longest, options), 17));
  });

  test('the same path twice, or a file that is also a directory, is refused', () => {
    expect(() => buildIso([file('a'), file('a')], options)).toThrow('twice');
    expect(() => buildIso([file('a'), file('a/b')], options)).toThrow('inside a file');
  });

  test.each(['', 'x'.repeat(17), 'grün', 'a\nb'])('the label %j is refused', label => {
    expect(() => buildIso([], { ...options, label })).toThrow('label');
  });
});
