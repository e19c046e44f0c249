import { describe, expect, it } from 'vitest';
import { dhcpAdvice } from '#renderer/features/networks/dhcp-advice.ts';
import { leaseRows } from '#renderer/features/networks/lease-rows.ts';
import { patchedLeases, poolUse } from '#renderer/features/networks/leases.ts';
import { wiringOf } from '#renderer/features/networks/wiring.ts';
import { drawWiring } from '#renderer/features/networks/wiring-drawing.ts';
import type { Lease, NetworkInterface } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { aNetwork, aNode, aPort, mac, networkId, nodeId } from '#test/fakes/rows.ts';

const nic = (name: string, change: Partial<NetworkInterface> = {}): NetworkInterface => ({
  name,
  mac: '00:1b:21:aa:bb:01',
  addresses: [{ address: '10.77.0.1', prefixLength: 24 }],
  up: true,
  carrier: true,
  kind: 'ethernet',
  vlan: null,
  hasDefaultRoute: false,
  ...change,
});
const lease = (address: string, change: Partial<Lease> = {}): Lease => ({
  mac,
  address,
  expiresAt: 100,
  hostName: 'debian',
  ...change,
});
const strangerMac = '52:54:00:ff:00:01';

describe('leases', () => {
  it('are replaced and removed by their address, in the order of the addresses', () => {
    const known = [lease('10.77.0.9'), lease('10.77.0.100')];
    const patches = [
      { op: 'put', lease: lease('10.77.0.20') },
      { op: 'remove', address: '10.77.0.100' },
      { op: 'put', lease: lease('10.77.0.9', { expiresAt: 200 }) },
    ] as const;
    expect(patchedLeases(known, patches)).toEqual([
      lease('10.77.0.9', { expiresAt: 200 }),
      lease('10.77.0.20'),
    ]);
  });

  it('name the server, and stand beside addresses that are kept for one', () => {
    const ports = [
      aPort(),
      aPort({ address: '52:54:00:aa:00:02' as typeof mac, reservedAddress: '10.77.0.50' as Ipv4 }),
      aPort({ address: '52:54:00:aa:00:03' as typeof mac, reservedAddress: '10.99.0.50' as Ipv4 }),
    ];
    const leases = [lease('10.77.0.150'), lease('10.77.0.151', { mac: strangerMac })];
    const rows = leaseRows(aNetwork(), leases, ports, new Map([[nodeId, aNode()]]));
    expect(rows).toMatchObject([
      { address: '10.77.0.50', name: 'r1u01', expiresAt: null, isReserved: true },
      { address: '10.77.0.150', name: 'r1u01', nodeId, expiresAt: 100, isReserved: false },
      { address: '10.77.0.151', name: 'debian', nodeId: null },
    ]);
  });
});

describe('a pool', () => {
  const pool = { poolStart: '10.77.0.100' as Ipv4, poolEnd: '10.77.0.119' as Ipv4 };
  const use = (leases: readonly Lease[], fixed: readonly string[]) => poolUse(pool, leases, fixed, 50);

  it('has left what is neither leased nor kept, counting no address twice and none outside', () => {
    const leases = [lease('10.77.0.100'), lease('10.77.0.101', { expiresAt: 50 }), lease('10.77.0.9')];
    expect(use(leases, ['10.77.0.100', '10.77.0.105', '10.77.0.250', 'bmc.example'])).toEqual({
      total: 20,
      leased: 1,
      kept: 1,
      free: 18,
      isScarce: false,
    });
  });

  it('is scarce before it is used up', () => {
    const taken = (count: number) => Array.from({ length: count }, (_, at) => `10.77.0.${100 + at}`);
    expect(use([], taken(17)).isScarce).toBe(false);
    expect(use([], taken(18)).isScarce).toBe(true);
    expect(use([], taken(20))).toMatchObject({ free: 0, isScarce: true });
  });
});

describe('what a DHCP mode would do', () => {
  const notes = (
    change: object,
    on: NetworkInterface | undefined,
    mode: 'off' | 'watching' | 'full' = 'full',
  ) => dhcpAdvice(aNetwork(change), on, mode).map(({ note }) => note);
  const others = { otherServers: [{ server: '10.77.0.9', offered: '10.77.0.55' }], checkedAt: 1 };

  it('depends on who else answers there', () => {
    expect(notes({ checkedAt: null }, nic('eth0'))).toEqual(['searchesFirst']);
    expect(notes({ checkedAt: 1 }, nic('eth0'))).toEqual(['alone']);
    expect(notes(others, nic('eth0', { hasDefaultRoute: true }))).toEqual(['besideOthers', 'defaultRoute']);
    expect(notes(others, nic('eth0'), 'watching')).toEqual(['harmless']);
  });

  it('depends on the interface', () => {
    const checked = { checkedAt: 1 };
    expect(notes(checked, undefined)).toEqual(['noInterface', 'alone']);
    expect(notes(checked, nic('eth0', { carrier: false, addresses: [] }))).toEqual([
      'noLink',
      'noAddress',
      'alone',
    ]);
    const elsewhere = [{ address: '192.168.1.2', prefixLength: 24 }];
    expect(notes(checked, nic('eth0', { addresses: elsewhere }))).toEqual(['relayOnly', 'alone']);
    expect(notes(checked, nic('eth0', { addresses: [] }), 'watching')).toEqual(['harmless']);
  });
});

describe('the wiring', () => {
  const tagged = aNetwork({
    id: 'b' as NetworkId,
    name: 'tenant',
    interfaceName: 'eth0.120',
    dhcpMode: 'full',
  });
  const lost = aNetwork({ id: 'c' as NetworkId, name: 'lost', interfaceName: 'eth9' });
  const vlan = { parent: 'eth0', vlanId: 120, ours: true };
  const wires = wiringOf({
    interfaces: [nic('eth0'), nic('eth0.120', { vlan }), nic('eth1', { carrier: false })],
    networks: [aNetwork(), tagged, lost],
    leases: new Map([
      [
        networkId,
        [
          lease('10.77.0.150'),
          lease('10.77.0.151', { mac: strangerMac }),
          lease('10.77.0.152', { expiresAt: 10 }),
        ],
      ],
    ]),
    ports: [aPort({ name: 'eno1' })],
    nodes: new Map([[nodeId, aNode()]]),
    discovered: [],
    now: 50,
  });

  it('leads from interfaces over VLANs to networks and the NICs that have an address there', () => {
    expect(wires.map(({ name, vlans }) => [name, vlans.map(each => each.name)])).toEqual([
      ['eth0', ['eth0.120']],
      ['eth1', []],
      ['eth9', []],
    ]);
    expect(wires[0]?.networks[0]?.nics).toMatchObject([
      { name: 'r1u01 eno1', address: '10.77.0.150', nodeId },
      { name: 'debian', nodeId: null },
    ]);
    expect(wires[2]).toMatchObject({ nic: undefined, networks: [{ network: lost }] });
  });

  it('is drawn so that no two boxes lie on each other and each line joins two of them', () => {
    const { boxes, lines, height } = drawWiring(wires);
    const places = boxes.map(({ column, y }) => `${column} ${y}`);
    expect(new Set(places).size).toBe(places.length);
    expect(lines.every(({ from, to }) => boxes.includes(from) && boxes.includes(to))).toBe(true);
    expect(lines.map(({ from, to }) => `${from.title} > ${to.title}`)).toEqual([
      'eth0 > provisioning',
      'provisioning > r1u01 eno1',
      'provisioning > debian',
      'eth0 > eth0.120',
      'eth0.120 > tenant',
      'eth9 > lost',
    ]);
    expect(Math.max(...boxes.map(({ y }) => y))).toBeLessThan(height);
    const tones = new Map(boxes.map(({ title, tone }) => [title, tone]));
    expect([tones.get('eth1'), tones.get('eth9'), tones.get('tenant')]).toEqual(['idle', 'failed', 'good']);
  });

  it('of the virtual rack is inside of this computer, and nothing is missing there', () => {
    const rack = aNetwork({ cidr: '127.77.0.0/16', interfaceName: 'lo', checkedAt: null });
    const facts = { interfaces: [], networks: [rack], ports: [], nodes: new Map(), now: 0 };
    const { boxes } = drawWiring(wiringOf({ ...facts, leases: new Map(), discovered: [] }));
    expect(boxes[0]).toMatchObject({ kind: 'virtual-rack', title: 'lo', tone: 'good' });
    expect(dhcpAdvice(rack, undefined, 'full')).toEqual([]);
    expect(dhcpAdvice(rack, undefined, 'watching')).toEqual([]);
  });

  it('draws a full rack as some of its NICs and how many more there are', () => {
    const many = Array.from({ length: 40 }, (_, at) => lease(`10.77.0.${100 + at}`));
    const facts = { interfaces: [nic('eth0')], networks: [aNetwork()], ports: [], nodes: new Map(), now: 0 };
    const stranger = {
      mac: aPort().address,
      interfaceName: 'eth0',
      architecture: '',
      vendorClass: '',
      uuid: '',
      firstSeenAt: 1,
      lastSeenAt: 1,
      timesSeen: 1,
    };
    const full = wiringOf({ ...facts, leases: new Map([[networkId, many]]), discovered: [stranger] });
    const { boxes } = drawWiring(full);
    expect(boxes.filter(({ kind }) => kind === 'nic')).toHaveLength(6);
    expect(boxes.slice(-2)).toMatchObject([
      { kind: 'more', count: 34 },
      { kind: 'strangers', count: 1 },
    ]);
  });
});
