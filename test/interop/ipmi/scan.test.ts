import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BmcScan, createBmcScan } from '#engine/inventory/bmc-scan.ts';
import { startBmcServer } from '#engine/net/ipmi/bmc/server.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { CodedError, type FoundBmc } from '#shared/contract/index.ts';
import { startIpmiSim } from './ipmi-sim.ts';
import { ourBmcCore } from './our-bmc.ts';

const right = { username: 'admin', password: 'labpass' };
const wrong = { username: 'admin', password: 'wrong' };

let store: Store;
let scan: BmcScan;
let ends: (() => void | Promise<void>)[];
beforeEach(() => {
  ends = [];
  store = openStore(':memory:', new Uint8Array(32).fill(7), Date.now);
  scan = createBmcScan({
    store,
    now: Date.now,
    asCoded: error => new CodedError('internal', String(error), { correlationId: '' }),
  });
});
afterEach(async () => {
  await scan.close();
  for (const end of ends) await end();
  store.close();
});

/** The rows when the scan is over. */
async function scanned(ranges: string, port: number): Promise<ReadonlyMap<string, FoundBmc['login']>> {
  const over = new Promise<void>(resolve => {
    scan.subscribe(patch => {
      if (patch.op === 'status' && patch.status.state !== 'running') resolve();
    });
  });
  scan.start({ ranges, port, packetsPerSecond: 200, credentials: [wrong, right], beyondPrivate: false });
  await over;
  return new Map(scan.snapshot()?.found.map(({ address, login }) => [address, login]));
}

/** What arrives at an address that answers nothing. */
async function listenAt(address: string, port: number): Promise<Buffer[]> {
  const arrived: Buffer[] = [];
  const socket = createSocket('udp4');
  socket.on('message', datagram => arrived.push(datagram));
  socket.bind(port, address);
  await once(socket, 'listening');
  ends.push(() => void socket.close());
  return arrived;
}

test("it finds OpenIPMI's BMC and ours, slow or with other users, and leaves the neighbours alone", async () => {
  const sim = await startIpmiSim('127.9.0.11');
  ends.push(() => sim.stop());
  const { port } = sim;
  const ours = async (address: string, password: string, delayMs: number) => {
    const bmc = ourBmcCore({ accounts: [{ id: 2, name: 'admin', password }] });
    const server = await startBmcServer({ bmc, address, port });
    server.faults.delayMs = delayMs;
    ends.push(() => server.close());
  };
  await ours('127.9.0.12', 'labpass', 0);
  await ours('127.9.0.13', 'another', 0);
  await ours('127.9.0.14', 'labpass', 300);
  const silent = await listenAt('127.9.0.15', port);
  const before = await listenAt('127.9.0.10', port);
  const after = await listenAt('127.9.0.16', port);

  const logins = await scanned('127.9.0.11-15, 127.255.255.255', port);
  expect([...logins.keys()].toSorted()).toEqual(['127.9.0.11', '127.9.0.12', '127.9.0.13', '127.9.0.14']);
  expect(logins.get('127.9.0.11')).toMatchObject({ is: 'worked', pair: 2, firmware: '9.08' });
  expect(logins.get('127.9.0.12')).toMatchObject({ is: 'worked', pair: 2 });
  expect(logins.get('127.9.0.13')).toEqual({ is: 'refused', tried: 2 });
  expect(logins.get('127.9.0.14')).toMatchObject({ is: 'worked', pair: 2 });
  expect(silent).toHaveLength(3);
  expect([...before, ...after]).toEqual([]);
  // A broadcast, whoever typed it: the system refuses it, and the scan says so.
  expect(scan.snapshot()?.status).toMatchObject({ settled: 6, unsent: { count: 1 } });
});
