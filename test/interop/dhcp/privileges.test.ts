/** What our sockets need, and what they say when they do not get it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ownProgram } from './peers.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let laptop: string;
beforeEach(async () => {
  stage = await openStage();
  laptop = await stage.namespace('laptop');
  const node = await stage.namespace('node');
  await stage.wire({ namespace: laptop, name: 'eth0' }, { namespace: node, name: 'eth0' });
});
afterEach(() => stage.remove());

async function openAll(interfaceName: string, lostCapabilities: string): Promise<unknown> {
  const limits = ['setpriv', '--bounding-set', lostCapabilities];
  const command = [
    ...(lostCapabilities === '' ? [] : limits),
    ...ownProgram('privilege-process.ts', interfaceName),
  ];
  const { stdout, stderr } = await stage.run(laptop, ...command);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

test('with CAP_NET_BIND_SERVICE and CAP_NET_RAW all are had', async () => {
  expect(await openAll('eth0', '')).toEqual(['open', 'open', 'open']);
});

test('without CAP_NET_RAW machines are served, without address probes and router advertisements', async () => {
  expect(await openAll('eth0', '-net_raw')).toEqual([
    'open',
    { kind: 'permission_denied', errno: 1, call: 'socket' },
    { kind: 'permission_denied', errno: 1, call: 'socket' },
  ]);
});

test('without CAP_NET_BIND_SERVICE port 67 is refused by name', async () => {
  expect(await openAll('eth0', '-net_bind_service')).toMatchObject([
    { kind: 'permission_denied', errno: 13, call: 'bind' },
    'open',
    'open',
  ]);
});

test('an interface that does not exist is named by each', async () => {
  const missing = { kind: 'no_such_interface', interfaceName: 'rk-none0' };
  expect(await openAll('rk-none0', '')).toMatchObject([missing, missing, missing]);
});
