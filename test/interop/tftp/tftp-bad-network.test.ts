import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileFromBytes } from '#engine/net/file-source/file-from-bytes.ts';
import { fetchTftp } from '#engine/net/tftp/client.ts';
import { transferSocketsOn } from '#engine/net/tftp/server.ts';
import { loopback, type TftpOnLoopback, tftpOnLoopback } from '#test/fixtures/net/tftp-on-loopback.ts';
import { lossyRelay, type RelayFaults } from './lossy-relay.ts';
import { fetchWith, realClients } from './real-clients.ts';

let folder: string;
let running: TftpOnLoopback;
const content = Buffer.from(
  Uint8Array.from({ length: 150_001 }, (_, index) => (index * 13 + (index >> 8)) & 0xff),
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rk-tftp-loss-'));
  // The patience of a test: the rules are the same, only quicker.
  running = await tftpOnLoopback(async () => fileFromBytes(content), {
    limits: { timeoutMs: 60, maxTimeoutMs: 500, maxRetries: 12 },
  });
});
afterAll(async () => {
  await running.server.close();
  await rm(folder, { recursive: true });
});

const networks: readonly (readonly [string, RelayFaults])[] = [
  ['loses 2 %', { loss: 0.02, duplicate: 0, reorder: 0 }],
  ['duplicates 30 %', { loss: 0, duplicate: 0.3, reorder: 0 }],
  ['reorders 10 %', { loss: 0, duplicate: 0, reorder: 0.1 }],
  ['does all of it', { loss: 0.01, duplicate: 0.1, reorder: 0.05 }],
];
/** curl sets the interval itself (timeout option, whole seconds): it is in the duplicating network only. */
const patient = realClients.filter(client => client.name === 'atftp' || client.name === 'busybox');

describe.each(networks)('on a network that %s', (name, faults) => {
  const clients = name.startsWith('duplicates') ? realClients : patient;

  it.each(clients)('$name gets every byte', async client => {
    const terms = client.windows ? [{ windowBlocks: 8 }, {}] : [{}];
    for (const more of terms) {
      const relay = await lossyRelay(running.port, faults, 17);
      const got = await fetchWith(client, folder, relay.port, 'nbp', { blockSizeBytes: 1000, ...more });
      expect(Buffer.compare(got, content)).toBe(0);
      if (faults.loss > 0) expect(relay.dropped()).toBeGreaterThan(0);
      relay.close();
    }
  });

  it.each([1, 4, 32])('our own client gets every byte with windowsize %i', async windowBlocks => {
    const relay = await lossyRelay(running.port, faults, windowBlocks);
    const { bytes } = await fetchTftp({
      server: { address: loopback, port: relay.port },
      path: 'nbp',
      openSocket: transferSocketsOn(loopback),
      blockSizeBytes: 1000,
      windowBlocks,
      timeoutMs: 100,
      maxRetries: 12,
    });
    expect(Buffer.compare(bytes, content)).toBe(0);
    relay.close();
  });
});
