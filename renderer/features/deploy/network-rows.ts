import type { z } from 'zod';
import type { Network, NetworkPlace, networkRequest } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { parseCidr, parseIpv4 } from '#shared/model/ip.ts';
import { type Keyed, newRowKey } from '../../ui/list-rows.ts';

type NetworkInput = z.input<typeof networkRequest>;
type RouteInput = NonNullable<NetworkInput['routes']>[number];

export const taggings = ['auto', 'tagged', 'untagged'] as const;
export const addressMethods = ['dhcp', 'static', 'none'] as const;

/** One network of the deploy dialog: text, as typed. */
export interface NetworkRow extends Keyed {
  /** One of ours; empty: what is on the wire, with the VLAN tag if there is one. */
  readonly networkId: string;
  readonly vlanId: string;
  readonly place: NetworkPlace;
  readonly tagging: (typeof taggings)[number];
  readonly method: (typeof addressMethods)[number];
  /** With its prefix: `10.1.2.3/24`. */
  readonly address: string;
  readonly gateway: string;
  readonly dns: string;
  readonly mtu: string;
  /** One a line: `10.0.0.0/8 via 10.1.2.254`. */
  readonly routes: string;
}

export type NetworkField = 'vlanId' | 'address' | 'gateway' | 'dns' | 'mtu' | 'routes';

const dnsMax = 6;
const routesMax = 50;

export function newNetworkRow(place: NetworkPlace = { by: 'match' }): NetworkRow {
  return {
    key: newRowKey(),
    networkId: '',
    vlanId: '',
    place,
    tagging: 'auto',
    method: 'dhcp',
    address: '',
    gateway: '',
    dns: '',
    mtu: '',
    routes: '',
  };
}

/** What a deployment begins with: the NIC of the installation, with DHCP. */
export function newNetworkRows(): readonly NetworkRow[] {
  return [newNetworkRow({ by: 'provisioning' })];
}

/** The fields whose text cannot be used. An empty one that is needed counts as incomplete, not as wrong. */
export function wrongNetworkFields(row: NetworkRow): ReadonlySet<NetworkField> {
  const wrong = new Set<NetworkField>();
  if (row.networkId === '' && !isEmptyOr(row.vlanId, 1, 4094)) wrong.add('vlanId');
  if (!isEmptyOr(row.mtu, 576, 9216)) wrong.add('mtu');
  if (row.method !== 'none') {
    const routes = routeLines(row);
    if (routes.length > routesMax || routes.some(line => routeOf(line) === undefined)) wrong.add('routes');
  }
  if (row.method !== 'static') return wrong;
  if (row.address !== '' && addressOf(row.address) === undefined) wrong.add('address');
  if (row.gateway !== '' && parseIpv4(row.gateway) === undefined) wrong.add('gateway');
  const servers = dnsServers(row);
  if (servers.length > dnsMax || servers.some(server => parseIpv4(server) === undefined)) wrong.add('dns');
  return wrong;
}

/** What the engine is asked for; null until everything that it needs is there and right. */
export function networkInputs(rows: readonly NetworkRow[]): NetworkInput[] | null {
  const inputs = rows.flatMap(row => networkInput(row) ?? []);
  return inputs.length === rows.length ? inputs : null;
}

function networkInput(row: NetworkRow): NetworkInput | undefined {
  const address = addressChoice(row);
  if (wrongNetworkFields(row).size > 0 || address === undefined) return undefined;
  const routes = row.method === 'none' ? [] : routeLines(row).flatMap(line => routeOf(line) ?? []);
  return {
    ...(row.networkId !== '' && { networkId: row.networkId as NetworkId }),
    ...(row.networkId === '' && row.vlanId !== '' && { segmentationId: Number(row.vlanId) }),
    place: row.place,
    tagging: row.tagging,
    address,
    ...(routes.length > 0 && { routes }),
    ...(row.mtu !== '' && { mtu: Number(row.mtu) }),
  };
}

function addressChoice(row: NetworkRow): NetworkInput['address'] | undefined {
  if (row.method !== 'static') return { method: row.method };
  const address = addressOf(row.address);
  if (address === undefined) return undefined;
  const gateway = row.gateway === '' ? null : row.gateway;
  return { method: 'static', ...address, gateway, dns: [...dnsServers(row)] };
}

function addressOf(text: string): { address: string; prefixLength: number } | undefined {
  const [address = '', prefix = '', ...more] = text.split('/');
  if (parseIpv4(address) === undefined || more.length > 0 || !/^([1-9]|[12]\d|3[0-2])$/.test(prefix))
    return undefined;
  return { address, prefixLength: Number(prefix) };
}

function routeOf(line: string): RouteInput | undefined {
  const [destination = '', word = '', via = '', ...more] = line.split(/\s+/);
  if (word !== 'via' || more.length > 0) return undefined;
  if (parseCidr(destination) === undefined || parseIpv4(via) === undefined) return undefined;
  return { destination, via };
}

function routeLines({ routes }: NetworkRow): readonly string[] {
  return routes
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}

function dnsServers({ dns }: NetworkRow): readonly string[] {
  return dns.split(/[\s,;]+/).filter(word => word !== '');
}

function isEmptyOr(text: string, least: number, most: number): boolean {
  return text === '' || (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most);
}

/** A place as the value of a field. */
export function placeKey(place: NetworkPlace): string {
  switch (place.by) {
    case 'port':
      return place.portId;
    case 'portgroup':
      return place.portgroupId;
    case 'match':
    case 'provisioning':
      return place.by;
  }
}

/** The network's own tag where it is one of ours. */
export function vlanOfRow(row: NetworkRow, network: Network | undefined): number | null {
  if (row.networkId !== '') return network?.segmentationId ?? null;
  return row.vlanId === '' ? null : Number(row.vlanId);
}
