import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linkBitsPerSecond } from '#engine/system/link-speed.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-link-speed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['10000\n', 1e10],
  ['-1\n', null],
  ['', null],
])('a link of which the system says %j has %s bits per second', async (text, bitsPerSecond) => {
  mkdirSync(join(folder, 'eth0'));
  writeFileSync(join(folder, 'eth0', 'speed'), text);
  expect(await linkBitsPerSecond('eth0', folder)).toBe(bitsPerSecond);
});

it('a link that is not there has no speed', async () => {
  expect(await linkBitsPerSecond('eth7', folder)).toBeNull();
});
