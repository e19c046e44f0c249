import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { discFileSource } from '#engine/images/disc-file-source.ts';
import type { DiscImage } from '#engine/images/disc-image.ts';
import { recogniseInstaller } from '#engine/images/recognise-installer.ts';
import { type HttpOnLoopback, httpOnLoopback } from '#test/fixtures/net/http-on-loopback.ts';
import { type TftpOnLoopback, tftpOnLoopback } from '#test/fixtures/net/tftp-on-loopback.ts';
import { runProgram } from '#test/lab/program.ts';
import { openDisc, writeTree } from './disc-tools.ts';

/** The files of an ISO that xorriso made, fetched by real clients straight from it. */
const folder = mkdtempSync(path.join(os.tmpdir(), 'rk-disc-serving-'));
const local = (name: string): string => path.join(folder, name);
const kernel = randomBytes(3_000_001);
const stage2 = randomBytes(7_000_003);
let disc: DiscImage;
let http: HttpOnLoopback;
let tftp: TftpOnLoopback;

beforeAll(async () => {
  writeTree(local('tree'), {
    '.treeinfo':
      '[general]\nfamily = Rocky Linux\nversion = 9.3\narch = x86_64\n[stage2]\nmainimage = images/install.img\n',
    'images/pxeboot/vmlinuz': kernel,
    'images/pxeboot/initrd.img': 'initrd',
    'images/install.img': stage2,
    'BaseOS/repodata/repomd.xml': '<repomd/>',
    'isolinux/vmlinuz': '→ ../images/pxeboot/vmlinuz',
    outside: '→ ../../../../../etc/passwd',
  });
  await runProgram('xorriso', [
    '-as',
    'mkisofs',
    '-quiet',
    '-R',
    '-J',
    '-o',
    local('disc.iso'),
    local('tree'),
  ]);
  disc = await openDisc(local('disc.iso'));
  const source = discFileSource(disc);
  http = await httpOnLoopback(async ({ path: asked, client }) => {
    const file = await source({ path: asked, client });
    if (file === undefined) return { kind: 'empty', status: 404 };
    return { kind: 'file', contentType: 'application/octet-stream', file };
  });
  tftp = await tftpOnLoopback(source);
});
afterAll(async () => {
  await http.service.close();
  await tftp.server.close();
  await disc.close();
  rmSync(folder, { recursive: true });
});

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const curl = (...args: string[]) => runProgram('curl', ['-sS', '-f', ...args]);

it('many downloads at once over HTTP, each of another part', async () => {
  const parts = Array.from(
    { length: 12 },
    (_, index) => [index * 550_000, index * 550_000 + 900_000] as const,
  );
  await Promise.all(
    parts.map(([start, end], index) =>
      curl('-r', `${start}-${end - 1}`, '-o', local(`part-${index}`), `${http.url}/images/install.img`),
    ),
  );
  for (const [index, [start, end]] of parts.entries())
    expect(md5(readFileSync(local(`part-${index}`)))).toBe(md5(stage2.subarray(start, end)));
});

it('what was fetched once is not fetched again', async () => {
  const url = `${http.url}/images/pxeboot/vmlinuz`;
  await curl('-o', local('kernel'), '--etag-save', local('etag'), url);
  expect(md5(readFileSync(local('kernel')))).toBe(md5(kernel));
  const again = ['-o', local('again'), '-w', '%{http_code}', '--etag-compare', local('etag'), url];
  expect((await curl(...again)).stdout).toBe('304');
});

it('over TFTP, through a link as well', async () => {
  for (const name of ['images/pxeboot/vmlinuz', 'isolinux/vmlinuz']) {
    const url = `tftp://127.0.0.1:${tftp.port}/${name}`;
    await curl('--tftp-blksize', '1468', '-o', local('by-tftp'), url);
    expect(md5(readFileSync(local('by-tftp')))).toBe(md5(kernel));
  }
});

it.each(['images', '', 'outside', '..%2f..%2fetc%2fpasswd', 'images/missing'])(
  '%j is not there',
  async name => {
    const answer = await runProgram('curl', ['-sS', '-w', '%{http_code}', `${http.url}/${name}`]);
    expect(answer.stdout).toMatch(/^40[04]$/);
  },
);

it('a disc with Rock Ridge names is recognised', async () => {
  expect((await recogniseInstaller(disc))?.medium).toEqual({
    family: 'anaconda',
    distribution: 'rocky',
    version: '9.3',
    architecture: 'x86_64',
    kernel: 'images/pxeboot/vmlinuz',
    initrd: 'images/pxeboot/initrd.img',
    repository: '',
    certainty: 'certain',
  });
});
