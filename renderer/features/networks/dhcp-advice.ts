import type { DhcpMode, Network, NetworkInterface } from '#shared/contract/index.ts';
import { parseCidr, parseIpv4, subnetContains } from '#shared/model/ip.ts';
import { isSimulated } from '#shared/model/simulated-network.ts';
import type { Tone } from '../../ui/tone.ts';

const adviceNotes = [
  'harmless',
  'deploysNothing',
  'noInterface',
  'noLink',
  'noAddress',
  'relayOnly',
  'besideOthers',
  'alone',
  'searchesFirst',
  'defaultRoute',
] as const;
type AdviceNote = (typeof adviceNotes)[number];

export interface Advice {
  readonly tone: Tone;
  /** As catalogue key `networks.advice.<note>`. */
  readonly note: AdviceNote;
}

/** What a mode would do on this wire, given what is known of it. The engine decides again. */
export function dhcpAdvice(
  network: Network,
  nic: NetworkInterface | undefined,
  mode: DhcpMode,
): readonly Advice[] {
  switch (mode) {
    case 'off':
      return [{ tone: 'idle', note: 'deploysNothing' }];
    case 'watching':
      if (isSimulated(network)) return [];
      return [{ tone: 'good', note: 'harmless' }, ...wireAdvice(network, nic, false)];
    case 'full':
      if (isSimulated(network)) return [];
      return [...wireAdvice(network, nic, true), ...fullAdvice(network, nic)];
  }
}

function wireAdvice(
  network: Network,
  nic: NetworkInterface | undefined,
  needsAddress: boolean,
): readonly Advice[] {
  if (nic === undefined) return [{ tone: 'failed', note: 'noInterface' }];
  const notes: Advice[] = [];
  if (!nic.up || !nic.carrier) notes.push({ tone: 'waiting', note: 'noLink' });
  // With an address of another network it still serves what lies behind a relay.
  if (needsAddress && nic.addresses.length === 0) notes.push({ tone: 'failed', note: 'noAddress' });
  else if (needsAddress && !hasAddressIn(nic, network)) notes.push({ tone: 'waiting', note: 'relayOnly' });
  return notes;
}

function fullAdvice(network: Network, nic: NetworkInterface | undefined): readonly Advice[] {
  const notes: Advice[] = [];
  if (network.otherServers.length > 0) notes.push({ tone: 'waiting', note: 'besideOthers' });
  else if (network.checkedAt === null) notes.push({ tone: 'idle', note: 'searchesFirst' });
  else notes.push({ tone: 'good', note: 'alone' });
  if (nic?.hasDefaultRoute === true) notes.push({ tone: 'waiting', note: 'defaultRoute' });
  return notes;
}

function hasAddressIn({ addresses }: NetworkInterface, { cidr }: Network): boolean {
  const subnet = parseCidr(cidr);
  return addresses.some(({ address }) => {
    const parsed = parseIpv4(address);
    return subnet !== undefined && parsed !== undefined && subnetContains(subnet, parsed);
  });
}
