import type { NetworkInterface, RacksideClient } from '#shared/contract/index.ts';
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
}
export type NetworkField = Exclude<keyof NetworkForm, 'interfaceName'>;
export type NetworkInput = Parameters<RacksideClient['networks']['create']>[0];

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
export function wrongNetworkFields(form: NetworkForm): ReadonlySet<NetworkField> {
  const wrong = new Set<NetworkField>();
  const subnet = parseCidr(form.cidr);
  const start = parseIpv4(form.poolStart);
  const end = parseIpv4(form.poolEnd);
  if (form.cidr !== '' && subnet === undefined) wrong.add('cidr');
  if (form.poolStart !== '' && start === undefined) wrong.add('poolStart');
  if (form.poolEnd !== '' && end === undefined) wrong.add('poolEnd');
  if (subnet && start && end && !isPoolGood(subnet, start, end)) wrong.add('poolEnd');
  if (form.gateway.trim() !== '' && parseIpv4(form.gateway) === undefined) wrong.add('gateway');
  if (dnsOf(form).some(address => parseIpv4(address) === undefined)) wrong.add('dns');
  const lease = Number(form.leaseSeconds);
  if (!Number.isInteger(lease) || lease < 60 || lease > 86_400) wrong.add('leaseSeconds');
  return wrong;
}

/** Null until it is complete and right. */
export function networkInput(form: NetworkForm): NetworkInput | null {
  if (wrongNetworkFields(form).size > 0) return null;
  if (form.name.trim() === '' || form.interfaceName === '' || form.cidr.trim() === '') return null;
  return {
    name: form.name,
    interfaceName: form.interfaceName,
    cidr: form.cidr.trim(),
    ...(form.poolStart.trim() !== '' && { poolStart: form.poolStart }),
    ...(form.poolEnd.trim() !== '' && { poolEnd: form.poolEnd }),
    gateway: form.gateway.trim() === '' ? null : form.gateway,
    dns: [...dnsOf(form)],
    domain: form.domain.trim(),
    leaseSeconds: Number(form.leaseSeconds),
  };
}

function dnsOf({ dns }: NetworkForm): readonly string[] {
  return dns.split(/[\s,;]+/).filter(word => word !== '');
}
