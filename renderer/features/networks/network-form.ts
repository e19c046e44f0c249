import {
  type Network,
  type NetworkInterface,
  type NetworkPurpose,
  networkPurposes,
  type RacksideClient,
} from '#shared/contract/index.ts';
import { parseCidr, parseIpv4 } from '#shared/model/ip.ts';
import { cidrOf, defaultPool, isPoolGood, networkOf } from './network-defaults.ts';

export interface NetworkForm {
  readonly interfaceName: string;
  readonly name: string;
  readonly cidr: string;
  readonly poolStart: string;
  readonly poolEnd: string;
  readonly gateway: string;
  readonly dns: string;
  readonly domain: string;
  readonly leaseSeconds: string;
  readonly segmentationId: string;
  readonly physicalNetwork: string;
  readonly mtu: string;
  readonly purposes: readonly NetworkPurpose[];
}
export type NetworkField = Exclude<keyof NetworkForm, 'interfaceName' | 'purposes'>;
export type NetworkInput = Parameters<RacksideClient['networks']['create']>[0];
export type NetworkChange = Omit<Parameters<RacksideClient['networks']['update']>[0], 'id'>;

/** Sensible from the interface's own address; no gateway, because a provisioning network mostly has none. */
export function formForInterface(nic: NetworkInterface | undefined): NetworkForm {
  const found = nic === undefined ? undefined : networkOf(nic);
  const pool = found === undefined ? null : defaultPool(found.subnet, found.address);
  return {
    interfaceName: nic?.name ?? '',
    name: nic === undefined ? '' : `provisioning-${nic.name}`,
    cidr: nic === undefined ? '' : cidrOf(nic),
    poolStart: pool?.start ?? '',
    poolEnd: pool?.end ?? '',
    gateway: '',
    dns: '',
    domain: '',
    leaseSeconds: '600',
    // The name of an interface of ours with a VLAN says nothing of it; its tag does.
    segmentationId: nic?.vlan == null ? '' : String(nic.vlan.vlanId),
    physicalNetwork: '',
    mtu: '',
    purposes: networkPurposes,
  };
}

/** For a network that is typed: empty ends where it is none yet. */
export function proposedPool(cidr: string): Pick<NetworkForm, 'poolStart' | 'poolEnd'> {
  const subnet = parseCidr(cidr);
  const pool = subnet === undefined ? null : defaultPool(subnet, undefined);
  return { poolStart: pool?.start ?? '', poolEnd: pool?.end ?? '' };
}

export function formOfNetwork(network: Network): NetworkForm {
  const { interfaceName, name, cidr, poolStart, poolEnd, domain, physicalNetwork, purposes } = network;
  return {
    interfaceName,
    name,
    cidr,
    poolStart,
    poolEnd,
    domain,
    physicalNetwork,
    purposes,
    gateway: network.gateway ?? '',
    dns: network.dns.join(', '),
    leaseSeconds: String(network.leaseSeconds),
    segmentationId: network.segmentationId === null ? '' : String(network.segmentationId),
    mtu: network.mtu === null ? '' : String(network.mtu),
  };
}

/** For another interface: what a person typed stays, what was only proposed is proposed anew. */
export function formForOther(
  form: NetworkForm,
  from: NetworkInterface | undefined,
  to: NetworkInterface | undefined,
): NetworkForm {
  const before = formForInterface(from);
  const proposed = formForInterface(to);
  const kept = Object.entries(form).filter(([name, text]) => text !== before[name as keyof NetworkForm]);
  return { ...proposed, ...Object.fromEntries(kept), interfaceName: proposed.interfaceName };
}

/** Fields whose text cannot be used; empty ones that may be empty are right. */
export function wrongNetworkFields(form: NetworkForm): ReadonlySet<NetworkField | 'purposes'> {
  const wrong = new Set<NetworkField | 'purposes'>();
  const subnet = parseCidr(form.cidr);
  const start = parseIpv4(form.poolStart);
  const end = parseIpv4(form.poolEnd);
  if (form.cidr !== '' && subnet === undefined) wrong.add('cidr');
  if (form.poolStart !== '' && start === undefined) wrong.add('poolStart');
  if (form.poolEnd !== '' && end === undefined) wrong.add('poolEnd');
  if (subnet && start && end && !isPoolGood(subnet, start, end)) wrong.add('poolEnd');
  if (form.gateway.trim() !== '' && parseIpv4(form.gateway) === undefined) wrong.add('gateway');
  if (dnsOf(form).some(address => parseIpv4(address) === undefined)) wrong.add('dns');
  if (!isNumberIn(form.leaseSeconds, 60, 86_400)) wrong.add('leaseSeconds');
  if (form.segmentationId.trim() !== '' && !isNumberIn(form.segmentationId, 1, 4094))
    wrong.add('segmentationId');
  if (form.mtu.trim() !== '' && !isNumberIn(form.mtu, 576, 9216)) wrong.add('mtu');
  if (form.purposes.length === 0) wrong.add('purposes');
  return wrong;
}

/** Null until it is complete and right. */
export function networkInput(form: NetworkForm): NetworkInput | null {
  if (wrongNetworkFields(form).size > 0) return null;
  if (form.name.trim() === '' || form.interfaceName === '' || form.cidr.trim() === '') return null;
  return {
    ...detailsOf(form),
    interfaceName: form.interfaceName,
    cidr: form.cidr.trim(),
    ...(form.poolStart.trim() !== '' && { poolStart: form.poolStart }),
    ...(form.poolEnd.trim() !== '' && { poolEnd: form.poolEnd }),
  };
}

/** What differs from what the form began with, of what may change while the network lives: not its wire. Null while it is wrong. */
export function networkChange(form: NetworkForm, untouched: NetworkForm): NetworkChange | null {
  if (wrongNetworkFields(form).size > 0 || form.name.trim() === '' || form.cidr.trim() === '') return null;
  const before = Object.entries(changeable(untouched)).map(entry => JSON.stringify(entry));
  const changed = Object.entries(changeable(form)).filter(entry => !before.includes(JSON.stringify(entry)));
  return Object.fromEntries(changed);
}

/** An empty end of the pool is chosen by the engine. */
function changeable(form: NetworkForm) {
  const [cidr, poolStart, poolEnd] = [form.cidr.trim(), form.poolStart.trim(), form.poolEnd.trim()];
  return {
    ...detailsOf(form),
    cidr,
    ...(poolStart !== '' && { poolStart }),
    ...(poolEnd !== '' && { poolEnd }),
  };
}

function detailsOf(form: NetworkForm) {
  return {
    name: form.name,
    gateway: form.gateway.trim() === '' ? null : form.gateway,
    dns: [...dnsOf(form)],
    domain: form.domain.trim(),
    leaseSeconds: Number(form.leaseSeconds),
    segmentationId: form.segmentationId.trim() === '' ? null : Number(form.segmentationId),
    physicalNetwork: form.physicalNetwork.trim(),
    mtu: form.mtu.trim() === '' ? null : Number(form.mtu),
    purposes: networkPurposes.filter(purpose => form.purposes.includes(purpose)),
  };
}

function isNumberIn(text: string, least: number, most: number): boolean {
  return /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most;
}

function dnsOf({ dns }: NetworkForm): readonly string[] {
  return dns.split(/[\s,;]+/).filter(word => word !== '');
}
