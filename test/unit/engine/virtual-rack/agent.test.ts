import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { playAgent } from '#engine/virtual-rack/agent.ts';
import { makeDisk, type VirtualDisk } from '#engine/virtual-rack/disk.ts';

const image = randomBytes(3 * 2 ** 20);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Result {
  readonly ok: boolean;
  readonly code?: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}
type Route = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let folder: string;
let disk: VirtualDisk;
let server: Server;
/** Answers of a path that come before the usual ones, first in first out. */
let instead: Map<string, Route[]>;
let steps: string[];
let results: Result[];
let asked: string[];
let waits: number[];
let served: Buffer;

const status =
  (code: number, body = ''): Route =>
  (_request, response) =>
    response.writeHead(code).end(body);

function serveImage(request: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const rest = served.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length, etag: '"1"' }).end(rest);
}

const usual: Readonly<Record<string, Route>> = {
  '/v1/hello': status(200, 'session S\nnode n\n'),
  '/v1/step': (_request, response) => {
    const step = steps[results.length] ?? 'reboot';
    response
      .writeHead(200)
      .end(`step ${step.split('\n')[0]}\nid step-${results.length}\n${step.slice(step.indexOf('\n') + 1)}\n`);
  },
  '/image': serveImage,
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rk-agent-'));
  disk = { path: join(folder, 'disk'), sizeBytes: 8 * 2 ** 20, serial: 'VD-1' };
  await makeDisk(disk);
  [instead, steps, results, asked, waits, served] = [new Map(), [], [], [], [], image];
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(`${path} ${request.headers.range ?? ''}`.trim());
    let body = '';
    request.on('data', part => {
      body += String(part);
    });
    request.on('end', () => {
      const special = instead.get(path)?.shift();
      if (special !== undefined) return special(request, response, body);
      if (path.endsWith('/result')) results.push(JSON.parse(body) as Result);
      (usual[path] ?? status(204))(request, response, body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const baseUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function step(name: string, parameters: Readonly<Record<string, string | number>> = {}): string {
  const own = { serial: 'VD-1', disk: 'sda', 'disk-size-bytes': disk.sizeBytes, ...parameters };
  return [name, ...Object.entries(own).map(([key, value]) => `${key} ${value}`)].join('\n');
}

const imageStep = (parameters: Readonly<Record<string, string | number>> = {}) =>
  step('write-image', {
    url: `${baseUrl()}/image`,
    format: 'none',
    'size-bytes': image.length,
    sha256: sha256(image),
    verify: 'readback',
    ...parameters,
  });

/** The results of these steps; the reboot that ends them is left out. */
async function play(...list: string[]): Promise<Result[]> {
  steps = list;
  await playAgent(
    {
      address: '127.0.0.1',
      firmware: 'uefi',
      disk,
      inventory: {},
      signal: new AbortController().signal,
      diskFails: () => false,
      onWritten: () => undefined,
      wait: async delayMs => {
        waits.push(delayMs);
      },
      say: () => undefined,
    },
    new Map([
      ['rackside.url', baseUrl()],
      ['rackside.token', 'T'],
    ]),
  );
  return results.slice(0, list.length);
}

describe('the played deploy agent', () => {
  it.each([
    ['as it is', 'none', image],
    ['in one zstd frame', 'zstd', zstdCompressSync(image)],
    [
      'in many zstd frames, as pzstd and cat make them',
      'zstd',
      Buffer.concat(
        [0, 1, 2].map(part => zstdCompressSync(image.subarray(part * 2 ** 20, (part + 1) * 2 ** 20))),
      ),
    ],
  ])('writes an image %s', async (_how, format, stream) => {
    served = Buffer.from(stream);
    expect(await play(imageStep({ format }))).toMatchObject([
      {
        ok: true,
        evidence: { bytes: image.length, sha256: sha256(image), verified: 'readback', attempts: 1 },
      },
    ]);
    expect(readFileSync(disk.path).subarray(0, image.length).equals(image)).toBe(true);
  });

  it('goes on where a download was cut, as often as it is cut', async () => {
    const cutAfter =
      (bytes: number): Route =>
      (request, response) => {
        const from = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
        response.writeHead(from > 0 ? 206 : 200, { 'content-length': image.length - from });
        response.write(image.subarray(from, from + bytes), () => response.destroy());
      };
    instead.set('/image', [cutAfter(100_000), status(503), cutAfter(50_000)]);
    expect(await play(imageStep())).toMatchObject([{ ok: true, evidence: { attempts: 4 } }]);
    expect(asked.filter(path => path.startsWith('/image'))).toEqual([
      '/image',
      expect.stringMatching(/^\/image bytes=\d+-$/),
      expect.stringMatching(/^\/image bytes=\d+-$/),
      expect.stringMatching(/^\/image bytes=\d+-$/),
    ]);
    expect(waits).toEqual([1000, 2000, 1000]);
  });

  it('says download-failed for an answer that does not change', async () => {
    instead.set('/image', [status(404)]);
    expect(await play(imageStep())).toMatchObject([
      { ok: false, code: 'download-failed', evidence: { httpStatus: 404, receivedBytes: 0 } },
    ]);
  });

  it('tries each call again with back-off while the engine is not ready', async () => {
    const cut: Route = (_request, response) => response.destroy();
    instead.set('/v1/hello', [status(409), cut]);
    instead.set('/v1/step', [status(500)]);
    instead.set('/v1/step/step-0/result', [status(503)]);
    await play();
    expect(waits).toEqual([1000, 2000, 1000, 1000]);
    expect(results).toMatchObject([{ ok: true }]);
  });

  it('ends where its token is refused', async () => {
    instead.set('/v1/step', [status(401)]);
    await expect(play()).rejects.toThrow('step: HTTP 401');
  });

  it('stops a step that the engine does not want any more', async () => {
    instead.set('/v1/step/step-0/progress', [status(410)]);
    expect(await play(imageStep())).toMatchObject([{ ok: false, code: 'cancelled' }]);
  });

  it('tells its progress', async () => {
    const told: string[] = [];
    instead.set('/v1/step/step-0/progress', [
      (_request, response, body) => {
        told.push(body);
        response.writeHead(204).end();
      },
    ]);
    await play(imageStep());
    expect(told).toEqual([expect.stringMatching(/^phase writing\nbytes [1-9]\d*\ntotal 3145728\n$/)]);
  });

  it.each([
    [
      'a longer stream',
      { 'size-bytes': 2 ** 20, sha256: sha256(image.subarray(0, 2 ** 20)) },
      'size-mismatch',
    ],
    ['a shorter stream', { 'size-bytes': 4 * 2 ** 20 }, 'size-mismatch'],
    ['an image larger than the disk', { 'size-bytes': 9 * 2 ** 20 }, 'disk-too-small'],
    ['another image', { sha256: sha256(Buffer.from('x')) }, 'checksum-mismatch'],
    ['damaged zstd', { format: 'zstd' }, 'decompress-failed'],
    ['another disk', { serial: 'VD-2' }, 'wrong-disk'],
  ])('refuses %s', async (_what, parameters, code) => {
    expect(await play(imageStep(parameters))).toMatchObject([{ ok: false, code }]);
    const limit = Number((parameters as { 'size-bytes'?: number })['size-bytes'] ?? image.length);
    expect(
      readFileSync(disk.path)
        .subarray(limit)
        .every(byte => byte === 0),
    ).toBe(true);
  });

  it('writes the config drive to the end of the disk, and refuses one that is too large for it', async () => {
    served = image.subarray(0, 5000);
    const drive = { url: `${baseUrl()}/image`, 'size-bytes': 5000, sha256: sha256(served) };
    expect(
      await play(
        step('write-config-drive', drive),
        step('write-config-drive', { ...drive, 'size-bytes': disk.sizeBytes }),
        step('write-config-drive', { ...drive, 'size-bytes': 4000 }),
      ),
    ).toMatchObject([
      { ok: true, evidence: { startBytes: 7 * 2 ** 20, sizeBytes: 5000, sha256: sha256(served) } },
      { ok: false, code: 'no-room' },
      { ok: false, code: 'size-mismatch' },
    ]);
    expect(
      readFileSync(disk.path)
        .subarray(7 * 2 ** 20, 7 * 2 ** 20 + 5000)
        .equals(served),
    ).toBe(true);
  });

  it('says what it only pretends to do', async () => {
    expect(await play(step('grow-last-partition'), step('set-boot-entry'))).toMatchObject([
      { ok: true, evidence: { simulated: true } },
      { ok: true, evidence: { simulated: true } },
    ]);
  });
});
