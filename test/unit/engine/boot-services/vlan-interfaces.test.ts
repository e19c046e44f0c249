import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractInterfaces } from '#engine/api/network-interfaces.ts';
import { createVlanInterfaces, type VlanInput } from '#engine/boot-services/vlan-interfaces.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { NetworkInterface } from '#engine/system/interfaces.ts';
import { CodedError } from '#shared/contract/index.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNetwork, networkId } from '#test/fakes/rows.ts';

const trunk: NetworkInterface = {
  name: 'eth0',
  index: 2,
  mac: '52:54:00:aa:00:01' as Mac,
  addresses: [{ address: '10.77.0.1' as Ipv4, prefixLength: 24 }],
  isUp: true,
  hasCarrier: true,
  isLoopback: false,
  isVirtual: false,
  isVlan: false,
};
const input: VlanInput = {
  parent: 'eth0',
  vlanId: 100,
  address: '10.80.0.1' as Ipv4,
  prefixLength: 24,
};

let store: Store;
let interfaces: NetworkInterface[];
let vlanIds: Map<string, number>;
let refusal: CodedError | undefined;
let isMute: boolean;
let calls: string[];
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  interfaces = [trunk];
  vlanIds = new Map();
  refusal = undefined;
  isMute = false;
  calls = [];
});
afterEach(() => store.close());

/** A Linux whose interfaces are the test's. */
function vlansOn(platform = 'linux') {
  return createVlanInterfaces(store, {
    platform,
    listInterfaces: async () => [...interfaces],
    async listVlans() {
      if (isMute)
        throw new CodedError('net.failed', 'ip timed out', { interfaceName: '', call: 'ip', reason: '' });
      return [...vlanIds].map(([name, vlanId]) => ({ name, vlanId, parent: 'eth0' }));
    },
    async add(vlan) {
      calls.push(`add ${vlan.name}, ${store.vlanInterfaces.find(vlan.name) === undefined ? 'un' : ''}stored`);
      if (refusal !== undefined) throw refusal;
      const { name, address, prefixLength } = vlan;
      interfaces.push({ ...trunk, name, index: 9, addresses: [{ address, prefixLength }], isVlan: true });
      vlanIds.set(name, vlan.vlanId);
    },
    async remove(name) {
      calls.push(`remove ${name}`);
      lose(name);
    },
  });
}
function lose(name: string): void {
  interfaces = interfaces.filter(each => each.name !== name);
  vlanIds.delete(name);
}

describe('a VLAN interface that a person wants', () => {
  it('is stored before it is made, and listed as ours', async () => {
    const vlans = vlansOn();
    expect(await vlans.create(input)).toBe('eth0.100');
    expect(calls).toEqual(['add eth0.100, stored']);
    expect((await contractInterfaces(vlans)).map(({ name, vlan }) => [name, vlan])).toEqual([
      ['eth0', null],
      ['eth0.100', { parent: 'eth0', vlanId: 100, ours: true }],
    ]);
  });

  it('is forgotten when the system refuses it', async () => {
    refusal = new CodedError('net.vlan_not_supported', 'no', { interfaceName: 'eth0' });
    await expect(vlansOn().create(input)).rejects.toBe(refusal);
    expect(store.vlanInterfaces.list()).toEqual([]);
  });

  it.each<[string, Partial<VlanInput>, string]>([
    ['on an interface that is not there', { parent: 'eth9' }, 'net.no_such_interface'],
    ['with a broadcast address', { address: '10.80.0.255' as Ipv4 }, 'input.invalid'],
    ['in a subnet that another interface has', { address: '10.77.0.9' as Ipv4 }, 'input.conflict'],
    ['around such a subnet', { address: '10.0.0.1' as Ipv4, prefixLength: 8 }, 'input.conflict'],
  ])('is refused %s', async (_, change, code) => {
    await expect(vlansOn().create({ ...input, ...change })).rejects.toMatchObject({ code });
    expect(calls).toEqual([]);
  });

  it('is refused twice, on top of another one, on loopback and under a name that a shell would read', async () => {
    const vlans = vlansOn();
    await vlans.create(input);
    interfaces.push({ ...trunk, name: 'lo', addresses: [], isLoopback: true });
    interfaces.push({ ...trunk, name: 'e;reboot', addresses: [] });
    const again = { ...input, address: '10.81.0.1' as Ipv4 };
    await expect(vlans.create(again)).rejects.toMatchObject({ code: 'input.conflict' });
    for (const parent of ['eth0.100', 'lo', 'e;reboot'])
      await expect(vlans.create({ ...again, parent })).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('is made by hand on other systems, which is said before anything happens', async () => {
    await expect(vlansOn('win32').create(input)).rejects.toMatchObject({ code: 'net.vlan_by_hand' });
    expect(store.vlanInterfaces.list()).toEqual([]);
  });
});

describe('a VLAN interface of ours', () => {
  it('is made again when it is missing and its adapter is there', async () => {
    await vlansOn().create(input);
    interfaces = [];
    vlanIds.clear();
    const afterReboot = vlansOn();
    expect(await afterReboot.listInterfaces()).toEqual([]);
    interfaces = [trunk];
    expect((await afterReboot.listInterfaces()).map(({ name }) => name)).toEqual(['eth0', 'eth0.100']);
    await afterReboot.listInterfaces();
    expect(calls).toHaveLength(2);
  });

  it('that cannot be made again is tried and told once, and again with another adapter', async () => {
    const vlans = vlansOn();
    await vlans.create(input);
    lose('eth0.100');
    refusal = new CodedError('net.vlan_not_supported', 'no', { interfaceName: 'eth0' });
    for (let look = 0; look < 3; look += 1) await vlans.listInterfaces();
    expect(calls).toHaveLength(2);
    expect(store.timeline.list({}, 0, 10)).toMatchObject([
      { message: 'network.vlan_not_restored', details: { name: 'eth0.100', text: 'no' } },
    ]);
    interfaces = [{ ...trunk, index: 3 }];
    refusal = undefined;
    expect(await vlans.listInterfaces()).toHaveLength(2);
  });

  it('that was left half-made by a crash is made whole, and one that a person switched off is left alone', async () => {
    await vlansOn().create(input);
    const half = (index: number) => ({
      ...trunk,
      name: 'eth0.100',
      index,
      addresses: [],
      isUp: false,
      isVlan: true,
    });
    interfaces = [trunk, half(9)];
    const afterCrash = vlansOn();
    expect((await afterCrash.listInterfaces()).map(({ name, isUp }) => [name, isUp])).toEqual([
      ['eth0', true],
      ['eth0.100', true],
    ]);
    expect(calls.slice(1)).toEqual(['remove eth0.100', 'add eth0.100, stored']);
    await afterCrash.listInterfaces();
    interfaces = [trunk, half(10)];
    await afterCrash.listInterfaces();
    expect(calls).toHaveLength(3);
  });

  it('is not made on another adapter that has the name now', async () => {
    await vlansOn().create(input);
    interfaces = [{ ...trunk, index: 3, mac: '52:54:00:aa:00:02' as Mac }];
    vlanIds.clear();
    const vlans = vlansOn();
    for (let look = 0; look < 2; look += 1) expect(await vlans.listInterfaces()).toHaveLength(1);
    expect(calls).toHaveLength(1);
    expect(store.timeline.list({}, 0, 10)).toMatchObject([{ message: 'network.vlan_not_restored' }]);
    interfaces = [{ ...trunk, index: 4 }];
    expect(await vlans.listInterfaces()).toHaveLength(2);
  });

  it('is not made while this computer is in that network by another adapter', async () => {
    await vlansOn().create(input);
    const wifi = {
      ...trunk,
      name: 'wlan0',
      addresses: [{ address: '10.80.0.77' as Ipv4, prefixLength: 24 }],
    };
    interfaces = [trunk, wifi];
    vlanIds.clear();
    const vlans = vlansOn();
    for (let look = 0; look < 2; look += 1) expect(await vlans.listInterfaces()).toHaveLength(2);
    expect(store.timeline.list({}, 0, 10)).toMatchObject([{ message: 'network.vlan_not_restored' }]);
    interfaces = [trunk];
    expect(await vlans.listInterfaces()).toHaveLength(2);
  });

  it('is not forgotten while `ip` cannot tell whether it is there, and is listed all the same', async () => {
    const vlans = vlansOn();
    const name = await vlans.create(input);
    isMute = true;
    await expect(vlans.remove(name)).rejects.toMatchObject({ code: 'net.failed' });
    expect(store.vlanInterfaces.list()).toHaveLength(1);
    expect((await contractInterfaces(vlans)).map(each => each.name)).toEqual(['eth0', name]);
    await expect(vlans.create({ ...input, vlanId: 5 })).rejects.toMatchObject({ code: 'net.failed' });
  });

  it('is not touched by who looks while it is being made', async () => {
    const vlans = vlansOn();
    await Promise.all([vlans.create(input), vlans.listInterfaces(), vlans.listInterfaces()]);
    expect(calls).toEqual(['add eth0.100, stored']);
  });

  it('is taken away when no network uses it', async () => {
    const vlans = vlansOn();
    const name = await vlans.create(input);
    store.networks.save(aNetwork({ interfaceName: name }));
    await expect(vlans.remove(name)).rejects.toMatchObject({ code: 'input.in_use' });
    store.networks.remove(networkId);
    await vlans.remove(name);
    expect(calls.at(-1)).toBe('remove eth0.100');
    expect(store.vlanInterfaces.list()).toEqual([]);
  });

  it('is only forgotten where somebody made another one of that name, and others are never taken away', async () => {
    const vlans = vlansOn();
    const name = await vlans.create(input);
    vlanIds.set(name, 200);
    await vlans.remove(name);
    expect(calls).toEqual(['add eth0.100, stored']);
    for (const other of [name, 'eth0'])
      await expect(vlans.remove(other)).rejects.toMatchObject({ code: 'input.not_found' });
  });
});
