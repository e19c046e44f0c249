import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createBmcClient, openBmcSession } from '#engine/net/ipmi/client.ts';
import { chassisControl, getChassisStatus } from '#engine/net/ipmi/commands/chassis.ts';
import { failureOf } from './failure-of.ts';
import { startOurBmc } from './our-bmc.ts';

const login = { username: 'admin', password: 'labpass' } as const;

test.each([
  ['IPv4', '127.0.0.1', '127.0.0.1'],
  ['IPv6', '::1', '::1'],
  ['IPv6 written the long way', '::1', '0:0:0:0:0:0:0:1'],
  ['a name', '127.0.0.1', 'localhost'],
])('one session for one task, over %s', async (_name, address, host) => {
  const rack = await startOurBmc({}, address);
  const resolved = host === 'localhost' ? { resolve: () => Promise.resolve(['127.0.0.1']) } : {};
  const options = { ...login, host, port: rack.port };
  const session =
    host === 'localhost'
      ? await createBmcClient(resolved).openSession(options)
      : await openBmcSession(options);
  await session.run(chassisControl('on'));
  expect(await session.run(getChassisStatus)).toMatchObject({ power: 'on' });
  await session.close();
  expect(rack.actions).toEqual(['on']);
  expect(rack.bmc.activeSessions).toBe(0);
  rack.server.close();
});

test('150 BMCs of another process at once, and their death', async () => {
  const script = fileURLToPath(new URL('serve-bmcs.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--count', '150'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout), 'line');
  const { ports } = JSON.parse(String(line)) as { ports: number[] };
  const client = createBmcClient();
  const timing = { firstTimeoutMs: 500, maxTimeoutMs: 700, attempts: 8 };
  const sessions = await Promise.all(
    ports.map(port =>
      client.openSession({ ...login, host: '127.0.0.1', port, timing, preferredCipherSuite: 17 }),
    ),
  );
  const states = await Promise.all(sessions.map(session => session.run(getChassisStatus)));
  expect(states.filter(({ power }) => power === 'on')).toHaveLength(150);
  await Promise.all(sessions.slice(2).map(session => session.close()));

  child.kill('SIGKILL');
  await once(child, 'exit');
  const failures = await Promise.all(
    sessions.slice(0, 2).map(session => failureOf(session.run(getChassisStatus))),
  );
  expect(failures.map(({ kind }) => kind)).toEqual(['session_lost', 'session_lost']);
}, 60_000);

test('an address without a route fails at once and says so', async () => {
  // A source address that this machine does not have.
  const client = createBmcClient({ localAddress: '192.0.2.77' });
  const failure = await failureOf(client.openSession({ ...login, host: '127.0.0.1' }));
  expect(failure).toEqual({ kind: 'unreachable', why: 'no_route', attempts: 1 });
});
