import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { networkHandlers } from '#engine/api/networks.ts';
import { portgroupHandlers, portHandlers } from '#engine/api/ports.ts';
import { settingsHandlers } from '#engine/api/settings.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { type NetworkRequest, settings } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import {
  aDeployment,
  aNetwork,
  aNetworkRequest,
  aNode,
  aPort,
  aPortgroup,
  mac,
  networkId,
  nodeId,
} from '#test/fakes/rows.ts';

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
    bootServices: {
      remove: async (id: NetworkId) => store.networks.remove(id),
      apply: async () => undefined,
    } as never,
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

function deployedNode(networks: NetworkRequest[]): void {
  store.nodes.save(aNode({ provisionState: 'deploying' }));
  store.ports.save(aPort());
  store.leases.save({ networkId, address: '10.77.0.100' as Ipv4, mac, expiresAtMs: 1e15, hostName: '' });
  store.deployments.create(aDeployment(), aRequest({ networks }));
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

  it('on which a server was weeks ago does not protect the one on which it boots now', async () => {
    inspectedNode(networkId);
    store.leases.save({ networkId, address: '10.77.0.100' as Ipv4, mac, expiresAtMs: -1, hostName: '' });
    await expect(networks().remove({ id: otherId }, signal)).rejects.toMatchObject({ code: 'input.in_use' });
  });

  it('that a system is being made for stays as that was told, however it is named', async () => {
    store.networks.save(aNetwork({ id: otherId, name: 'other', cidr: '10.78.0.0/24', segmentationId: 5 }));
    for (const wanted of [{ networkId: otherId }, { segmentationId: 5 }]) {
      deployedNode([aNetworkRequest(wanted)]);
      for (const change of [
        { gateway: '10.78.0.254' as Ipv4 },
        { dns: ['10.78.0.2' as Ipv4] },
        { mtu: 9000 },
      ])
        await expect(networks().update({ id: otherId, ...change }, signal)).rejects.toMatchObject({
          code: 'input.in_use',
          details: { what: 'other', by: 'r1u01' },
        });
      await expect(networks().remove({ id: otherId }, signal)).rejects.toMatchObject({
        code: 'input.in_use',
      });
      await networks().update({ id: otherId, name: 'web', leaseSeconds: 60 }, signal);
      await networks().update({ id: otherId, name: 'other' }, signal);
      store.nodes.remove(nodeId);
    }
  });

  it('through which a server is installed goes on being served', async () => {
    deployedNode([]);
    store.networks.save(aNetwork({ dhcpMode: 'full' }));
    const turnOff = { id: networkId, mode: 'off', serveBesideOthers: false } as const;
    await expect(networks().setDhcpMode(turnOff, signal)).rejects.toMatchObject({ code: 'input.in_use' });
    expect(store.networks.find(networkId)?.dhcpMode).toBe('full');
  });
});

describe('the NICs and bonds of a server that is deployed', () => {
  it('stay as they are until that is over', async () => {
    deployedNode([]);
    store.portgroups.save(aPortgroup());
    const { id } = aPort();
    const bond = { id: aPortgroup().id };
    const newBond = { nodeId, name: 'bond1', mode: '802.3ad' as const, properties: {}, portIds: [id] };
    const attempts = [
      () => portHandlers(store, manualClock()).remove({ id }, signal),
      () => portHandlers(store, manualClock()).update({ id, reservedAddress: '10.77.0.60' as Ipv4 }, signal),
      () => portgroupHandlers(store).update({ ...bond, mode: '802.3ad' }, signal),
      () => portgroupHandlers(store).remove(bond, signal),
      () => portgroupHandlers(store).create(newBond, signal),
    ];
    for (const attempt of attempts)
      await expect(attempt()).rejects.toMatchObject({ code: 'input.in_use', details: { by: 'r1u01' } });
    store.deployments.save(aDeployment({ state: 'failed' }));
    await portHandlers(store, manualClock()).remove({ id }, signal);
    expect(store.ports.list()).toEqual([]);
  });
});

describe('a port of ours', () => {
  it('is not changed while a server is at work, other settings are', async () => {
    inspectedNode(networkId);
    for (const port of ['httpPort', 'tftpPort', 'syslogPort'])
      await expect(change({ [port]: 9000 })).rejects.toMatchObject({ code: 'input.in_use' });
    await change({ httpPort: store.settings.get().httpPort, powerPollSeconds: 30 });
    expect([store.settings.get().powerPollSeconds, reopened]).toEqual([30, 0]);
  });

  it('is changed when nothing runs', async () => {
    await change({ httpPort: 9000 });
    expect([store.settings.get().httpPort, reopened]).toEqual([9000, 1]);
    await change({ syslogPort: 5140 });
    expect([store.settings.get().syslogPort, reopened]).toEqual([5140, 2]);
  });
});
