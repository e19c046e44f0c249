import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildRamdisk } from '#assets/ramdisk/build.ts';

const patienceMs = 540_000;
let folder: string;
let into: string;
beforeEach(() => {
  // Seldom the file system of the checkout's .cache: renaming from there would fail.
  folder = mkdtempSync(join(tmpdir(), 'rk-build-'));
  into = join(folder, 'ramdisk');
});
afterEach(() => rmSync(folder, { recursive: true }));

test(
  'what is up to date is left alone, what was damaged is put together again to the same bytes',
  async () => {
    const first = await buildRamdisk({ profile: 'vm', into });
    expect(readdirSync(into).toSorted()).toEqual(['ramdisk.img', 'ramdisk.json', 'vmlinuz']);
    expect(first.files['ramdisk.img'].sizeBytes).toBeLessThan(20 * 2 ** 20);
    const image = join(into, 'ramdisk.img');
    const untouched = statSync(image).ino;
    const lines: string[] = [];
    await buildRamdisk({ profile: 'vm', into, report: line => lines.push(line) });
    expect(statSync(image).ino).toBe(untouched);
    expect(lines).toEqual([]);
    const bytes = readFileSync(image);
    writeFileSync(image, bytes.subarray(0, -1));
    const again = await buildRamdisk({ profile: 'vm', into });
    expect(again.files).toEqual(first.files);
    expect(readFileSync(image).equals(bytes)).toBe(true);
  },
  patienceMs,
);

test(
  'several builds at once do not disturb each other',
  async () => {
    const builds = await Promise.all([1, 2, 3].map(() => buildRamdisk({ profile: 'vm', into })));
    const [one, ...others] = builds.map(({ files }) => files);
    for (const other of others) expect(other).toEqual(one);
    expect(readdirSync(into).toSorted()).toEqual(['ramdisk.img', 'ramdisk.json', 'vmlinuz']);
  },
  patienceMs,
);

test('broken off as soon as it says something, a build from nothing leaves nothing behind', async () => {
  const cache = join(folder, 'cache');
  const cancelled = new AbortController();
  const reports: string[] = [];
  const build = buildRamdisk({
    profile: 'vm',
    into,
    cache,
    signal: cancelled.signal,
    report: line => {
      reports.push(line);
      cancelled.abort(new Error('somebody pressed cancel'));
    },
  });
  await expect(build).rejects.toThrow('pressed cancel');
  expect(reports).toHaveLength(1);
  expect(readdirSync(join(cache, 'ramdisk-parts'))).toEqual([]);
  expect(readdirSync(folder)).toEqual(['cache']);
});

test('broken off while it is put together, a build leaves what was there', async () => {
  await buildRamdisk({ profile: 'vm', into });
  rmSync(join(into, 'ramdisk.json'));
  const before = readdirSync(into);
  const cancelled = new AbortController();
  const build = buildRamdisk({
    profile: 'vm',
    into,
    signal: cancelled.signal,
    report: () => cancelled.abort(new Error('somebody pressed cancel')),
  });
  await expect(build).rejects.toThrow('pressed cancel');
  expect(readdirSync(into)).toEqual(before);
});
