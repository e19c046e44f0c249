import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { macHyphenated } from '#shared/model/mac.ts';
import {
  first,
  openSimulatedWire,
  type SimulatedWire,
  second,
  sessionIn,
} from '#test/fakes/engine/simulated-wire.ts';
import { deploymentId, imageId } from '#test/fakes/rows.ts';

let wire: SimulatedWire;
let session: string;
const otherDeployment = '99999999-9999-4999-8999-999999999999';
const never = new AbortController().signal;

beforeEach(async () => {
  wire = await openSimulatedWire();
  const token = wire.agent.newBoot(first.nodeId, deploymentId);
  session = sessionIn(await wire.hello(first.address, token));
});
afterEach(() => wire.close());

const from = (path: string, options: Parameters<SimulatedWire['request']>[2] = {}) =>
  wire.request(first.address, path, options);
const signedIn = (path: string, body?: string) =>
  from(path, {
    headers: { authorization: `Bearer ${session}` },
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
const status = async (answer: Promise<{ status: number }>) => (await answer).status;

describe('what anybody on the wire may read', () => {
  it('are boot programs, kernel and ramdisk', async () => {
    for (const [path, text] of [
      ['/boot/snponly.efi', 'uefi program'],
      ['/ramdisk/vmlinuz', 'kernel'],
      ['/ramdisk/ramdisk.img', 'ramdisk'],
    ] as const)
      expect(await wire.request('127.79.9.9', path)).toEqual({ status: 200, text });
  });

  it.each([
    '/',
    '/ramdisk',
    '/ramdisk/other',
    '/boot',
    '/boot/',
    '/boot/..%2fsecret',
    '/boot/../secret',
    '/boot/%2e%2e/secret',
    '/ramdisk/../secret',
    '/secret',
    '/agent/v1',
    '/agent/v2/step',
    '/agent/v1/hello',
    '/agent/v1/hello/more',
  ])('is not %s', async path => {
    const answer = await from(path);
    expect([404, 400]).toContain(answer.status);
    expect(answer.text).not.toContain('not for the wire');
  });

  it('is only read', async () => {
    for (const path of ['/boot/snponly.efi', `/images/${imageId}`]) {
      const response = await fetch(`${wire.baseUrl}${path}`, { method: 'POST', body: 'x' });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('is found in whatever case Windows’ loader asks for it', async () => {
    mkdirSync(join(wire.folder, 'boot/Boot'));
    writeFileSync(join(wire.folder, 'boot/Boot/BCD'), 'a store');
    expect(await from('/boot/boot/bcd')).toEqual({ status: 200, text: 'a store' });
  });
});

describe('the boot script of a machine', () => {
  const script = `/boot/${macHyphenated(first.mac)}.ipxe`;

  it('is the ramdisk only on a network that is for its task, and the next device on every one', async () => {
    const network = wire.store.networks.list()[0];
    const node = wire.store.nodes.find(first.nodeId);
    if (network === undefined || node === undefined) throw new Error('no network, no node');
    expect((await from(script)).text).toContain('kernel ');
    wire.store.networks.save({ ...network, purposes: ['tenant'] });
    await wire.services.apply();
    expect(await status(from(script))).toBe(404);
    wire.store.nodes.save({ ...node, bootTarget: 'disk' });
    expect((await from(script)).text).toContain('exit 1');
  });
  const ask = (method: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request(`${wire.baseUrl}${script}`, {
        method,
        localAddress: first.address,
        agent: false,
      });
      asked.once('response', resolve).once('error', reject).end();
    });

  it('is made by GET alone: a HEAD makes no token and leaves the session that there is', async () => {
    const head = await ask('HEAD');
    expect([head.statusCode, head.headers.allow]).toEqual([405, 'GET']);
    expect(await status(signedIn(`/images/${imageId}`))).toBe(200);
    const get = await ask('GET');
    get.resume();
    expect(get.statusCode).toBe(200);
    expect(await status(signedIn(`/images/${imageId}`))).toBe(401);
  });
});

describe('images and config drives', () => {
  it('need a session', async () => {
    for (const path of [`/images/${imageId}`, `/config-drives/${deploymentId}`, '/agent/v1/step']) {
      const response = await fetch(`${wire.baseUrl}${path}`);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
  });

  it('are read with one', async () => {
    expect(await signedIn(`/images/${imageId}`)).toEqual({ status: 200, text: 'image bytes' });
    expect(await signedIn(`/config-drives/${deploymentId}`)).toEqual({
      status: 200,
      text: `drive of ${deploymentId}`,
    });
  });

  it('of another deployment are refused', async () => {
    expect(await signedIn(`/config-drives/${otherDeployment}`)).toEqual({ status: 403, text: '' });
  });

  it('are there only when the image is ready', async () => {
    wire.setImageReady(false);
    expect(await status(signedIn(`/images/${imageId}`))).toBe(404);
    expect(await status(signedIn('/images/'))).toBe(404);
  });
});

/** Announces an inventory, waits to be told to go on, and sends none of it. */
async function answerBeforeContent(from: string, headers: Record<string, string>) {
  const asked = request(`${wire.baseUrl}/agent/v1/hello`, {
    method: 'POST',
    localAddress: from,
    agent: false,
    headers: { ...headers, expect: '100-continue', 'content-length': '4000000' },
  });
  asked.on('error', () => undefined);
  asked.flushHeaders();
  const answer = await new Promise<{ status: number; continued: boolean }>(resolve => {
    asked.once('continue', () => resolve({ status: 100, continued: true }));
    asked.once('response', ({ statusCode = 0 }) => resolve({ status: statusCode, continued: false }));
  });
  asked.destroy();
  return answer;
}

describe('a hello', () => {
  const freshToken = () => wire.agent.newBoot(first.nodeId, deploymentId);

  it('without an inventory is refused and leaves the token good', async () => {
    const token = freshToken();
    for (const body of ['no json', [], { schema: 1 }])
      expect(await status(wire.hello(first.address, token, undefined, body))).toBe(400);
    expect(await status(wire.hello(first.address, token))).toBe(200);
  });

  it('of more than 4 MiB is refused', async () => {
    const answer = wire.hello(first.address, freshToken(), undefined, 'x'.repeat(5 * 2 ** 20));
    expect(await status(answer)).toBe(413);
  });

  it('that is refused for its token, its boot id or its address is not read', async () => {
    const token = freshToken();
    const good = { authorization: `Bearer ${token}`, 'x-rackside-boot': 'B'.repeat(43) };
    for (const [from, headers, expected] of [
      [first.address, { ...good, authorization: 'Bearer none' }, 401],
      [first.address, { ...good, authorization: `Bearer ${'A'.repeat(43)}` }, 401],
      [first.address, { ...good, 'x-rackside-boot': 'short' }, 401],
      [second.address, good, 403],
    ] as const) {
      const answer = await answerBeforeContent(from, headers);
      expect([headers, answer]).toEqual([headers, { status: expected, continued: false }]);
    }
    expect(await answerBeforeContent(first.address, good)).toEqual({ status: 100, continued: true });
  });

  it('without a boot id is refused', async () => {
    expect(await status(wire.hello(first.address, freshToken(), ''))).toBe(401);
  });
});

describe('the agent’s steps', () => {
  const step = { id: 'step-1', name: 'write-image', parameters: { url: 'http://h/a b', sha256: 'ab' } };

  it('need a session', async () => {
    for (const path of ['/agent/v1/step', '/agent/v1/step/step-1/result', '/agent/v1/step/step-1/progress'])
      expect(await status(from(path, { method: 'POST', body: '' }))).toBe(401);
  });

  it('are nothing after the hold when there is none', async () => {
    const answer = signedIn('/agent/v1/step');
    let ended = false;
    void answer.finally(() => {
      ended = true;
    });
    while (!ended) await wire.clock.advance(1);
    expect(await answer).toEqual({ status: 204, text: '' });
  });

  it('are given, told of and answered', async () => {
    const told: unknown[] = [];
    const result = wire.agent.run(first.nodeId, step, progress => told.push(progress), never);
    expect(await signedIn('/agent/v1/step')).toEqual({
      status: 200,
      text: 'step write-image\nid step-1\nurl http%3A%2F%2Fh%2Fa%20b\nsha256 ab\n',
    });
    const progress = 'phase write\nbytes 100\ntotal -5\nmessage half%20way\nunknown x\n';
    expect(await status(signedIn('/agent/v1/step/step-1/progress', progress))).toBe(204);
    expect(told).toEqual([{ phase: 'write', bytes: 100, total: null, message: 'half way' }]);
    const done = JSON.stringify({ ok: true, evidence: { bytes: 7 } });
    expect(await status(signedIn('/agent/v1/step/step-1/result', done))).toBe(204);
    expect(await result).toEqual({ ok: true, evidence: { bytes: 7 } });
    // The agent did not hear our answer and says it again.
    expect(await status(signedIn('/agent/v1/step/step-1/result', done))).toBe(204);
    expect(await status(signedIn('/agent/v1/step/step-1/progress', progress))).toBe(410);
  });

  it.each([
    'Phase write',
    'phase write\nphase read',
    'message %E4%',
    ' bytes 1',
    'bytes 1 2',
    'phase\twrite',
  ])('take no progress of the form %j', async body => {
    void wire.agent.run(first.nodeId, step, () => undefined, never);
    expect(await status(signedIn('/agent/v1/step/step-1/progress', body))).toBe(400);
  });

  it.each([
    '',
    'no json',
    '{}',
    '{"ok":1}',
    '{"ok":false}',
    '{"ok":false,"code":7,"message":""}',
    `{"ok":false,"code":"${'x'.repeat(81)}","message":""}`,
  ])('take no result of the form %j', async body => {
    void wire.agent.run(first.nodeId, step, () => undefined, never);
    expect(await status(signedIn('/agent/v1/step/step-1/result', body))).toBe(400);
  });

  it('take no more than they need', async () => {
    expect(await status(signedIn('/agent/v1/step/step-1/progress', 'x'.repeat(65 * 1024)))).toBe(413);
    expect(await status(signedIn('/agent/v1/step/step-1/result', 'x'.repeat(5 * 2 ** 20)))).toBe(413);
  });

  it('that nobody wants are 404, those whose run just started 409', async () => {
    const done = JSON.stringify({ ok: true });
    expect(await status(signedIn('/agent/v1/step/unknown/result', done))).toBe(404);
    wire.setRunning(deploymentId);
    expect(await status(signedIn('/agent/v1/step/unknown/result', done))).toBe(409);
  });
});
