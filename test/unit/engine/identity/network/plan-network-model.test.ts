import { describe, expect, test } from 'vitest';
import { type NetworkPlan, planNetworkModel } from '#engine/identity/network/plan-network-model.ts';
import type { Portgroup } from '#shared/contract/index.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { bondId, fixed, macOf, modelOf, onBond, onPort, port, portgroup } from './models.ts';

const ports = [port(1), port(2), port(3, bondId(1)), port(4, bondId(1))];
const portgroups = [portgroup(1, '802.3ad')];

function problemsOf(networks: NetworkPlan['networks'], more: Partial<NetworkPlan> = {}): string[] {
  const planned = planNetworkModel({ networks, ports, portgroups, ...more });
  return planned.ok ? [] : planned.problems.map(({ field, code }) => `${field} ${code}`);
}

describe('a planned network model', () => {
  test('names NICs and bonds with the provisioning NIC first, in its bond too', () => {
    const model = modelOf({
      networks: [onPort(1), onBond(1, { vlanId: 20 })],
      ports,
      portgroups,
      provisioningMac: macOf(4),
    });
    expect(model.links.map(({ name, mac }) => `${name} ${mac}`)).toEqual([
      `nic0 ${macOf(4)}`,
      `nic1 ${macOf(3)}`,
      `nic2 ${macOf(1)}`,
      `bond0 ${macOf(4)}`,
      `bond0.20 ${macOf(4)}`,
    ]);
    expect(model.links[3]).toMatchObject({ members: ['nic0', 'nic1'], addressing: { method: 'none' } });
    expect(model.links[0]).toMatchObject({ addressing: { method: 'none' }, routes: [] });
  });

  test("takes the bond's own MAC where there is one", () => {
    const own: Portgroup = { ...portgroup(1, 'active-backup'), address: macOf(9) };
    const model = modelOf({ networks: [onBond(1, { vlanId: 20 })], ports, portgroups: [own] });
    expect(model.links.slice(2).map(({ mac }) => mac)).toEqual([macOf(9), macOf(9)]);
  });

  test("raises the MTU below a VLAN, its bond's members' too, and keeps the other VLANs at the default", () => {
    const networks = [
      onBond(1, { mtu: 1400 }),
      onBond(1, { vlanId: 20, mtu: 9000 }),
      onBond(1, { vlanId: 30 }),
    ];
    expect(modelOf({ networks, ports, portgroups }).links.map(({ name, mtu }) => [name, mtu])).toEqual([
      ['nic0', 9000],
      ['nic1', 9000],
      ['bond0', 9000],
      ['bond0.20', 9000],
      ['bond0.30', 1500],
    ]);
    const beside = [onPort(1, { mtu: 1400 }), onPort(1, { vlanId: 20 })];
    expect(modelOf({ networks: beside, ports }).links.map(({ mtu }) => mtu)).toEqual([1500, null]);
    const small = modelOf({ networks: [onPort(1), onPort(1, { vlanId: 20, mtu: 1400 })], ports });
    expect(small.links.map(({ mtu }) => mtu)).toEqual([null, 1400]);
  });

  test('has one way out: the gateway that somebody gave, else by DHCP on the first network', () => {
    const way = (...networks: NetworkPlan['networks']) => modelOf({ networks, ports, portgroups }).leadsOut;
    const gateway = onBond(1, { vlanId: 20, address: fixed('10.0.0.5', '10.0.0.1') });
    expect(way(onPort(1), gateway)).toBe('bond0.20');
    expect(way(onBond(1, { vlanId: 20 }), onPort(1))).toBe('bond0.20');
    expect(way(onPort(1, { address: fixed('10.0.0.5') }))).toBeNull();
  });

  test('asks DNS servers in the order of the networks, each once', () => {
    const networks = [
      onPort(1, { address: fixed('10.0.0.5', null, '10.0.0.1', '9.9.9.9') }),
      onPort(2, { address: fixed('10.0.1.5', null, '9.9.9.9', '10.0.1.1') }),
    ];
    expect(modelOf({ networks, ports }).dnsServers).toEqual(['10.0.0.1', '9.9.9.9', '10.0.1.1']);
  });

  test('allows both addresses of a /31', () => {
    const address = { ...fixed('10.0.0.0', '10.0.0.1'), prefixLength: 31 };
    expect(problemsOf([onPort(1, { address })])).toEqual([]);
  });
});

describe('what cannot be planned is said by field', () => {
  test.each<[string, NetworkPlan['networks'], string[]]>([
    ['an unknown NIC', [onPort(9)], ['networks[0].place network.no_place']],
    ['an unknown bond', [onBond(9)], ['networks[0].place network.no_place']],
    ['no place at all', [onPort(1, { portId: null })], ['networks[0].place network.no_place']],
    ["a bond's member", [onPort(3)], ['networks[0].place network.member_of_bond']],
    ['two untagged networks', [onPort(1), onPort(1)], ['networks[1].place network.second_untagged']],
    [
      'one VLAN twice on one bond',
      [onBond(1, { vlanId: 7 }), onPort(1, { vlanId: 7 }), onBond(1, { vlanId: 7 })],
      ['networks[2].place network.same_vlan_twice'],
    ],
    [
      'the network itself, its broadcast address and the loopback',
      [
        onPort(1, { address: fixed('10.0.0.0') }),
        onPort(2, { address: fixed('10.0.0.255') }),
        onBond(1, { address: fixed('127.0.0.1') }),
      ],
      [
        'networks[0].address.address network.address_is_network',
        'networks[1].address.address network.address_is_broadcast',
        'networks[2].address.address network.bad_address',
      ],
    ],
    [
      'one address twice',
      [onPort(1, { address: fixed('10.0.0.5') }), onPort(2, { address: fixed('10.0.0.5') })],
      ['networks[1].address.address network.same_address_twice'],
    ],
    [
      'a gateway outside, and the address itself as gateway',
      [
        onPort(1, { address: fixed('10.0.0.5', '10.0.1.1') }),
        onPort(2, { address: fixed('10.0.2.5', '10.0.2.5') }),
      ],
      [
        'networks[0].address.gateway network.gateway_outside',
        'networks[1].address.gateway network.gateway_outside',
        'networks[1].address.gateway network.second_gateway',
      ],
    ],
    [
      'the network itself and its broadcast address as gateway, and the machine itself on the way',
      [
        onPort(1, { address: fixed('10.0.0.5', '10.0.0.0') }),
        onBond(1, {
          address: fixed('10.0.2.5'),
          routes: [
            { destination: '10.9.0.0/16', via: '10.0.2.5' as Ipv4 },
            { destination: '10.8.0.0/16', via: '10.0.2.255' as Ipv4 },
          ],
        }),
      ],
      [
        'networks[0].address.gateway network.gateway_outside',
        'networks[1].routes[0].via network.route_via_outside',
        'networks[1].routes[1].via network.route_via_outside',
      ],
    ],
    [
      'routes that lead nowhere',
      [
        onPort(1, {
          address: fixed('10.0.0.5'),
          routes: [
            { destination: '10.9.0.0/16', via: '10.0.1.1' as Ipv4 },
            { destination: '0.0.0.0/0', via: '10.0.0.1' as Ipv4 },
          ],
        }),
        onPort(2, {
          address: { method: 'none' },
          routes: [{ destination: '10.9.0.0/16', via: '10.0.1.1' as Ipv4 }],
        }),
      ],
      [
        'networks[0].routes[0].via network.route_via_outside',
        'networks[0].routes[1].destination network.bad_destination',
        'networks[1].routes network.route_without_address',
      ],
    ],
  ])('%s', (_name, networks, problems) => {
    expect(problemsOf(networks)).toEqual(problems);
  });

  test("a bond's own MAC where it takes its member's", () => {
    const properties = { fail_over_mac: 'active' };
    const own: Portgroup = { ...portgroup(1, 'active-backup', properties), address: macOf(9) };
    expect(problemsOf([onBond(1)], { portgroups: [own] })).toEqual(['networks[0].place bond.mac_of_member']);
    expect(problemsOf([onBond(1)], { portgroups: [{ ...own, address: null }] })).toEqual([]);
  });

  test('for an image, options of a bond that cloud-init loses', () => {
    const properties = { arp_interval: '500', arp_ip_target: '10.77.0.1', resend_igmp: '2' };
    const watched = [portgroup(1, 'active-backup', properties)];
    expect(problemsOf([onBond(1)], { portgroups: watched, isForImage: true })).toEqual(
      Object.keys(properties).map(() => 'networks[0].place bond.not_on_image'),
    );
    expect(problemsOf([onBond(1)], { portgroups: watched })).toEqual([]);
  });

  test('a bond without NICs, and a search domain that is none', () => {
    expect(problemsOf([onBond(1)], { ports: [port(1)] })).toEqual([
      'networks[0].place network.bond_without_members',
    ]);
    expect(problemsOf([], { searchDomains: ["x'; reboot"] })).toEqual(['networks network.bad_search_domain']);
  });
});
