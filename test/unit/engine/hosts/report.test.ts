import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCli } from '#engine/hosts/cli.ts';
import { chainOf, chainText, headOf } from '#shared/report/report-chain.ts';

const folder = mkdtempSync(join(tmpdir(), 'rk-report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let said: { out: string; err: string };
beforeEach(() => {
  said = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    said.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    said.err += String(text);
    return true;
  });
  return () => vi.restoreAllMocks();
});

const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const rackside = (...args: string[]) => runCli(args, () => Promise.reject(new Error('needs no engine')));
const chain = chainOf([{ type: 'event', seq: 1 }], text => createHash('sha256').update(text).digest('hex'));

describe('rackside report verify', () => {
  it('says OK with the head of a whole report', async () => {
    expect(await rackside('report', 'verify', file('whole.json', chainText(chain)))).toBe(0);
    expect(said.out).toBe(`OK 1 records, head ${headOf(chain)}\n`);
  });

  it('says which record is wrong', async () => {
    const changed = chainText(chain).replace('"seq":1', '"seq":2');
    expect(await rackside('report', 'verify', file('changed.json', changed))).toBe(1);
    expect(said.err).toMatch(/^rackside report: record 1 is wrong: this event \(2\)/);
  });

  it.each<readonly [string, () => string, RegExp]>([
    ['is not there', () => join(folder, 'nowhere'), /cannot read .*: ENOENT/],
    ['is a folder', () => folder, /is no file/],
    ['is no text', () => file('bytes', Uint8Array.of(0x7b, 0xff, 0xfe)), /is no text/],
    ['is no report', () => file('other.html', '<p>hello</p>'), /no report of Rackside/],
  ])('refuses a file that %s', async (_, path, reason) => {
    expect(await rackside('report', 'verify', path())).toBe(1);
    expect(said.err).toMatch(reason);
  });

  it('refuses a pipe at once instead of waiting for somebody to write into it', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await rackside('report', 'verify', pipe)).toBe(1);
  });

  it('stops reading a file that is larger than any report', async () => {
    const huge = file('huge.html', '');
    truncateSync(huge, 3 * 1024 ** 3);
    expect(await rackside('report', 'verify', huge)).toBe(1);
    expect(said.err).toContain('more bytes than any report');
  });

  it.each([[], ['verify'], ['check', 'x'], ['verify', 'a', 'b'], ['verify', '--fast', 'x']])(
    'is told as a wrong command line: %s',
    async (...args) => {
      expect(await rackside('report', ...args)).toBe(2);
    },
  );
});
