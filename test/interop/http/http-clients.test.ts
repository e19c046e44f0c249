import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileFromDisk } from '#engine/net/file-source/file-from-disk.ts';
import { eventually } from '#test/fixtures/net/eventually.ts';
import { type HttpOnLoopback, httpOnLoopback } from '#test/fixtures/net/http-on-loopback.ts';
import { runProgram } from '#test/lab/program.ts';

let folder: string;
let running: HttpOnLoopback;
const content = Buffer.from(
  Uint8Array.from({ length: 5_000_003 }, (_, index) => (index * 17 + (index >> 8)) & 0xff),
);
const hugeBytes = 2 ** 32 + 250_000_017;
const markBytes = 4096;
/** Around 2 GiB, 4 GiB and at the end: where 31 and 32 bits run out. */
const marks = [0, 2 ** 31 - 2048, 2 ** 32 - 2048, 2 ** 32 + 1_000_000, hugeBytes - markBytes];
const markAt = (offset: number): Buffer => Buffer.alloc(markBytes, `mark ${offset} `);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rk-http-clients-'));
  await writeFile(join(folder, 'image'), content);
  const huge = await open(join(folder, 'huge'), 'w');
  await huge.truncate(hugeBytes);
  for (const offset of marks) await huge.write(markAt(offset), 0, markBytes, offset);
  await huge.close();
  running = await httpOnLoopback(async ({ path }) => {
    const file = await fileFromDisk(folder, path);
    if (file === undefined) return { kind: 'empty', status: 404 };
    return { kind: 'file', contentType: 'application/octet-stream', file };
  });
});
afterAll(async () => {
  await running.service.close();
  await rm(folder, { recursive: true });
});

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const local = (name: string): string => join(folder, name);
const curl = (...args: string[]) => runProgram('curl', ['-sS', ...args]);
const lastEnded = () => running.observations.findLast(seen => seen.kind === 'ended');

describe('curl', () => {
  it('downloads', async () => {
    await curl('-f', '-o', local('got'), `${running.url}/image`);
    expect(md5(await readFile(local('got')))).toBe(md5(content));
  });

  it('asks for the head only', async () => {
    const { stdout } = await curl('-I', `${running.url}/image`);
    expect(stdout).toMatch(/^HTTP\/1.1 200 OK/);
    expect(stdout).toMatch(/^content-length: 5000003\r$/im);
    expect(stdout).toMatch(/^accept-ranges: bytes\r$/im);
  });

  it.each([
    ['0-0', 0, 1],
    ['1000000-1999999', 1_000_000, 2_000_000],
    ['4999000-', 4_999_000, 5_000_003],
    ['-77', 4_999_926, 5_000_003],
  ])('gets the range %s', async (range, start, end) => {
    await curl('-f', '-r', range, '-o', local('part'), `${running.url}/image`);
    expect(md5(await readFile(local('part')))).toBe(md5(content.subarray(start, end)));
  });

  it('resumes a download that was cut', async () => {
    await writeFile(local('resumed'), content.subarray(0, 3_210_000));
    await curl('-f', '-C', '-', '-o', local('resumed'), `${running.url}/image`);
    expect(md5(await readFile(local('resumed')))).toBe(md5(content));
    expect(lastEnded()).toMatchObject({ exchange: { status: 206 }, sentBytes: 5_000_003 - 3_210_000 });
  });

  it('does not fetch again what has not changed', async () => {
    await curl('--etag-save', local('etag'), '-o', local('first'), `${running.url}/image`);
    const again = await curl('--etag-compare', local('etag'), '-w', '%{http_code}', `${running.url}/image`);
    expect(again.stdout).toBe('304');
  });

  it('can be killed in the middle: the file is closed and the observer told', async () => {
    const before = running.observations.length;
    const { code } = await runProgram(
      'curl',
      ['-sS', '-m', '0.3', '--limit-rate', '1M', `${running.url}/huge`],
      {
        mayFail: true,
      },
    );
    expect(code).toBe(28);
    await eventually(() =>
      expect(running.observations.slice(before).at(-1)).toMatchObject({
        kind: 'ended',
        outcome: { kind: 'aborted', by: 'client' },
      }),
    );
  });
});

describe('busybox wget', () => {
  const wget = (...args: string[]) => runProgram('busybox', ['wget', '-q', ...args]);

  it('downloads', async () => {
    await wget('-O', local('wgot'), `${running.url}/image`);
    expect(md5(await readFile(local('wgot')))).toBe(md5(content));
  });

  it('continues a download that was cut', async () => {
    await writeFile(local('wresumed'), content.subarray(0, 1_234_567));
    await wget('-c', '-O', local('wresumed'), `${running.url}/image`);
    expect(md5(await readFile(local('wresumed')))).toBe(md5(content));
  });

  it('is told that a file is missing', async () => {
    const { code, stderr } = await runProgram('busybox', ['wget', '-O', '-', `${running.url}/none`], {
      mayFail: true,
    });
    expect(code).not.toBe(0);
    expect(stderr).toContain('404');
  });
});

describe('a file of more than 4 GiB', () => {
  it('announces its length', async () => {
    const { stdout } = await curl('-I', `${running.url}/huge`);
    expect(stdout).toMatch(new RegExp(`^content-length: ${hugeBytes}\\r$`, 'im'));
  });

  it.each(marks)('gives the right bytes at %i', async offset => {
    const range = `${offset}-${offset + markBytes - 1}`;
    await curl('-f', '-r', range, '-o', local('mark'), `${running.url}/huge`);
    expect(Buffer.compare(await readFile(local('mark')), markAt(offset))).toBe(0);
  });

  it('is resumed across 4 GiB, with progress on the way', async () => {
    const before = running.observations.length;
    const resumed = await open(local('huge-resumed'), 'w');
    await resumed.truncate(2 ** 32 - 1_000_000);
    await resumed.close();
    await curl('-f', '--limit-rate', '300M', '-C', '-', '-o', local('huge-resumed'), `${running.url}/huge`);
    expect((await stat(local('huge-resumed'))).size).toBe(hugeBytes);
    const tail = await open(local('huge-resumed'));
    for (const offset of marks.filter(mark => mark > 2 ** 32)) {
      const { buffer } = await tail.read(Buffer.alloc(markBytes), 0, markBytes, offset);
      expect(Buffer.compare(buffer, markAt(offset))).toBe(0);
    }
    await tail.close();
    await eventually(() => expect(lastEnded()).toMatchObject({ sentBytes: 251_000_017 }));
    const reported = running.observations.slice(before).filter(seen => seen.kind === 'progress');
    expect(reported.length).toBeGreaterThan(0);
    expect(reported[0]?.exchange.part).toEqual({ firstByte: 2 ** 32 - 1_000_000, wholeBytes: hugeBytes });
  });
});
