import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { networkHandlers } from '#engine/api/networks.ts';
import { settingsHandlers } from '#engine/api/settings.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { settings } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aNetwork, aNode, aPort, mac, networkId } from '#test/fakes/rows.ts';

let store: Store;
let reopened: number;
const signal = new AbortController().signal;
const otherId = '44444444-4444-4444-8444-444444444445' as NetworkId;

beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  reopened = 0;
  store.networks.save(aNetwork());
  store.networks.save(aNetwork({ id: otherId, name: 'other', cidr: '10.78.0.0/24' }));
});
afterEach(() => store.close());

const networks = () =>
  networkHandlers({
    store,
    clock: manualClock(),
    bootServices: { remove: async (id: NetworkId) => store.networks.remove(id) } as never,
    interfaces: async () => [],
    vlanInterfaces: { create: async () => '', remove: async () => undefined },
  });
const change = (change: object) =>
  settingsHandlers(store, async () => {
    reopened += 1;
  }).update(settings.partial().parse(change), signal);

function inspectedNode(leasedOn?: NetworkId): void {
  store.nodes.save(aNode({ provisionState: 'inspect wait' }));
  store.ports.save(aPort());
  if (leasedOn !== undefined)
    store.leases.save({
      networkId: leasedOn,
      address: '10.77.0.100' as Ipv4,
      mac,
      expiresAtMs: 1e15,
      hostName: '',
    });
}

describe('a network', () => {
  it('on which a server is at work is not removed; another one is', async () => {
    inspectedNode(networkId);
    await expect(networks().remove({ id: networkId }, signal)).rejects.toMatchObject({
      code: 'input.in_use',
      details: { what: 'provisioning', by: 'r1u01' },
    });
    await networks().remove({ id: otherId }, signal);
    expect(store.networks.list().map(({ id }) => id)).toEqual([networkId]);
  });

  it('on which a server may yet turn up is not removed', async () => {
    inspectedNode();
    await expect(networks().remove({ id: otherId }, signal)).rejects.toMatchObject({ code: 'input.in_use' });
  });
});

describe('a port of ours', () => {
  it('is not changed while a server is at work, other settings are', async () => {
    inspectedNode(networkId);
    for (const port of ['httpPort', 'tftpPort'])
      await expect(change({ [port]: 9000 })).rejects.toMatchObject({ code: 'input.in_use' });
    await change({ httpPort: store.settings.get().httpPort, powerPollSeconds: 30 });
    expect([store.settings.get().powerPollSeconds, reopened]).toEqual([30, 0]);
  });

  it('is changed when nothing runs', async () => {
    await change({ httpPort: 9000 });
    expect([store.settings.get().httpPort, reopened]).toEqual([9000, 1]);
  });
});
