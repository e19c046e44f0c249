import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { fileFromBytes } from '#engine/net/file-source/file-from-bytes.ts';
import type { ReadableFile } from '#engine/net/file-source/file-source.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '#engine/net/http/answer.ts';
import type { HttpServiceOptions } from '#engine/net/http/server.ts';
import { eventually } from '#test/fixtures/net/eventually.ts';
import { type HttpOnLoopback, httpOnLoopback } from '#test/fixtures/net/http-on-loopback.ts';

let folder: string;
const large = Buffer.alloc(3_000_001, 'abcdefghijklmnopqrstuvwxyz');
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rk-http-'));
  await writeFile(join(folder, 'large'), large);
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function started(
  handler: HttpHandler,
  changed: Partial<HttpServiceOptions> = {},
): Promise<HttpOnLoopback> {
  const running = await httpOnLoopback(handler, changed);
  closers.push(() => running.service.close());
  return running;
}

const answering = (answer: HttpAnswer, changed: Partial<HttpServiceOptions> = {}) =>
  started(async () => answer, changed);
const text = (bytes: string, more: object = {}): HttpAnswer => ({
  kind: 'bytes',
  contentType: 'text/plain',
  bytes,
  ...more,
});
const largeFile = (): HttpAnswer => ({
  kind: 'disk-file',
  contentType: 'application/octet-stream',
  path: join(folder, 'large'),
});

/** A raw connection, for what no HTTP client would send. `all()` is everything received until the server closes. */
function raw(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  closers.push(() => socket.destroy());
  const parts: Buffer[] = [];
  socket.on('data', part => parts.push(part));
  socket.on('error', () => undefined);
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  const seen = (): string => Buffer.concat(parts).toString('latin1');
  const all = async (): Promise<string> => {
    await closed;
    return seen();
  };
  return { socket, seen, all };
}

async function observed(running: HttpOnLoopback, kind: string) {
  await eventually(() => expect(running.observations.map(seen => seen.kind)).toContain(kind));
  return running.observations.findLast(seen => seen.kind === kind);
}

describe('HTTP answers', () => {
  it('sends bytes with type, length and entity tag, and only the head for HEAD', async () => {
    const { url } = await answering(text('#!ipxe\n'));
    const get = await fetch(url);
    expect(await get.text()).toBe('#!ipxe\n');
    const head = await fetch(url, { method: 'HEAD' });
    expect(await head.text()).toBe('');
    for (const response of [get, head]) {
      expect(response.status).toBe(200);
      expect(response.headers.get('content-length')).toBe('7');
      expect(response.headers.get('content-type')).toBe('text/plain');
      expect(response.headers.get('etag')).toMatch(/^"/);
    }
  });

  it('answers 304 to a client that has it already', async () => {
    const { url } = await answering(text('same'));
    const etag = (await fetch(url)).headers.get('etag') ?? '';
    const again = await fetch(url, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it.each([
    ['bytes=0-9', 0, 9],
    ['bytes=1500000-', 1_500_000, 3_000_000],
    ['bytes=-5', 2_999_996, 3_000_000],
    ['bytes=2999999-9999999', 2_999_999, 3_000_000],
  ])('sends the part %s of a file', async (range, first, last) => {
    const { url } = await answering(largeFile());
    const response = await fetch(url, { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${first}-${last}/3000001`);
    expect(Buffer.compare(await bodyOf(response), large.subarray(first, last + 1))).toBe(0);
  });

  it('sends the whole for several ranges, and for a stale If-Range', async () => {
    const { url } = await answering(largeFile());
    const whole = await fetch(url, { headers: { range: 'bytes=0-1,5-6' } });
    expect(Buffer.compare(await bodyOf(whole), large)).toBe(0);
    const etag = whole.headers.get('etag') ?? '';
    const fresh = await fetch(url, { headers: { range: 'bytes=0-1', 'if-range': etag } });
    expect([whole.status, fresh.status, await fresh.text()]).toEqual([200, 206, 'ab']);
    const stale = await fetch(url, { headers: { range: 'bytes=0-1', 'if-range': '"old"' } });
    expect([stale.status, (await bodyOf(stale)).length]).toEqual([200, large.length]);
  });

  it('answers 416 with the size beyond the end', async () => {
    const { url } = await answering(largeFile());
    const response = await fetch(url, { headers: { range: 'bytes=3000001-' } });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */3000001']);
  });

  it('lets files be read only: 405 names the methods', async () => {
    const { url } = await answering(largeFile());
    const response = await fetch(url, { method: 'POST', body: 'x' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('answers 404 for a disk file that is not there', async () => {
    const { url } = await answering({ kind: 'disk-file', contentType: 'a/b', path: join(folder, 'none') });
    expect((await fetch(url)).status).toBe(404);
  });

  it('sends a bare status with the handler’s header fields', async () => {
    const { url } = await answering({ kind: 'empty', status: 204, headers: { 'x-step': '3' } });
    const response = await fetch(url, { method: 'PUT', body: 'x' });
    expect([response.status, response.headers.get('x-step')]).toEqual([204, '3']);
    expect(response.headers.get('content-length')).toBeNull();
  });

  it('keeps the status of bytes that are not 200, without ranges', async () => {
    const { url } = await answering(text('{"error":1}', { status: 409 }));
    const response = await fetch(url, { headers: { range: 'bytes=0-1' } });
    expect([response.status, await response.text()]).toEqual([409, '{"error":1}']);
  });

  it('streams what has no length, and shows a failure by cutting the connection', async () => {
    const closed = vi.fn();
    async function* chunks(fail: boolean) {
      try {
        yield Buffer.from('one ');
        yield Buffer.from('two');
        if (fail) throw new Error('source broke');
      } finally {
        closed();
      }
    }
    const running = await started(async ({ path }) => ({
      kind: 'stream',
      contentType: 'text/plain',
      chunks: chunks(path === '/fails'),
    }));
    expect(await (await fetch(running.url)).text()).toBe('one two');
    await expect(fetch(`${running.url}/fails`).then(response => response.text())).rejects.toThrow();
    expect(closed).toHaveBeenCalledTimes(2);
    await eventually(() =>
      expect(running.observations.at(-1)).toMatchObject({
        outcome: { kind: 'aborted', by: 'server', why: 'source broke' },
      }),
    );
  });

  it('cuts the connection when a file cannot be read to its end', async () => {
    const closed = vi.fn(async () => undefined);
    const failing: ReadableFile = {
      sizeBytes: 5_000_000,
      read: async (offsetBytes, lengthBytes) => {
        if (offsetBytes > 0) throw new Error('EIO');
        return new Uint8Array(lengthBytes);
      },
      close: closed,
    };
    const running = await answering({ kind: 'file', contentType: 'a/b', file: failing });
    await expect(fetch(running.url).then(bodyOf)).rejects.toThrow();
    expect(await observed(running, 'ended')).toMatchObject({ outcome: { by: 'server', why: 'EIO' } });
    expect(closed).toHaveBeenCalledTimes(1);
  });
});

it.each([
  ['GET', 'Content-Length: 3000001', 'HTTP/1.1 200 OK'],
  ['HEAD', 'Content-Length: 3000001', 'HTTP/1.1 200 OK'],
  ['POST', 'Allow: GET, HEAD', 'HTTP/1.1 405 Method Not Allowed'],
])(
  'spells header names for %s as RFC 9110 does: GRUB 2.06 looks for exactly these bytes',
  async (method, line, status) => {
    const { service } = await answering(largeFile());
    const client = raw(service.port);
    client.socket.write(`${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nRange: x\r\n\r\n`);
    const [head = ''] = (await client.all()).split('\r\n\r\n', 1);
    expect(head).toContain(line);
    const [first, ...fields] = head.split('\r\n');
    expect(first).toBe(status);
    for (const field of fields) expect(field).toMatch(/^(ETag|([A-Z][a-z]+-)*[A-Z][a-z]+): /);
  },
);

describe('HTTP requests', () => {
  it('gives the handler a clean request', async () => {
    let seen: HttpRequest | undefined;
    const { url } = await started(async request => {
      seen = request;
      return text(Buffer.from(await request.body.bytes(100)).toString());
    });
    const response = await fetch(`${url}/a//b/./c%20d/?mac=52%3A54`, {
      method: 'POST',
      body: 'hello',
      headers: { 'X-Token': 't' },
    });
    expect(await response.text()).toBe('hello');
    expect(seen).toMatchObject({ method: 'POST', path: '/a/b/c d', client: { address: '127.0.0.1' } });
    expect(seen?.query.get('mac')).toBe('52:54');
    expect(seen?.headers['x-token']).toBe('t');
  });

  it('answers 413 when content is larger than the handler takes, announced or not', async () => {
    const handler = vi.fn<HttpHandler>(async request => text(String((await request.body.bytes(10)).length)));
    const { url, service } = await started(handler);
    expect(await (await fetch(url, { method: 'POST', body: '0123456789' })).text()).toBe('10');
    expect((await fetch(url, { method: 'POST', body: '0123456789a' })).status).toBe(413);
    const client = raw(service.port);
    client.socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n');
    client.socket.write('5\r\n01234\r\n6\r\n56789a\r\n');
    expect(await client.all()).toMatch(/^HTTP\/1.1 413 /);
    expect(handler).toHaveBeenCalledTimes(3);
  });

  it('refuses too much content before it is sent when the client waits for 100 Continue', async () => {
    const { service } = await started(async request => text(String((await request.body.bytes(10)).length)));
    const refused = raw(service.port);
    refused.socket.write('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n');
    expect(await refused.all()).toMatch(/^HTTP\/1.1 413 /);
    const taken = raw(service.port);
    taken.socket.write(
      'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n',
    );
    await eventually(() => expect(taken.seen()).toMatch(/^HTTP\/1.1 100 /));
    taken.socket.write('hi');
    expect(await taken.all()).toMatch(/HTTP\/1.1 200 OK.*2$/s);
  });

  it('does not wait for content that nobody wants', async () => {
    const { service } = await answering(text('no thanks'));
    const client = raw(service.port);
    client.socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\nsome');
    expect(await client.all()).toMatch(/Connection: close.*no thanks$/s);
  });

  it('hides why a handler failed from the client, tells the observer, and goes on', async () => {
    const running = await started(async ({ path }) => {
      if (path === '/fails') throw new Error('password is hunter2');
      return text('fine');
    });
    const response = await fetch(`${running.url}/fails`);
    expect([response.status, await response.text()]).toEqual([500, '']);
    expect(await observed(running, 'failed')).toMatchObject({
      path: '/fails',
      cause: expect.objectContaining({ message: 'password is hunter2' }),
    });
    expect(await (await fetch(running.url)).text()).toBe('fine');
  });

  it('answers several requests on one connection', async () => {
    const ports = new Set<number>();
    const running = await started(async request => {
      ports.add(request.client.port);
      return largeFile();
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    closers.push(() => agent.destroy());
    for (const path of ['/a', '/b', '/c']) {
      const outgoing = httpRequest(running.url + path, { agent }).end();
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(part);
      expect(Buffer.compare(Buffer.concat(parts), large)).toBe(0);
    }
    expect(ports.size).toBe(1);
  });

  it('answers pipelined requests in order', async () => {
    const { service } = await started(async ({ path }) => text(path));
    const client = raw(service.port);
    client.socket.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n');
    client.socket.write('GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect((await client.all()).match(/^\/\d/gm)).toEqual(['/1', '/2', '/3']);
  });

  it('begins a pipelined request when the answer before it is out, and none after the client has gone', async () => {
    const gates: (() => void)[] = [];
    const seen: string[] = [];
    const running = await started(async ({ path }) => {
      seen.push(path);
      await new Promise<void>(resolve => gates.push(resolve));
      return text(path);
    });
    const client = raw(running.service.port);
    client.socket.write([1, 2, 3].map(number => `GET /${number} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await eventually(() => expect(gates).toHaveLength(1));
    // Another client's whole exchange: what was read together with the first request has been looked at.
    const other = fetch(`${running.url}/other`);
    await eventually(() => expect(gates).toHaveLength(2));
    gates[1]?.();
    await (await other).text();
    expect(seen).toEqual(['/1', '/other']);
    gates[0]?.();
    await eventually(() => expect(gates).toHaveLength(3));
    await eventually(() => expect(client.seen()).toContain('/1'));
    client.socket.destroy();
    await eventually(() =>
      expect(running.observations).toContainEqual(
        expect.objectContaining({ kind: 'ended', exchange: expect.objectContaining({ path: '/1' }) }),
      ),
    );
    gates[2]?.();
    await running.service.close();
    expect(seen).toEqual(['/1', '/other', '/2']);
  });

  it('begins nothing that was sent after a request which ends the connection', async () => {
    const seen: string[] = [];
    const { service } = await started(async ({ path }) => {
      seen.push(path);
      return text(path);
    });
    const client = raw(service.port);
    client.socket.write('GET /%zz HTTP/1.1\r\nHost: a\r\n\r\nGET /after HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.all()).toMatch(/^HTTP\/1.1 400 /);
    await service.close();
    expect(seen).toEqual([]);
  });

  it('drops a connection that asks for too much ahead of its answers', async () => {
    const handler = vi.fn<HttpHandler>(
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('gone')))),
    );
    const running = await started(handler, { limits: { maxPipelined: 8 } });
    const client = raw(running.service.port);
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(2000));
    expect(await client.all()).toBe('');
    expect(await observed(running, 'refused')).toMatchObject({ why: 'too-many-ahead' });
    expect(running.observations.filter(({ kind }) => kind === 'refused')).toHaveLength(1);
    expect(handler.mock.calls.length).toBeLessThanOrEqual(1);
  });

  it('reads no more content at a time than its memory for that, and tells the others to come again', async () => {
    const received: number[] = [];
    const running = await started(
      async request => {
        received.push((await request.body.bytes(1000)).length);
        return text('taken');
      },
      { limits: { bodyMemoryBytes: 1000 } },
    );
    const slow = raw(running.service.port);
    slow.socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\nExpect: 100-continue\r\n\r\n');
    await eventually(() => expect(slow.seen()).toMatch(/^HTTP\/1.1 100 /));
    const busy = await fetch(running.url, { method: 'POST', body: 'x'.repeat(200) });
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(running.url, { method: 'POST', body: 'x'.repeat(100) })).status).toBe(200);
    slow.socket.write('y'.repeat(900));
    await eventually(() => expect(slow.seen()).toContain('taken'));
    expect((await fetch(running.url, { method: 'POST', body: 'x'.repeat(200) })).status).toBe(200);
    expect(received).toEqual([100, 900, 200]);
    expect(running.observations.map(({ kind }) => kind)).not.toContain('failed');
  });
});

describe('HTTP accounting', () => {
  it('brings the handler’s tag back with what was sent', async () => {
    const tag = { node: 'n1', deployment: 'd1' };
    const running = await started(async () => ({ ...largeFile(), tag }));
    await bodyOf(await fetch(`${running.url}/image`, { headers: { range: 'bytes=1000000-' } }));
    await bodyOf(await fetch(`${running.url}/image`, { headers: { range: 'bytes=0-99' } }));
    await eventually(() =>
      expect(running.observations.filter(seen => seen.kind === 'ended')).toHaveLength(2),
    );
    const [first, second] = running.observations.filter(seen => seen.kind === 'ended');
    expect(first).toMatchObject({
      exchange: {
        id: 1,
        client: { address: '127.0.0.1' },
        method: 'GET',
        path: '/image',
        status: 206,
        tag,
        expectedBytes: 2_000_001,
        part: { firstByte: 1_000_000, wholeBytes: 3_000_001 },
      },
      outcome: { kind: 'completed' },
      sentBytes: 2_000_001,
    });
    expect(second).toMatchObject({ sentBytes: 100 });
  });

  it('reports progress while the bytes go out, but not before its interval is over', async () => {
    let nowMs = 0;
    const gate: (() => void)[] = [];
    const pass = (): Promise<void> => new Promise(resolve => gate.push(resolve));
    async function* chunks() {
      for (let index = 0; index < 3; index += 1) {
        yield Buffer.alloc(1000);
        await pass();
      }
    }
    const running = await answering(
      { kind: 'stream', contentType: 'a/b', chunks: chunks() },
      { nowMs: () => nowMs, limits: { progressIntervalMs: 20 } },
    );
    const progress = () => running.observations.filter(seen => seen.kind === 'progress');
    const body = fetch(running.url).then(bodyOf);
    for (let count = 1; count <= 3; count += 1) {
      await eventually(() => expect(gate).toHaveLength(count));
      expect(progress()).toHaveLength(count - 1);
      nowMs += 20;
      await eventually(() => expect(progress()).toHaveLength(count));
      expect(progress().at(-1)).toMatchObject({ sentBytes: count * 1000 });
      gate[count - 1]?.();
    }
    expect(await body).toHaveLength(3000);
    expect(await observed(running, 'ended')).toMatchObject({ sentBytes: 3000, durationMs: 60 });
  });
});

describe('HTTP clients that behave badly', () => {
  it('closes the file when a download is abandoned, and counts what went out', async () => {
    const closed = vi.fn(async () => undefined);
    const endless: ReadableFile = {
      sizeBytes: 1e12,
      read: async (_offset, lengthBytes) => new Uint8Array(lengthBytes),
      close: closed,
    };
    const running = await answering({ kind: 'file', contentType: 'a/b', file: endless });
    const client = raw(running.service.port);
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(client.socket, 'data');
    client.socket.destroy();
    expect(await observed(running, 'ended')).toMatchObject({
      outcome: { kind: 'aborted', by: 'client' },
      exchange: { expectedBytes: 1e12 },
    });
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('tells a handler that is still thinking that its client has gone', async () => {
    const aborted = vi.fn();
    const running = await started(
      ({ signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            aborted();
            reject(new Error('stopped'));
          }),
        ),
    );
    const client = raw(running.service.port);
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n', () => client.socket.destroy());
    await eventually(() => expect(aborted).toHaveBeenCalled());
    await observed(running, 'ended');
    expect(running.observations.map(seen => seen.kind)).not.toContain('failed');
  });

  it('drops a reader on which nothing moves any more', async () => {
    const running = await answering(
      { kind: 'file', contentType: 'a/b', file: { ...fileFromBytes(''), sizeBytes: 1e12, read: zeros } },
      { limits: { stallTimeoutMs: 100 } },
    );
    const client = raw(running.service.port);
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(client.socket, 'data');
    client.socket.pause();
    expect(await observed(running, 'ended')).toMatchObject({ outcome: { kind: 'aborted' } });
  });

  it.each([
    ['a header that never ends (slow loris)', 'GET / HTTP/1.1\r\nHost: a\r\nX-A: '],
    ['silence', ''],
  ])('answers %s when its time is over', async (_name, sent) => {
    const running = await answering(text('never'), { limits: { headersTimeoutMs: 100 } });
    const client = raw(running.service.port);
    client.socket.write(sent);
    expect(await client.all()).toMatch(/^HTTP\/1.1 408 /);
    expect(await observed(running, 'refused')).toMatchObject({ why: 'request-timeout' });
  });

  it.each([
    ['huge header fields', `GET / HTTP/1.1\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'header-too-large'],
    ['a huge target', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 431, 'header-too-large'],
    ['TLS on the wrong port', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'bad-request'],
    ['two lengths', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'bad-request'],
  ])('answers %s', async (_name, sent, status, why) => {
    const running = await answering(text('never'));
    const client = raw(running.service.port);
    client.socket.write(Buffer.from(sent, 'latin1'));
    expect(await client.all()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(await observed(running, 'refused')).toMatchObject({ why, client: { address: '127.0.0.1' } });
  });

  it.each([
    ['TRACE', 501],
    ['PROPFIND', 501],
  ])('does not know %s', async (method, status) => {
    const { service } = await answering(text('never'));
    const client = raw(service.port);
    client.socket.write(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(await client.all()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('takes no more connections from one client than the cap', async () => {
    const running = await answering(text('hello'), { limits: { maxConnectionsPerClient: 2 } });
    const first = raw(running.service.port);
    const second = raw(running.service.port);
    await Promise.all([once(first.socket, 'connect'), once(second.socket, 'connect')]);
    expect(await raw(running.service.port).all()).toBe('');
    expect(await observed(running, 'refused')).toMatchObject({ why: 'too-many-from-client' });
    first.socket.destroy();
    await eventually(async () => expect((await fetch(running.url)).status).toBe(200));
  });

  it('cuts an answer that is not wanted any more, and says so', async () => {
    const unwanted = new AbortController();
    const closed = vi.fn(async () => undefined);
    const endless: ReadableFile = { sizeBytes: 1e12, read: zeros, close: closed };
    const { signal } = unwanted;
    const running = await answering({ kind: 'file', contentType: 'a/b', file: endless, signal });
    const client = raw(running.service.port);
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(client.socket, 'data');
    unwanted.abort();
    expect(await observed(running, 'ended')).toMatchObject({ outcome: { kind: 'aborted', by: 'server' } });
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('cuts what is under way when it closes, and says so', async () => {
    const closed = vi.fn(async () => undefined);
    const endless: ReadableFile = { sizeBytes: 1e12, read: zeros, close: closed };
    const running = await httpOnLoopback(async () => ({ kind: 'file', contentType: 'a/b', file: endless }));
    const client = raw(running.service.port);
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(client.socket, 'data');
    await running.service.close();
    expect(running.observations.at(-1)).toMatchObject({ kind: 'ended', outcome: { by: 'server' } });
    expect(closed).toHaveBeenCalledTimes(1);
  });
});

it('knows an IPv4 client by its plain address on a dual-stack socket', async () => {
  const { service } = await started(async ({ client }) => text(client.address), {
    listen: { address: '::', port: 0 },
  });
  expect(await (await fetch(`http://127.0.0.1:${service.port}/`)).text()).toBe('127.0.0.1');
});

it('rejects when its port is taken', async () => {
  const { service } = await answering(text('first'));
  const listen = { address: '127.0.0.1', port: service.port };
  await expect(httpOnLoopback(async () => text('second'), { listen })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

async function zeros(_offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
  return new Uint8Array(lengthBytes);
}

async function bodyOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}
