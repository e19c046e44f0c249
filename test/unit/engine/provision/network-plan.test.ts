import { afterEach, beforeEach, expect, it } from 'vitest';
import { matchRequest, provisioningMac } from '#engine/provision/network-plan.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { NetworkId, PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNetwork, aNetworkRequest, aNode, aPort, aRequest } from '#test/fakes/rows.ts';

const node = aNode();
const first = '52:54:00:aa:00:01' as Mac;
const second = '52:54:00:aa:00:02' as Mac;
let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.nodes.save(node);
  store.networks.save(aNetwork());
  store.ports.save(aPort({ address: first }));
  store.ports.save(aPort({ id: 'eeeeeeee-0000-4000-8000-000000000002' as PortId, address: second }));
});
afterEach(() => store.close());

function lease(mac: Mac, address: string, expiresAtMs: number): void {
  const networkId: NetworkId = aNetwork().id;
  store.leases.save({ networkId, address: address as Ipv4, mac, expiresAtMs, hostName: '' });
}

function spoke(clientAddress: string): void {
  store.agentSessions.save({
    nodeId: node.id,
    bootTokenHash: 'x',
    bootTokenSpent: true,
    sessionTokenHash: 'y',
    sessionUsed: true,
    clientAddress,
    purpose: 'inspect',
    createdAt: 0,
    retired: false,
  });
}

it('the config drive names the NIC through which the ramdisk speaks, whatever lease is newest', () => {
  lease(first, '10.77.0.101', 1000);
  lease(second, '10.77.0.102', 2000);
  expect(provisioningMac(store, node), 'before a ramdisk speaks').toBe(second);
  spoke('10.77.0.101');
  expect(provisioningMac(store, node)).toBe(first);
});

it('an address that has gone to another machine since names no NIC of this one', () => {
  lease(second, '10.77.0.102', 2000);
  lease('52:54:00:cc:00:01' as Mac, '10.77.0.101', 3000);
  spoke('10.77.0.101');
  expect(provisioningMac(store, node)).toBe(second);
});

it('a network that was named and is gone is said, instead of one without its VLAN', () => {
  const request = aRequest({ networks: [aNetworkRequest({ networkId: crypto.randomUUID() as NetworkId })] });
  expect(() => matchRequest(store, node, request)).toThrow(
    expect.objectContaining({
      code: 'input.not_found',
      details: expect.objectContaining({ what: 'network' }),
    }),
  );
});
