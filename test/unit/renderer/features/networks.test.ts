import { describe, expect, it } from 'vitest';
import { defaultPool, networkOf } from '#renderer/features/networks/network-defaults.ts';
import {
  formForInterface,
  formForOther,
  networkChange,
  networkInput,
  wrongNetworkFields,
} from '#renderer/features/networks/network-form.ts';
import { canCarryVlans, vlanInput, wrongVlanFields } from '#renderer/features/networks/vlan-form.ts';
import { dhcpPlaces, dhcpWord } from '#renderer/features/services/dhcp-word.ts';
import type { NetworkInterface } from '#shared/contract/index.ts';
import { type Ipv4, parseCidr, type Subnet } from '#shared/model/ip.ts';

const nic = (address: string, prefixLength: number): NetworkInterface => ({
  name: 'enp3s0',
  mac: '00:1b:21:aa:bb:01',
  addresses: [{ address, prefixLength }],
  up: true,
  carrier: true,
  kind: 'ethernet',
  vlan: null,
  hasDefaultRoute: false,
});
function subnet(text: string): Subnet {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}
const pool = (cidr: string, own?: string) => {
  const found = defaultPool(subnet(cidr), own as Ipv4 | undefined);
  return found === null ? null : `${found.start}-${found.end}`;
};

describe('the default pool', () => {
  it('is .100 to .199 of a /24 and the same span of a larger network', () => {
    expect(pool('10.77.0.0/24', '10.77.0.1')).toBe('10.77.0.100-10.77.0.199');
    expect(pool('10.0.0.0/8')).toBe('10.0.0.100-10.0.0.199');
  });

  it('is the second half of a small network', () => {
    expect(pool('10.77.0.0/28')).toBe('10.77.0.8-10.77.0.14');
    expect(pool('10.77.0.0/30')).toBe('10.77.0.2-10.77.0.2');
    expect(pool('10.77.0.0/31')).toBeNull();
  });

  it('never holds our own address', () => {
    expect(pool('10.77.0.0/24', '10.77.0.149')).toBe('10.77.0.150-10.77.0.199');
    expect(pool('10.77.0.0/24', '10.77.0.190')).toBe('10.77.0.100-10.77.0.189');
    expect(pool('10.77.0.0/30', '10.77.0.2')).toBeNull();
  });
});

describe('the form of a network', () => {
  it('is complete from the address of its interface alone', () => {
    const form = formForInterface(nic('10.77.0.1', 24));
    expect(wrongNetworkFields(form).size).toBe(0);
    expect(networkInput(form)).toEqual({
      name: 'provisioning-enp3s0',
      interfaceName: 'enp3s0',
      cidr: '10.77.0.0/24',
      poolStart: '10.77.0.100',
      poolEnd: '10.77.0.199',
      gateway: null,
      dns: [],
      domain: '',
      leaseSeconds: 600,
      segmentationId: null,
      physicalNetwork: '',
      mtu: null,
      purposes: ['provisioning', 'cleaning', 'rescue', 'tenant'],
    });
  });

  it('skips IPv6 and point-to-point addresses', () => {
    const other = { ...nic('fe80::1', 64), addresses: [{ address: 'fe80::1', prefixLength: 64 }] };
    expect(networkOf(other)).toBeUndefined();
    expect(networkOf(nic('10.0.0.1', 32))).toBeUndefined();
    expect(networkInput(formForInterface(other))).toBeNull();
  });

  it('proposes anew for another interface, except what was typed', () => {
    const from = nic('10.77.0.1', 24);
    const to = { ...nic('192.168.50.7', 24), name: 'enp4s0' };
    const typed = { ...formForInterface(from), name: 'rack 4', gateway: '10.77.0.254' };
    expect(formForOther(typed, from, to)).toEqual({
      ...formForInterface(to),
      name: 'rack 4',
      gateway: '10.77.0.254',
    });
  });

  it('names the fields that are wrong', () => {
    const form = formForInterface(nic('10.77.0.1', 24));
    const wrong = (change: object) => [...wrongNetworkFields({ ...form, ...change })];
    expect(wrong({ cidr: '10.77.0.0' })).toEqual(['cidr']);
    expect(wrong({ poolEnd: '10.78.0.1' })).toEqual(['poolEnd']);
    expect(wrong({ poolStart: '10.77.0.200' })).toEqual(['poolEnd']);
    expect(wrong({ gateway: 'x', dns: '1.1.1.1 y', leaseSeconds: '59' })).toEqual([
      'gateway',
      'dns',
      'leaseSeconds',
    ]);
    expect(wrong({ segmentationId: '4095', mtu: '500', purposes: [] })).toEqual([
      'segmentationId',
      'mtu',
      'purposes',
    ]);
  });

  it('of a VLAN interface takes its tag', () => {
    const vlan = { parent: 'enp3s0', vlanId: 120, ours: true };
    expect(formForInterface({ ...nic('10.120.0.1', 24), vlan }).segmentationId).toBe('120');
  });

  it('of a network that lives sends only what was changed, and never its wire, so that what others changed meanwhile stays', () => {
    const untouched = formForInterface(nic('10.77.0.1', 24));
    expect(networkChange(untouched, untouched)).toEqual({});
    const form = { ...untouched, mtu: '9000', purposes: ['tenant'] as const, interfaceName: 'other' };
    expect(networkChange({ ...form, gateway: '10.77.0.2' }, untouched)).toEqual({
      mtu: 9000,
      purposes: ['tenant'],
      gateway: '10.77.0.2',
    });
    expect(networkChange({ ...untouched, poolEnd: '10.77.0.150', poolStart: '' }, untouched)).toEqual({
      poolEnd: '10.77.0.150',
    });
    expect(networkChange({ ...untouched, name: ' ' }, untouched)).toBeNull();
    expect(networkChange({ ...untouched, cidr: '' }, untouched)).toBeNull();
  });
});

describe('the DHCP word', () => {
  const network = (interfaceName: string, dhcpMode: 'off' | 'watching' | 'full') => ({
    interfaceName,
    dhcpMode,
  });

  it('is the boldest of all networks, with the interfaces that have it', () => {
    const all = [network('a', 'off'), network('b', 'full'), network('c', 'watching')];
    expect(dhcpWord(all)).toBe('full');
    expect(dhcpPlaces(all, 'full')).toBe('b');
    expect(dhcpWord([network('a', 'off'), network('c', 'watching')])).toBe('watching');
    expect(dhcpWord([])).toBe('off');
    expect(dhcpPlaces(all, 'off')).toBe('');
  });
});

describe('the form of a VLAN interface', () => {
  const form = { parent: 'enp3s0', vlanId: '100', address: '10.100.0.1/24' };

  it('asks for exactly what is made', () => {
    expect(vlanInput(form, ['enp3s0'])).toEqual({
      parent: 'enp3s0',
      vlanId: 100,
      address: '10.100.0.1',
      prefixLength: 24,
    });
  });

  it('takes no tag that is none, that is there, or whose name is too long for Linux', () => {
    const wrong = (change: object, names: string[] = []) => [
      ...wrongVlanFields({ ...form, ...change }, names),
    ];
    expect(wrong({ vlanId: '4095' })).toEqual(['vlanId']);
    expect(wrong({ vlanId: '0' })).toEqual(['vlanId']);
    expect(wrong({}, ['enp3s0.100'])).toEqual(['vlanId']);
    expect(wrong({ parent: 'enx001b21aabb01' })).toEqual(['vlanId']);
    expect(wrong({ address: '10.100.0.1' })).toEqual(['address']);
    expect(wrong({ address: '10.100.0.1/31' })).toEqual(['address']);
    expect(vlanInput({ ...form, vlanId: '' }, [])).toBeNull();
  });

  it('puts no tag on a tag', () => {
    const one = nic('10.0.0.1', 24);
    expect(canCarryVlans(one)).toBe(true);
    expect(canCarryVlans({ ...one, vlan: { parent: 'a', vlanId: 1, ours: false } })).toBe(false);
  });
});
