/** The engine's wires while the computer around it changes. Peers: the kernel, udhcpc, dnsmasq 2.90. */
import { mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Service } from '#shared/contract/index.ts';
import { addressIn, macOf, ownProgram, startUdhcpc } from './peers.ts';
import { openStage, type RunningProgram, type Stage } from './stage.ts';

const mac = macOf('52:54:00:aa:00:01');
const address = '10.77.0.1/24';
const network = ['10.77.0.0/24', 'eth0'];

let stage: Stage;
let laptop: string;
let node: string;
beforeEach(async () => {
  stage = await openStage();
  laptop = await stage.namespace('laptop');
  node = await stage.namespace('node');
});
afterEach(() => stage.remove());

const plugIn = (ours?: string) =>
  stage.wire(
    { namespace: laptop, name: 'eth0', ...(ours === undefined ? {} : { address: ours }) },
    { namespace: node, name: 'eth0', mac },
  );

async function startEngine(...args: string[]): Promise<RunningProgram> {
  const data = `${stage.folder}/data`;
  await mkdir(data, { recursive: true });
  return stage.start(laptop, ...ownProgram('engine-process.ts', data, mac, ...args));
}

/** The first row after line `from` that is like this. */
async function rowAfter(
  engine: RunningProgram,
  from: number,
  matches: (row: Service) => boolean,
): Promise<Service> {
  const rowOf = (line: string) => (line.startsWith('{') ? (JSON.parse(line) as Service) : undefined);
  const line = await engine.until('the row', candidate => {
    const row = rowOf(candidate);
    return row !== undefined && matches(row) && engine.lines.lastIndexOf(candidate) >= from;
  });
  return JSON.parse(line) as Service;
}

async function bound(): Promise<string> {
  const client = await startUdhcpc(stage, node, '-q', '-t', '30');
  return addressIn(await client.until('it is bound', line => line.startsWith('script bound')));
}

test('an address that comes late and an adapter that is plugged in again are served without a hand', async () => {
  await plugIn();
  const engine = await startEngine(...network, 'beside-others');
  const waiting = await rowAfter(engine, 0, ({ error }) => error?.code === 'net.no_address');
  expect(waiting.state).toBe('failed');
  await stage.run(laptop, 'ip', 'addr', 'add', address, 'dev', 'eth0');
  await rowAfter(engine, 0, ({ state }) => state === 'on');
  expect(await bound()).toMatch(/^10\.77\.0\.1\d\d$/);

  const before = engine.lines.length;
  await stage.run(laptop, 'ip', 'link', 'del', 'eth0');
  await rowAfter(engine, before, ({ error }) => error?.code === 'net.no_such_interface');
  const gone = engine.lines.length;
  await plugIn(address);
  await rowAfter(engine, gone, ({ state }) => state === 'on');
  expect(await bound()).toMatch(/^10\.77\.0\.1\d\d$/);
});

test('an engine that starts beside another server watches and says which, and serves where it is alone', async () => {
  await plugIn(address);
  const first = await startEngine(...network);
  await rowAfter(first, 0, ({ state, detail }) => state === 'on' && detail.startsWith('full on eth0'));
  first.signal('SIGKILL');
  await first.ended;

  await stage.run(node, 'ip', 'addr', 'add', '10.77.0.9/24', 'dev', 'eth0');
  const quiet = ['--keep-in-foreground', '--conf-file=/dev/null', '--pid-file=', '--port=0', '--user=root'];
  const leases = await stage.file('dnsmasq.leases', '');
  const range = ['--dhcp-range=10.77.0.50,10.77.0.60,2m', `--dhcp-leasefile=${leases}`];
  const rival = stage.start(node, 'dnsmasq', ...quiet, '--log-facility=-', '--log-dhcp', ...range);
  await rival.until('it is ready', line => line.includes('DHCP, IP range'));

  const second = await startEngine();
  const refused = await rowAfter(second, 0, ({ state }) => state === 'failed');
  expect(refused).toMatchObject({
    detail: expect.stringMatching(/^watching on eth0/),
    error: { code: 'dhcp.other_server', details: { servers: [{ server: '10.77.0.9' }] } },
  });
});
