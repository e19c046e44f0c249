import { describe, expect, it } from 'vitest';
import {
  type NetworkRow,
  networkInputs,
  newNetworkRow,
  placeKey,
  wrongNetworkFields,
} from '#renderer/features/deploy/network-rows.ts';
import { networkRequest } from '#shared/contract/index.ts';
import type { NetworkId, PortgroupId, PortId } from '#shared/model/ids.ts';

const networkId = '44444444-4444-4444-8444-444444444444' as NetworkId;
const portId = '55555555-5555-4555-8555-555555555555' as PortId;
const row = (change: Partial<NetworkRow> = {}): NetworkRow => ({ ...newNetworkRow(), ...change });
const only = (change: Partial<NetworkRow>) => networkInputs([row(change)])?.[0];

describe('a network of the deploy dialog', () => {
  it('by its tag, with a static address, becomes a request that the engine accepts', () => {
    const input = only({
      vlanId: '120',
      place: { by: 'port', portId },
      tagging: 'tagged',
      method: 'static',
      address: '10.1.2.3/23',
      gateway: '10.1.2.1',
      dns: '10.1.2.1, 10.1.2.2',
      mtu: '9000',
      routes: '10.0.0.0/8 via 10.1.2.254\n\n 172.16.0.0/12   via 10.1.2.253 ',
    });
    expect(input).toEqual({
      segmentationId: 120,
      place: { by: 'port', portId },
      tagging: 'tagged',
      address: {
        method: 'static',
        address: '10.1.2.3',
        prefixLength: 23,
        gateway: '10.1.2.1',
        dns: ['10.1.2.1', '10.1.2.2'],
      },
      mtu: 9000,
      routes: [
        { destination: '10.0.0.0/8', via: '10.1.2.254' },
        { destination: '172.16.0.0/12', via: '10.1.2.253' },
      ],
    });
    expect(networkRequest.safeParse(input).success).toBe(true);
  });

  it('that is one of ours has the tag of that one, whatever was typed before', () => {
    const input = only({ networkId, vlanId: '99999' });
    expect(input).toEqual({
      networkId,
      place: { by: 'match' },
      tagging: 'auto',
      address: { method: 'dhcp' },
    });
    expect(networkRequest.safeParse(input).success).toBe(true);
  });

  it('without an address has no routes, and nothing of a static one that is typed counts', () => {
    const input = only({ method: 'none', address: 'x', routes: 'nonsense' });
    expect(input).toEqual({ place: { by: 'match' }, tagging: 'auto', address: { method: 'none' } });
  });

  it('with a static address is complete with it only; until then nothing is asked for', () => {
    expect(wrongNetworkFields(row({ method: 'static' }))).toEqual(new Set());
    expect(networkInputs([row(), row({ method: 'static' })])).toBeNull();
    expect(networkInputs([])).toEqual([]);
  });

  it('names the fields that cannot be used', () => {
    const wrong = (change: Partial<NetworkRow>) => [...wrongNetworkFields(row(change))];
    for (const vlanId of ['0', '4095', '1x', '-1']) expect(wrong({ vlanId }), vlanId).toEqual(['vlanId']);
    for (const mtu of ['575', '9217', '1500.5']) expect(wrong({ mtu }), mtu).toEqual(['mtu']);
    for (const address of ['10.1.2.3', '10.1.2.3/0', '10.1.2.3/33', '10.1.2/24', '10.1.2.3/24/1'])
      expect(wrong({ method: 'static', address }), address).toEqual(['address']);
    expect(wrong({ method: 'static', gateway: 'x' })).toEqual(['gateway']);
    expect(wrong({ method: 'static', dns: '10.0.0.1 x' })).toEqual(['dns']);
    expect(wrong({ method: 'static', dns: Array(7).fill('10.0.0.1').join(',') })).toEqual(['dns']);
    for (const routes of ['10.0.0.0/8', '10.0.0.0/8 10.1.2.1', '10.0.0.1/99 via 10.1.2.1', 'x via y'])
      expect(wrong({ routes }), routes).toEqual(['routes']);
  });

  it('has a place of its own among all places', () => {
    const keys = [
      placeKey({ by: 'match' }),
      placeKey({ by: 'provisioning' }),
      placeKey({ by: 'port', portId }),
      placeKey({ by: 'portgroup', portgroupId: networkId as string as PortgroupId }),
    ];
    expect(new Set(keys).size).toBe(4);
  });
});
