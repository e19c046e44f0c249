import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type HeadlessHost, startHeadless } from '#engine/hosts/headless.ts';
import { createLogger } from '#engine/system/log.ts';
import { Secret } from '#engine/system/secret.ts';
import { createClient } from '#shared/contract/client.ts';
import type { ClientFrame } from '#shared/contract/frames.ts';
import { contract } from '#shared/contract/index.ts';
import { webSocketTransport } from '#shared/contract/web-socket-transport.ts';
import { createEngine } from '#test/fakes/engine/fake-engine.ts';
import { eventually } from '#test/fixtures/net/eventually.ts';

const token = 'planted-token-for-scripts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

let folder: string;
let host: HeadlessHost;
let logLines: string[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rk-headless-'));
  const pageDir = path.join(folder, 'page');
  mkdirSync(path.join(pageDir, 'assets'), { recursive: true });
  writeFileSync(path.join(pageDir, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(path.join(pageDir, 'assets', 'index-abc.js'), 'export {};');
  writeFileSync(path.join(pageDir, 'notes.exe'), 'not a page file');
  writeFileSync(path.join(folder, 'secret.json'), '{"secret":true}');
  logLines = [];
  const log = createLogger({ sink: { write: line => void logLines.push(line), close: () => undefined } });
  const sealKey = { bytes: new Secret(new Uint8Array(32)), keptIn: 'key-file' as const };
  const engine = await createEngine({ dataDir: folder, sealKey, log });
  const listen = { host: '127.0.0.1', port: 0 };
  host = await startHeadless({
    handlers: engine.handlers,
    uploads: engine.uploads,
    log,
    listen,
    token,
    pageDir,
    maxFrameBytes: 5000,
    hostNames: ['rack-laptop.example'],
  });
});

afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

/** One request with exactly these headers: `fetch` would not let a test lie about Host. */
function ask(
  method: string,
  target: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<Answer> {
  const { port } = new URL(host.baseUrl);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, method, path: target, headers, agent: false },
      response => {
        const parts: string[] = [];
        response.on('data', part => void parts.push(String(part)));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text: parts.join('') }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

const bearer = { authorization: `Bearer ${token}` };
const ticket = () => new URLSearchParams(new URL(host.url).hash.slice(1)).get('token') ?? '';
const exchange = (offered: string, headers: Record<string, string> = {}) =>
  ask('POST', '/session', headers, JSON.stringify({ token: offered }));
const cookieOf = (answer: Answer) => answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';

/** The status with which an upgrade is answered: 101 when the socket opens. */
function upgrade(headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${host.baseUrl.replace('http', 'ws')}/ws`, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}

describe('POST /rpc', () => {
  it('answers queries and commands with the bearer token', async () => {
    const enrolled = await ask('POST', '/rpc/nodes/enroll', bearer, '{"name":"node-1"}');
    expect(enrolled.status).toBe(200);
    expect(JSON.parse(enrolled.text)).toMatchObject({ name: 'node-1', provisionState: 'enroll' });
    const list = await ask('POST', '/rpc/nodes/list', bearer);
    expect(JSON.parse(list.text)).toHaveLength(2);
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['another scheme', { authorization: `Basic ${token}` }],
    ['the token as a cookie', { cookie: `token=${token}` }],
  ])('answers 401 to %s', async (_what, headers) => {
    const answer = await ask('POST', '/rpc/nodes/list', headers as Record<string, string>, '{}');
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'auth.denied' });
  });

  it("does not take the page's cookie: another site could have made the browser send it", async () => {
    const cookie = cookieOf(await exchange(ticket()));
    expect((await ask('POST', '/rpc/nodes/list', { cookie }, '{}')).status).toBe(401);
  });

  it('answers errors as ErrorData with a status of their level', async () => {
    const missing = '00000000-0000-4000-8000-000000000000';
    const cases = [
      ['/rpc/nodes/get', '{"id":"7"}', 400, 'input.invalid'],
      ['/rpc/nodes/get', `{"id":"${missing}"}`, 404, 'input.not_found'],
      ['/rpc/nodes/nothing', '{}', 404, 'input.not_found'],
      ['/rpc/constructor/name', '{}', 404, 'input.not_found'],
      ['/rpc/world/changes', '{}', 404, 'input.not_found'],
      ['/rpc/nodes/list', '{"broken', 400, 'input.invalid'],
      ['/rpc/images/list', '{}', 500, 'internal'],
    ] as const;
    for (const [target, body, status, code] of cases) {
      const answer = await ask('POST', target, bearer, body);
      expect([target, answer.status, (JSON.parse(answer.text) as { code: string }).code]).toEqual([
        target,
        status,
        code,
      ]);
    }
  });

  it('takes no other method and no body above the limit', async () => {
    const read = await ask('GET', '/rpc/nodes/list', bearer);
    expect([read.status, read.headers.allow]).toEqual([405, 'POST']);
    const large = JSON.stringify({ name: 'x'.repeat(6000) });
    expect((await ask('POST', '/rpc/nodes/enroll', bearer, large)).status).toBe(413);
    const chunked = { ...bearer, 'transfer-encoding': 'chunked' };
    expect((await ask('POST', '/rpc/nodes/enroll', chunked, large)).status).toBe(413);
    expect((await ask('POST', '/rpc/nodes/list', bearer)).status).toBe(200);
  });
});

describe('the session of a page', () => {
  it('comes from the ticket once: HttpOnly, SameSite=Strict, and good for the WebSocket', async () => {
    const answer = await exchange(ticket(), { origin: host.baseUrl });
    expect(answer.status).toBe(204);
    const setCookie = answer.headers['set-cookie']?.[0] ?? '';
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(setCookie).not.toContain(token);
    expect((await exchange(ticket(), { origin: host.baseUrl })).status).toBe(401);

    const cookie = cookieOf(answer);
    expect((await ask('GET', '/session', { cookie })).status).toBe(204);
    expect(await upgrade({ cookie, origin: host.baseUrl })).toBe(101);
  });

  it('does not come from the ticket of another server, nothing, or a body that is none', async () => {
    for (const offered of ['', 'x', `${ticket()}x`]) expect((await exchange(offered)).status).toBe(401);
    expect((await ask('POST', '/session', {}, 'not json')).status).toBe(401);
    expect((await ask('POST', '/session', {}, `{"token":"${'x'.repeat(5000)}"}`)).status).toBe(401);
    expect((await ask('GET', '/session')).status).toBe(401);
  });

  it('also comes from the token that a person types, as often as needed', async () => {
    expect((await exchange(token)).status).toBe(204);
    expect((await exchange(token)).status).toBe(204);
  });

  it('is not a cookie that somebody made up or changed', async () => {
    const cookie = cookieOf(await exchange(ticket()));
    const [name, value] = cookie.split('=') as [string, string];
    const [expiry, nonce, signature] = value.split('.') as [string, string, string];
    const forged = [
      `${name}=`,
      `${name}=${expiry}.${nonce}`,
      `${name}=${Number(expiry) + 1}.${nonce}.${signature}`,
      `${name}=${expiry}.${nonce}.${signature.slice(1)}`,
      `rackside_1=${value}`,
    ];
    for (const wrong of forged) {
      expect((await ask('GET', '/session', { cookie: wrong })).status).toBe(401);
      expect(await upgrade({ cookie: wrong, origin: host.baseUrl })).toBe(401);
    }
    expect((await ask('GET', '/session', { cookie: `a=b; ${cookie}; c=d` })).status).toBe(204);
  });

  it('cannot be guessed: ten failures from an address, and it is not listened to for a while', async () => {
    for (let count = 0; count < 10; count += 1) expect((await exchange(`guess-${count}`)).status).toBe(401);
    const blocked = await exchange(ticket());
    expect(blocked.status).toBe(429);
    expect(blocked.headers['retry-after']).toBe('60');
    expect((await ask('POST', '/rpc/nodes/list', bearer, '{}')).status).toBe(429);
  });

  it('is not guessed at by who offers nothing: that locks nobody out', async () => {
    for (let count = 0; count < 20; count += 1) {
      expect((await ask('POST', '/rpc/nodes/list', {}, '{}')).status).toBe(401);
      expect((await ask('GET', '/rpc/nodes/list')).status).toBe(405);
    }
    expect((await ask('POST', '/rpc/nodes/list', bearer, '{}')).status).toBe(200);
  });
});

describe('what a browser says of the page that asks', () => {
  const crossSite = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'no-cors',
    'sec-fetch-dest': 'image',
  };

  it('refuses what another site makes it fetch, signed in or not', async () => {
    const cookie = cookieOf(await exchange(ticket()));
    for (const target of ['/', '/session', '/assets/index-abc.js', '/rpc/nodes/list'])
      expect([target, (await ask('GET', target, { ...crossSite, cookie })).status]).toEqual([target, 403]);
    expect(await upgrade({ ...bearer, 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  it('lets a person follow a link to the page', async () => {
    const followed = { ...crossSite, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await ask('GET', '/', followed)).status).toBe(200);
    expect((await ask('GET', '/', { ...followed, 'sec-fetch-dest': 'iframe' })).status).toBe(403);
    expect((await ask('POST', '/session', followed, '{}')).status).toBe(403);
  });

  it('is nothing to hold against our own page', async () => {
    expect((await ask('GET', '/assets/index-abc.js', { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });
});

describe('Host and Origin', () => {
  const port = () => new URL(host.baseUrl).port;

  it('are ours by loopback name, by address, by a given name, and through a forwarded port', async () => {
    for (const name of [
      `127.0.0.1:${port()}`,
      `localhost:${port()}`,
      'localhost:9000',
      'rack-laptop.example',
    ])
      expect([name, (await ask('GET', '/', { host: name })).status]).toEqual([name, 200]);
  });

  it('are refused otherwise: a foreign name that points here is DNS rebinding', async () => {
    for (const name of [
      'evil.example',
      `evil.example:${port()}`,
      '10.0.0.1',
      '127.0.0.1.evil.example',
      '[::1',
    ])
      expect([name, (await ask('POST', '/rpc/nodes/list', { ...bearer, host: name }, '{}')).status]).toEqual([
        name,
        403,
      ]);
  });

  it('refuse requests and sockets that another page starts, cookie or not', async () => {
    const cookie = cookieOf(await exchange(ticket()));
    for (const origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${port()}`,
      'http://127.0.0.1:1',
    ]) {
      expect((await exchange(token, { origin })).status).toBe(403);
      expect(await upgrade({ cookie, origin })).toBe(403);
      expect(await upgrade({ ...bearer, origin })).toBe(403);
    }
    expect(await upgrade({ cookie })).toBe(401);
    expect(await upgrade({ ...bearer, host: 'evil.example' })).toBe(403);
  });
});

describe('the WebSocket', () => {
  it('speaks the contract, and closes on what is too large without harm to others', async () => {
    const socket = new WebSocket(`${host.baseUrl.replace('http', 'ws')}/ws`, { headers: bearer });
    await new Promise(resolve => socket.on('open', resolve));
    const connection = createClient(contract, webSocketTransport<ClientFrame>(socket));
    expect(await connection.client.nodes.list({})).toHaveLength(1);

    const other = new WebSocket(`${host.baseUrl.replace('http', 'ws')}/ws`, { headers: bearer });
    await new Promise(resolve => other.on('open', resolve));
    const closed = new Promise<number>(resolve => other.on('close', resolve));
    other.send('x'.repeat(20_000));
    expect(await closed).toBe(1009);
    expect(await connection.client.nodes.list({})).toHaveLength(1);
    connection.close();
  });

  it('is only at /ws, and survives bytes that are no WebSocket', async () => {
    const bad = `${host.baseUrl.replace('http', 'ws')}/other`;
    const status = await new Promise(resolve => {
      const socket = new WebSocket(bad, { headers: bearer });
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', () => undefined);
    });
    expect(status).toBe(404);

    const raw = connect(Number(new URL(host.baseUrl).port), '127.0.0.1');
    const closed = new Promise(resolve => raw.on('close', resolve));
    raw.on('error', () => undefined);
    raw.write(
      `GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    );
    raw.once('data', () => raw.write(Buffer.from('ffffffffffffffff', 'hex')));
    await closed;
    expect((await ask('POST', '/rpc/nodes/list', bearer, '{}')).status).toBe(200);
  });
});

describe('a refused WebSocket', () => {
  it('whose peer resets the connection harms nobody', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown) => void uncaught.push(error);
    process.on('uncaughtException', note);
    const { port } = new URL(host.baseUrl);
    const head = 'Host: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const raw = connect(Number(port), '127.0.0.1');
        const closed = new Promise(resolve => raw.on('close', resolve));
        raw.on('error', () => undefined);
        raw.write(`GET /nowhere HTTP/1.1\r\n${head}`, () => raw.resetAndDestroy());
        await closed;
      }),
    );
    await eventually(() =>
      expect(logLines.filter(line => line.includes('a WebSocket was refused'))).toHaveLength(50),
    );
    expect((await ask('POST', '/rpc/nodes/list', bearer, '{}')).status).toBe(200);
    process.off('uncaughtException', note);
    expect(uncaught).toEqual([]);
  });
});

describe('the page', () => {
  it('comes with its policy, screens included; hashed files may be kept', async () => {
    for (const target of ['/', '/deploy', '/rack/7?x=1', '/index.html']) {
      const answer = await ask('GET', target);
      expect([target, answer.status, answer.headers['content-type']]).toEqual([
        target,
        200,
        'text/html; charset=utf-8',
      ]);
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
    const script = await ask('GET', '/assets/index-abc.js');
    expect(script.headers['cache-control']).toContain('immutable');
    expect((await ask('HEAD', '/assets/index-abc.js')).text).toBe('');
    expect((await ask('POST', '/')).status).toBe(405);
  });

  it.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/assets/../../secret.json',
    '/..%2fsecret.json',
    '/..%5csecret.json',
    '/%00secret.json',
    '//etc/passwd.txt',
    '/assets/%c0%ae%c0%ae/secret.json',
    '/notes.exe',
    '/.hidden.json',
    '/%',
    '/missing.js',
  ])('has no file at %s', async target => {
    const answer = await ask('GET', target);
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('secret":true');
  });

  it('that is not built says how to build it', async () => {
    rmSync(path.join(folder, 'page'), { recursive: true });
    const answer = await ask('GET', '/');
    expect([answer.status, answer.text]).toEqual([503, 'The page is not built yet: npm run build\n']);
    symlinkSync(folder, path.join(folder, 'page'));
    expect((await ask('GET', '/')).status).toBe(503);
  });
});

it('writes no token, ticket, cookie or planted password into its log', async () => {
  const cookie = cookieOf(await exchange(ticket()));
  await ask('POST', '/rpc/nodes/list', { authorization: `Bearer ${token}-wrong` }, '{}');
  await ask('POST', '/rpc/nodes/enroll', bearer, '{"name":7,"bmc":{"password":"planted-password-2"}}');
  await upgrade({ cookie: 'rackside_1=planted-cookie', origin: host.baseUrl });
  await ask('GET', `/?token=${token}`);
  const logText = logLines.join('');
  expect(logText).toContain('a call without a valid token');
  expect(logText).toContain('a call was refused');
  for (const secret of [token, ticket(), cookie, 'planted-password', 'planted-cookie'])
    expect(logText).not.toContain(secret);
});
