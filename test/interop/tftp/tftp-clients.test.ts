import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskFileSource, type TftpOnLoopback, tftpOnLoopback } from '#test/fixtures/net/tftp-on-loopback.ts';
import { runProgram } from '#test/lab/program.ts';
import { type ClientTerms, fetchWith, realClients } from './real-clients.ts';

let folder: string;
let running: TftpOnLoopback;
const contents = new Map<string, Buffer>();

const sizes = [0, 1, 511, 512, 513, 1467, 1468, 1469, 512 * 8, 1468 * 4, 1468 * 16, 1468 * 16 + 1, 200_000];
/** 65,537 blocks of 512 and of 8 bytes. */
const rollover = { 512: 512 * 65_537 - 100, 8: 8 * 65_537 - 3 };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rk-tftp-clients-'));
  await mkdir(join(folder, 'root'));
  for (const sizeBytes of [...sizes, rollover[512], rollover[8]]) {
    const content = Buffer.alloc(sizeBytes);
    for (let index = 0; index + 4 <= sizeBytes; index += 4) content.writeUInt32LE(index, index);
    contents.set(`file-${sizeBytes}`, content);
    await writeFile(join(folder, 'root', `file-${sizeBytes}`), content);
  }
  running = await tftpOnLoopback(diskFileSource(join(folder, 'root')));
});
afterAll(async () => {
  await running.server.close();
  await rm(folder, { recursive: true });
});

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

async function expectDelivered(clientName: string, sizeBytes: number, terms: ClientTerms): Promise<void> {
  const client = realClients.find(known => known.name === clientName);
  if (client === undefined) throw new Error(`no client ${clientName}`);
  const remote = `file-${sizeBytes}`;
  const got = await fetchWith(client, folder, running.port, remote, terms);
  expect(md5(got), `${clientName} ${remote} ${JSON.stringify(terms)}`).toBe(
    md5(contents.get(remote) ?? Buffer.alloc(0)),
  );
}

/** curl takes a tsize of 0 in the answer for an error, whichever server sends it. */
const sizesFor = (name: string, terms: ClientTerms): readonly number[] =>
  name === 'curl' && terms.blockSizeBytes !== undefined ? sizes.filter(size => size > 0) : sizes;

const cases: readonly (readonly [string, ClientTerms])[] = realClients.flatMap(
  ({ name, blocks, windows }) => [
    [name, {}] as const,
    ...(blocks ? [[name, { blockSizeBytes: 1468 }] as const] : []),
    ...(windows
      ? [2, 4, 16, 64].map(windowBlocks => [name, { blockSizeBytes: 1468, windowBlocks }] as const)
      : []),
  ],
);

it.each(cases)('%s gets every size around the block sizes with %o', async (name, terms) => {
  for (const sizeBytes of sizesFor(name, terms)) await expectDelivered(name, sizeBytes, terms);
  const last = running.observations.findLast(seen => seen.kind === 'started');
  expect(last?.transfer.blockSizeBytes).toBe(terms.blockSizeBytes ?? 512);
  expect(last?.transfer.windowBlocks).toBe(terms.windowBlocks ?? 1);
});

describe.each(realClients)('$name', ({ name }) => {
  it('is told that a file is missing', async () => {
    const client = realClients.find(known => known.name === name);
    const args = client?.arguments(running.port, 'missing', join(folder, 'missing'), {}) ?? [];
    const { stdout, stderr, code } = await runProgram(name, args, { mayFail: true });
    expect(code !== 0 || /not found/i.test(stdout + stderr)).toBe(true);
  });
});

describe('more than 65,535 blocks', () => {
  it('curl at 512 bytes', () => expectDelivered('curl', rollover[512], { blockSizeBytes: 512 }));
  it('tftp-hpa at 512 bytes', () => expectDelivered('tftp', rollover[512], {}));
  it('atftp in windows of 7 × 8, so that windows straddle the end', () =>
    expectDelivered('atftp', rollover[8], { blockSizeBytes: 8, windowBlocks: 7 }));
  it('busybox at 512 bytes', () => expectDelivered('busybox', rollover[512], {}));
});

it('every transfer above completed', () => {
  const ends = running.observations.filter(seen => seen.kind === 'ended');
  expect(ends.length).toBeGreaterThan(100);
  expect(ends.filter(end => end.outcome.kind !== 'completed')).toEqual([]);
});
