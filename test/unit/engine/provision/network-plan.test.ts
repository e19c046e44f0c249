import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  leadsElsewhere,
  matchRequest,
  networkModelOf,
  provisioningMac,
} from '#engine/provision/network-plan.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { AddressChoice, NetworkRequest } from '#shared/contract/index.ts';
import type { NetworkId, PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import {
  aDeployment,
  aNetwork,
  aNetworkRequest,
  aNode,
  anImage,
  aPort,
  aPortgroup,
} from '#test/fakes/rows.ts';

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

function spoke(clientAddress: string, retired = false): void {
  store.agentSessions.save({
    nodeId: node.id,
    bootTokenHash: 'x',
    bootTokenSpent: true,
    sessionTokenHash: 'y',
    sessionUsed: true,
    clientAddress,
    purpose: 'inspect',
    createdAt: 0,
    retired,
  });
}

it('the config drive names the NIC through which the ramdisk speaks, whatever lease is newest', () => {
  lease(first, '10.77.0.101', 1000);
  lease(second, '10.77.0.102', 2000);
  expect(provisioningMac(store, node), 'before a ramdisk speaks').toBe(second);
  spoke('10.77.0.101');
  expect(provisioningMac(store, node)).toBe(first);
});

it('a ramdisk that is over names no NIC when another was given an address since', () => {
  lease(first, '10.77.0.101', 1000);
  spoke('10.77.0.101', true);
  expect(provisioningMac(store, node)).toBe(first);
  lease(second, '10.77.0.102', 2000);
  expect(provisioningMac(store, node)).toBe(second);
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

describe('the gateway of a network of ours is filled in', () => {
  const tenant = aNetwork({
    id: '44444444-4444-4444-8444-444444444445' as NetworkId,
    cidr: '10.80.0.0/24',
    gateway: '10.80.0.1' as Ipv4,
  });
  const storage = aNetwork({
    id: '44444444-4444-4444-8444-444444444446' as NetworkId,
    cidr: '10.81.0.0/24',
    gateway: '10.81.0.1' as Ipv4,
  });
  const at = (address: string, gateway: string | null = null): AddressChoice => ({
    method: 'static',
    address: address as Ipv4,
    prefixLength: 24,
    gateway: gateway as Ipv4 | null,
    dns: [],
  });
  const on = (networkId: NetworkId | null, vlan: number | null, address: AddressChoice) =>
    aNetworkRequest({
      networkId,
      segmentationId: vlan,
      tagging: vlan === null ? 'untagged' : 'tagged',
      address,
    });

  it.each<[string, NetworkRequest[], (string | null)[]]>([
    [
      'of the first that has one, behind a trunk without an address',
      [
        on(null, null, { method: 'none' }),
        on(tenant.id, 10, at('10.80.0.5')),
        on(storage.id, 11, at('10.81.0.5')),
      ],
      ['10.80.0.1', null],
    ],
    [
      'behind one whose network has none',
      [on(aNetwork().id, null, at('10.77.0.5')), on(tenant.id, 10, at('10.80.0.5'))],
      [null, '10.80.0.1'],
    ],
    [
      'not where a person typed one',
      [on(storage.id, 11, at('10.81.0.5')), on(null, 12, at('10.9.0.5', '10.9.0.1'))],
      [null, '10.9.0.1'],
    ],
    [
      'not behind DHCP, which says the way itself',
      [on(null, null, { method: 'dhcp' }), on(tenant.id, 10, at('10.80.0.5'))],
      [null],
    ],
  ])('%s', (_name, networks, gateways) => {
    store.networks.save(tenant);
    store.networks.save(storage);
    const request = aRequest({ networks });
    const match = matchRequest(store, node, request);
    if (!match.ok) throw new Error(JSON.stringify(match.problems));
    const model = networkModelOf(store, node, request, match.assignments);
    if (model?.ok !== true) throw new Error(JSON.stringify(model));
    const found = model.network.links.flatMap(({ addressing }) =>
      addressing.method === 'static' ? [addressing.gateway] : [],
    );
    expect(found).toEqual(gateways);
  });
});

it('what is wrong with addresses is known before anybody knows where the networks go', () => {
  const wrong: AddressChoice = {
    method: 'static',
    address: '10.80.0.5' as Ipv4,
    prefixLength: 24,
    gateway: '10.81.0.1' as Ipv4,
    dns: [],
  };
  const networks = [aNetworkRequest({ place: { by: 'match' }, address: wrong })];
  expect(networkModelOf(store, node, aRequest({ networks }), [])).toMatchObject({
    ok: false,
    problems: [{ field: 'networks[0].address.gateway', code: 'network.gateway_outside' }],
  });
});

it("a bond's option that cloud-init loses is refused for an image, and an installer keeps it", () => {
  const properties = { arp_interval: '500', arp_ip_target: '10.77.0.1' };
  store.portgroups.save(aPortgroup({ properties }));
  store.ports.save(aPort({ address: first, portgroupId: aPortgroup().id }));
  const request = aRequest({ networks: [aNetworkRequest()] });
  const planned = () => {
    const match = matchRequest(store, node, request);
    return networkModelOf(store, node, request, match.ok ? match.assignments : []);
  };
  expect(planned()).toMatchObject({ ok: false, problems: [{ code: 'bond.not_on_image' }, {}] });
  store.images.save({ ...anImage({ kind: 'installer' }), sourcePath: '/x' });
  expect(planned()).toMatchObject({ ok: true });
});

describe('an installed system has its way out elsewhere', () => {
  const here = aNetwork().id;
  const tenant = aNetwork({
    id: '44444444-4444-4444-8444-444444444445' as NetworkId,
    cidr: '10.80.0.0/24',
    gateway: '10.80.0.1' as Ipv4,
  });
  const storage = aNetwork({ id: '44444444-4444-4444-8444-444444444446' as NetworkId, dhcpMode: 'full' });
  const at = (gateway: string | null, networkId: NetworkId | null = null) =>
    aNetworkRequest({
      networkId,
      address: {
        method: 'static',
        address: '10.80.0.5' as Ipv4,
        prefixLength: 24,
        gateway: gateway as Ipv4 | null,
        dns: [],
      },
    });
  const byDhcp = (networkId: NetworkId | null = null) => aNetworkRequest({ networkId });

  it.each<[string, NetworkRequest[], boolean]>([
    ['by a gateway that was typed', [byDhcp(here), at('10.80.0.1')], true],
    ['by that of its network', [at(null, tenant.id), byDhcp(here)], true],
    ['not where DHCP here comes first', [byDhcp(here), at(null, tenant.id)], false],
    ['by DHCP on another network that comes first', [byDhcp(tenant.id), byDhcp(here)], true],
    ['not by one of ours that has no router to tell', [byDhcp(storage.id), byDhcp(here)], false],
    ['not by one of which nobody knows which it is', [byDhcp(), byDhcp(here)], false],
  ])('%s', (_name, networks, expected) => {
    store.networks.save(tenant);
    store.networks.save(storage);
    store.deployments.create(aDeployment({ state: 'succeeded' }), aRequest({ networks }));
    const moved = { deploymentId: aDeployment().id, attachedTo: [here] };
    expect(leadsElsewhere(store, moved, here)).toBe(expected);
    expect(leadsElsewhere(store, { ...moved, attachedTo: undefined }, here), 'not moved yet').toBe(false);
  });
});

it('DHCP of ours that has no router to tell leads nobody out', () => {
  const mute = aNetwork({ dhcpMode: 'full' });
  store.networks.save(mute);
  const networks = [
    aNetworkRequest({ networkId: mute.id, tagging: 'tagged', segmentationId: 10 }),
    aNetworkRequest(),
  ];
  const request = aRequest({ networks });
  const match = matchRequest(store, node, request);
  const model = networkModelOf(store, node, request, match.ok ? match.assignments : []);
  expect(model).toMatchObject({ ok: true, network: { leadsOut: 'nic0' } });
});
