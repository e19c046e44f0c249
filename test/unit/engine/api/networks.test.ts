import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { networkHandlers } from '#engine/api/networks.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { CodedError, contract, type Network, type NetworkInterface } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { aRequest, aServerPlan } from '#test/fakes/engine/stored-request.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aBatch, aDeployment, aNetwork, aNetworkRequest, aNode, aPort, networkId } from '#test/fakes/rows.ts';

let store: Store;
let search: () => Promise<Network['otherServers']>;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.networks.save(aNetwork());
  search = async () => [];
  applied = 0;
});
afterEach(() => store.close());

let applied: number;

function handlers() {
  const bootServices = {
    apply: async () => {
      applied += 1;
    },
    remove: async () => undefined,
    otherServers: () => search(),
  };
  return networkHandlers({
    store,
    clock: manualClock(),
    bootServices,
    interfaces: async () => [anInterface({ name: 'eth0' }), anInterface({ name: 'eth0.100', vlan })],
    vlanInterfaces: { create: async () => 'eth0.100', remove: async () => undefined },
  });
}
const setFull = (serveBesideOthers: boolean) =>
  handlers().setDhcpMode({ id: networkId, mode: 'full', serveBesideOthers }, noAbort);
const update = (change: object) => handlers().update({ id: networkId, ...change }, noAbort);

const noAbort = new AbortController().signal;
const vlan = { parent: 'eth0', vlanId: 100, ours: true };
const anInterface = (change: Partial<NetworkInterface>): NetworkInterface => ({
  name: 'eth0',
  mac: '',
  addresses: [],
  up: true,
  carrier: true,
  kind: 'ethernet',
  vlan: null,
  hasDefaultRoute: false,
  ...change,
});
const otherId = '44444444-4444-4444-8444-444444444445' as NetworkId;
const rival = { server: '10.77.0.9', offered: '10.77.0.50' };

describe('switching a network to full', () => {
  it('is done when nobody else serves its wire', async () => {
    expect(await setFull(false)).toMatchObject({
      dhcpMode: 'full',
      serveBesideOthers: false,
      otherServers: [],
    });
  });

  it('is refused beside another server, which is remembered, and done when a person says so', async () => {
    search = async () => [rival];
    await expect(setFull(false)).rejects.toMatchObject({ code: 'dhcp.other_server' });
    expect(store.networks.find(networkId)).toMatchObject({ dhcpMode: 'off', otherServers: [rival] });
    expect(await setFull(true)).toMatchObject({ dhcpMode: 'full', serveBesideOthers: true });
  });

  it('is refused with the reason when nobody could look, and done when a person says so', async () => {
    search = () => Promise.reject(new CodedError('net.permission_denied', 'no', { what: 'bind', port: 68 }));
    await expect(setFull(false)).rejects.toMatchObject({ code: 'net.permission_denied' });
    expect(store.networks.find(networkId)?.dhcpMode).toBe('off');
    expect(await setFull(true)).toMatchObject({ dhcpMode: 'full', serveBesideOthers: true, checkedAt: null });
  });
});

describe('a network that is changed', () => {
  it('keeps what is not named and is applied at once to what serves it', async () => {
    const gateway = '10.77.0.254';
    expect(await update({ gateway, leaseSeconds: 60 })).toEqual({ ...aNetwork(), gateway, leaseSeconds: 60 });
    expect(await update({ gateway: null })).toMatchObject({ gateway: null, leaseSeconds: 60 });
    expect(applied).toBe(2);
  });

  it.each(['10.78.0.1', '10.77.0.0', '10.77.0.255'])('cannot have the gateway %s', async gateway => {
    await expect(update({ gateway })).rejects.toMatchObject({ code: 'input.invalid' });
    expect(store.networks.find(networkId)?.gateway).toBeNull();
  });

  it("cannot have a machine's address for its gateway", async () => {
    store.nodes.save(aNode());
    store.ports.save(aPort({ reservedAddress: '10.77.0.50' as Ipv4 }));
    await expect(update({ gateway: '10.77.0.50' })).rejects.toMatchObject({ code: 'input.conflict' });
  });

  it('keeps its purposes and its VLAN while a server is at work, not its name', async () => {
    store.nodes.save(aNode({ provisionState: 'inspect wait' }));
    store.ports.save(aPort());
    for (const change of [{ purposes: ['tenant'] }, { segmentationId: 5 }, { mtu: 9000 }])
      await expect(update(change)).rejects.toMatchObject({ code: 'input.in_use' });
    expect(await update({ name: 'rack 2', purposes: ['tenant', 'provisioning', 'cleaning'] })).toMatchObject({
      name: 'rack 2',
      purposes: ['tenant', 'provisioning', 'cleaning'],
    });
  });
});

describe('the addresses of a network', () => {
  const nowMs = 1_000_000;
  const lease = (address: string, expiresAtMs: number) =>
    store.leases.save({
      networkId,
      address: address as Ipv4,
      mac: aPort().address,
      expiresAtMs,
      hostName: 'debian',
    });
  const dependants = () => handlers().dependants({ id: networkId }, noAbort);

  it('may be others while nobody has one, with a pool of their own', async () => {
    lease('10.77.0.150', nowMs - 1);
    expect(await update({ cidr: '10.90.4.7/22' })).toMatchObject({
      cidr: '10.90.4.0/22',
      poolStart: '10.90.6.0',
      poolEnd: '10.90.7.254',
    });
    const pool = { poolStart: '10.90.4.10', poolEnd: '10.90.4.20' };
    expect(await update({ cidr: '10.90.4.0/24', ...pool })).toMatchObject({ cidr: '10.90.4.0/24', ...pool });
  });

  it('stay while a machine has one, is to have one or was installed with one, and each of them is named', async () => {
    store.nodes.save(aNode());
    store.ports.save(aPort({ reservedAddress: '10.77.0.50' as Ipv4 }));
    lease('10.77.0.150', nowMs + 1);
    const attachment = { portId: null, portgroupId: null, vlanId: null, mac: aPort().address };
    store.attachments.replaceForNode(aNode().id, [{ id: 'a', nodeId: aNode().id, networkId, ...attachment }]);
    expect(await dependants()).toEqual([
      { kind: 'lease', name: 'r1u01', address: '10.77.0.150' },
      { kind: 'reservation', name: 'r1u01', address: '10.77.0.50' },
      { kind: 'installed', name: 'r1u01', address: '' },
    ]);
    await expect(update({ cidr: '10.90.0.0/24' })).rejects.toMatchObject({
      code: 'input.in_use',
      details: { by: 'r1u01' },
    });
    expect(store.networks.find(networkId)).toEqual(aNetwork());
  });

  it('keep those of the pool that are leased, and may lose the others', async () => {
    lease('10.77.0.150', nowMs + 1);
    await expect(update({ poolEnd: '10.77.0.149' })).rejects.toMatchObject({
      code: 'input.in_use',
      details: { by: 'debian' },
    });
    expect(await update({ poolEnd: '10.77.0.150' })).toMatchObject({ poolEnd: '10.77.0.150' });
  });

  it('are not those of another network, nor a pool outside of their own', async () => {
    store.networks.save(aNetwork({ id: otherId, name: 'other', cidr: '10.88.0.0/24' }));
    await expect(update({ cidr: '10.88.0.0/16' })).rejects.toMatchObject({ code: 'input.conflict' });
    await expect(update({ poolStart: '10.78.0.1' })).rejects.toMatchObject({ code: 'input.invalid' });
    await update({ gateway: '10.77.0.254' });
    await expect(update({ cidr: '10.90.0.0/24' })).rejects.toMatchObject({ code: 'input.invalid' });
  });
});

it('a network for which a batch waits stays where it is, with its addresses, until nobody waits', async () => {
  const waits = aBatch({ name: 'wave' });
  const plan = aServerPlan({ networks: [aNetworkRequest({ networkId })] });
  store.batches.create(waits, [plan]);
  const held = { code: 'input.in_use', details: { by: 'wave' } };
  await expect(handlers().remove({ id: networkId }, noAbort)).rejects.toMatchObject(held);
  for (const change of [{ cidr: '10.90.0.0/24' }, { segmentationId: 5 }, { purposes: ['cleaning'] }])
    await expect(update(change)).rejects.toMatchObject(held);
  expect(await handlers().dependants({ id: networkId }, noAbort)).toEqual([
    { kind: 'batch', name: 'wave', address: '' },
  ]);
  expect(await update({ name: 'rack 2' })).toMatchObject({ name: 'rack 2' });
  const servers = waits.servers.map(server => ({ ...server, state: 'cancelled' as const }));
  store.batches.save({ ...waits, state: 'ended', servers });
  expect(await update({ segmentationId: 5 })).toMatchObject({ segmentationId: 5 });
});

it('a network of a server that waits in a batch to be tried again is not removed', async () => {
  const request = aRequest({ networks: [aNetworkRequest({ networkId })] });
  store.nodes.save(aNode());
  store.deployments.create(aDeployment({ state: 'failed' }), request);
  const servers = aBatch().servers.map(server => ({ ...server, deploymentId: aDeployment().id }));
  store.batches.create(aBatch({ name: 'wave', servers }), []);
  await expect(handlers().remove({ id: networkId }, noAbort)).rejects.toMatchObject({
    code: 'input.in_use',
    details: { by: 'wave' },
  });
});

describe('leases', () => {
  const mac = aPort().address;
  const lease = { networkId, address: '10.77.0.150' as Ipv4, mac, expiresAtMs: 5, hostName: 'debian' };
  const row = { mac, address: lease.address, expiresAt: 5, hostName: 'debian' };

  it('are told as they are given and taken back, after what is stored', async () => {
    store.networks.save(aNetwork({ id: otherId, name: 'other', cidr: '10.88.0.0/24' }));
    store.leases.save(lease);
    const source = handlers().leaseChanges({ id: networkId });
    expect(source.snapshot()).toEqual([row]);
    const told: unknown[] = [];
    const stop = source.subscribe(patch => told.push(patch));
    store.leases.save({ ...lease, expiresAtMs: 9 });
    store.leases.save({ ...lease, networkId: otherId });
    store.leases.remove(networkId, lease.address);
    expect(() =>
      store.transaction(() => {
        store.leases.save(lease);
        throw new Error('rolled back');
      }),
    ).toThrow('rolled back');
    await Promise.resolve();
    const gone = { op: 'remove', address: lease.address };
    expect(told).toEqual([gone, gone, gone]);
    store.leases.save({ ...lease, expiresAtMs: 9 });
    await Promise.resolve();
    expect(told.at(-1)).toEqual({ op: 'put', lease: { ...row, expiresAt: 9 } });
    stop();
    store.leases.remove(networkId, lease.address);
    await Promise.resolve();
    expect(told).toHaveLength(4);
  });
});

it('a look for other servers is stored with its time, and changes no mode', async () => {
  search = async () => [rival];
  const found = await handlers().lookForOthers({ id: networkId }, noAbort);
  expect(found).toEqual({ ...aNetwork(), otherServers: [rival], checkedAt: 1_000_000 });
  expect(store.networks.find(networkId)).toEqual(found);
});

describe('VLAN sub-interfaces', () => {
  it('come back as they are once made', async () => {
    const input = { parent: 'eth0', vlanId: 100, address: '10.80.0.1' as Ipv4, prefixLength: 24 };
    expect(await handlers().createVlanInterface(input, noAbort)).toMatchObject({ name: 'eth0.100', vlan });
  });

  it('tell their networks the VLAN unless a person says another', async () => {
    const create = (name: string, change: object) => {
      const input = contract.networks.create.input.parse({ name, interfaceName: 'eth0.100', ...change });
      return handlers().create(input, noAbort);
    };
    expect(await create('a', { cidr: '10.80.0.0/24' })).toMatchObject({ segmentationId: 100 });
    expect(await create('b', { cidr: '10.81.0.0/24', segmentationId: 7 })).toMatchObject({
      segmentationId: 7,
    });
  });
});

it('of two networks that overlap and are made at the same time, one is refused', async () => {
  const create = (name: string, cidr: string) =>
    handlers().create(contract.networks.create.input.parse({ name, cidr, interfaceName: 'eth0' }), noAbort);
  const made = await Promise.allSettled([create('a', '10.90.0.0/24'), create('b', '10.90.0.0/16')]);
  expect(made).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'input.conflict' } }]);
  expect(store.networks.list()).toHaveLength(2);
});
