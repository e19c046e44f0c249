import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type HeadlessHost, startHeadless } from '#engine/hosts/headless.ts';
import { createImageUploads, type UploadDesk } from '#engine/images/image-uploads.ts';
import { systemClock } from '#engine/system/clock.ts';
import { silentLogger } from '#engine/system/log.ts';
import { imageId } from '#test/fakes/rows.ts';
import { scriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';
import { emptyWorld } from '#test/fakes/scripted-engine/scripted-world.ts';

const token = 'upload-test-token';
const bearer = { authorization: `Bearer ${token}` };
let dir: string;
let host: HeadlessHost;
let desk: UploadDesk;
let abort: AbortController;
let arrived: Promise<unknown>;
let held: number;

beforeEach(async () => {
  dir = mkdtempSync(`${tmpdir()}/rk-upload-`);
  desk = createImageUploads(dir, { reserveBytes: 0, freeBytes: async () => 1e9 }, systemClock);
  host = await startHeadless({
    handlers: scriptedEngine(emptyWorld(), []).handlers,
    uploads: desk,
    log: silentLogger,
    token,
    listen: { host: '127.0.0.1', port: 0 },
    pageDir: dir,
  });
  abort = new AbortController();
  held = 0;
  const onProgress = (doneBytes: number) => {
    held = doneBytes;
  };
  arrived = desk.receive({ imageId, onProgress, signal: abort.signal }).then(
    () => 'whole',
    (error: unknown) => error,
  );
});
afterEach(async () => {
  abort.abort(new Error('the test is over'));
  await arrived;
  await host.close();
  rmSync(dir, { recursive: true });
});

type Headers = Readonly<Record<string, string>>;
/** Bytes that are no text and nothing that we know. */
const body = Buffer.alloc(1000, 7);

async function put(headers: Headers, bytes: Buffer = body, id: string = imageId, method = 'PUT') {
  const { port } = new URL(host.baseUrl);
  const asked = request({ host: '127.0.0.1', port, method, path: `/upload/${id}`, headers, agent: false });
  asked.end(bytes);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const parts: string[] = [];
  for await (const part of answer) parts.push(String(part));
  const isJson = answer.headers['content-type']?.startsWith('application/json') === true;
  return { status: answer.statusCode, json: isJson ? (JSON.parse(parts.join('')) as object) : null };
}
const range = (from: number, to: number, total: number) => ({
  'content-range': `bytes ${from}-${to}/${total}`,
});

it('takes a file in pieces from whoever has the token', async () => {
  expect(await put({ ...bearer, ...range(0, 999, 2000) })).toEqual({
    status: 200,
    json: { heldBytes: 1000 },
  });
  expect(await put({ ...bearer, ...range(0, 999, 2000) })).toEqual({
    status: 200,
    json: { heldBytes: 1000 },
  });
  expect(await put({ ...bearer, ...range(1000, 1999, 2000) })).toEqual({
    status: 200,
    json: { heldBytes: 2000 },
  });
  expect(await arrived).toBe('whole');
});

it.each([
  ['nobody', {}],
  ['a wrong token', { authorization: 'Bearer wrong' }],
  ['a cookie of no session', { cookie: 'rackside_1=a.b.c', origin: 'http://127.0.0.1' }],
])('takes nothing from %s', async (_who, headers) => {
  const { status } = await put({ ...headers, ...range(0, 999, 1000) } as Headers);
  expect([401, 403]).toContain(status);
  expect(held).toBe(0);
});

it('takes nothing that another page sends with our cookie', async () => {
  const session = await fetch(`${host.baseUrl}/session`, {
    method: 'POST',
    body: JSON.stringify({ token }),
  });
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
  const piece = range(0, 999, 1000);
  expect((await put({ cookie, ...piece, origin: 'https://evil.example' })).status).toBe(403);
  expect((await put({ cookie, ...piece })).status).toBe(401);
  expect(held).toBe(0);
  expect(
    (await put({ cookie, ...piece, origin: host.baseUrl, host: new URL(host.baseUrl).host })).status,
  ).toBe(200);
});

it.each([
  ['no place', {}],
  ['a place that does not fit its length', range(0, 10, 1000)],
  ['a place behind the end', range(0, 999, 900)],
  ['a place of another form', { 'content-range': 'bytes */1000' }],
  ['more digits than a file has', { 'content-range': `bytes 0-999/${'9'.repeat(400)}` }],
])('refuses a piece with %s', async (_what, headers) => {
  const answer = await put({ ...bearer, ...headers } as Headers);
  expect(answer).toMatchObject({ status: 400, json: { code: 'input.invalid' } });
  expect(held).toBe(0);
});

it('refuses a file that nobody announced, and paths for ids', async () => {
  const other = '99999999-9999-4999-8999-999999999999';
  expect((await put({ ...bearer, ...range(0, 999, 1000) }, body, other)).status).toBe(404);
  expect((await put({ ...bearer, ...range(0, 999, 1000) }, body, '..%2f..%2fetc')).status).toBe(400);
  expect((await put({ ...bearer }, body, imageId, 'POST')).status).toBe(405);
});

it('keeps what came of a piece whose connection was cut', async () => {
  const { port, host: name } = new URL(host.baseUrl);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  const head = [
    `PUT /upload/${imageId} HTTP/1.1`,
    `Host: ${name}`,
    `Authorization: Bearer ${token}`,
    'Content-Range: bytes 0-999/1000',
    'Content-Length: 1000',
    '\r\n',
  ].join('\r\n');
  socket.write(head);
  socket.write(body.subarray(0, 400));
  await expect.poll(() => held).toBe(400);
  socket.destroy();
  const rest = await put({ ...bearer, ...range(400, 999, 1000) }, body.subarray(0, 600));
  expect(rest).toEqual({ status: 200, json: { heldBytes: 1000 } });
  expect(await arrived).toBe('whole');
});
