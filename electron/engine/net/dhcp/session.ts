import { assertNever } from '#shared/model/assert-never.ts';
import { type Ipv4, subnetContains } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import {
  type AddressBook,
  type Asker,
  allocate,
  createAddressBook,
  dropHold,
  holdForProbe,
  holdOffer,
  mayHave,
  probedFor,
  quarantine,
} from './address-book.ts';
import { type DhcpClient, describeClient } from './client.ts';
import type { DhcpEvent, IgnoreReason } from './event.ts';
import type { Lease, LeaseReader } from './lease-store.ts';
import { type DhcpNetwork, type DhcpNetworks, networkOf } from './network.ts';
import { type DhcpPacket, unspecifiedAddress } from './packet.ts';
import type { DhcpDecision, DhcpPolicy } from './policy.ts';
import { type DhcpDestination, destinationOf, grant, type ReplyParts, refuse } from './reply.ts';

/**
 * `watching` answers nobody and reports every machine; `renewing` also keeps up the leases that we gave, whose machines
 * would lose their address in the middle of their work; `off` does not even look. A ProxyDHCP mode joins them here.
 */
export type DhcpMode = 'off' | 'watching' | 'renewing' | 'full';

export interface DhcpSettings {
  readonly mode: DhcpMode;
  /** Our own address on the interface: the server identifier. */
  readonly serverAddress: Ipv4;
  readonly networks: DhcpNetworks;
}

export interface DhcpSessionParts {
  readonly settings: DhcpSettings;
  readonly policy: DhcpPolicy;
  readonly leases: LeaseReader;
  /** Whether a pool address is probed before it is offered to a machine that does not hold it. */
  readonly probesAddresses: boolean;
}

type DhcpSessionEvent =
  | { readonly kind: 'packet'; readonly packet: DhcpPacket; readonly source: Ipv4 }
  /** The answer to a `probe` action. */
  | { readonly kind: 'probed'; readonly address: Ipv4; readonly inUse: boolean };

/** To be done in their order: a lease is saved before the message that grants it is sent. */
export type DhcpAction =
  | { readonly kind: 'observe'; readonly event: DhcpEvent }
  | { readonly kind: 'save_lease'; readonly lease: Lease }
  | { readonly kind: 'remove_lease'; readonly networkId: string; readonly address: Ipv4 }
  | { readonly kind: 'probe'; readonly address: Ipv4; readonly mac: Mac }
  | {
      readonly kind: 'send';
      readonly client: DhcpClient;
      readonly packet: DhcpPacket;
      readonly maxSizeBytes: number;
      readonly to: DhcpDestination;
    };

export interface DhcpSession {
  handle(event: DhcpSessionEvent, nowMs: number): readonly DhcpAction[];
  /** Takes effect at the next message; leases and open offers stay. */
  configure(settings: DhcpSettings): void;
}

type Admission = Extract<DhcpDecision, { answer: true }>;

interface State {
  settings: DhcpSettings;
  readonly policy: DhcpPolicy;
  readonly probesAddresses: boolean;
  readonly book: AddressBook;
  /** The latest DISCOVER of each machine whose address is being probed, by that address. */
  readonly waiting: Map<Ipv4, DhcpPacket>;
}

/** One admitted message with all that the answer needs. */
interface Turn extends ReplyParts {
  readonly state: State;
  readonly decision: Admission;
  readonly asker: Asker;
  readonly nowMs: number;
}

/** IP and UDP headers, which option 57 counts (RFC 2132 §9.10). */
const headerBytes = 28;
const defaultMaxMessageBytes = 576;
const ethernetMtuBytes = 1500;

/** The server's side of RFC 2131 for one interface, without socket and clock. */
export function createDhcpSession(parts: DhcpSessionParts): DhcpSession {
  const state: State = {
    settings: parts.settings,
    policy: parts.policy,
    probesAddresses: parts.probesAddresses,
    book: createAddressBook(parts.leases, () => state.settings.serverAddress),
    waiting: new Map(),
  };
  return {
    handle(event, nowMs) {
      switch (event.kind) {
        case 'packet':
          return onPacket(state, event.packet, event.source, nowMs);
        case 'probed':
          return onProbed(state, event.address, event.inUse, nowMs);
        default:
          return assertNever(event);
      }
    },
    configure(settings) {
      state.settings = settings;
    },
  };
}

function onPacket(state: State, packet: DhcpPacket, source: Ipv4, nowMs: number): DhcpAction[] {
  const { mode } = state.settings;
  if (mode === 'off') return [];
  if (packet.op === 'reply') return [notForUs(source, 0, "a server's message where a client's belongs")];
  const client = describeClient(packet);
  if (client === undefined) return [notForUs(source, 240, 'no message type of RFC 2131')];
  const seen: DhcpAction = { kind: 'observe', event: { kind: 'seen', client } };
  switch (mode) {
    case 'watching':
      return [seen, ignore(client, 'watching')];
    case 'renewing':
      if (!isRenewal(state, client, nowMs)) return [seen, ignore(client, 'watching')];
      return [seen, ...answer(state, packet, client, source, nowMs)];
    case 'full':
      return [seen, ...answer(state, packet, client, source, nowMs)];
    default:
      return assertNever(mode);
  }
}

/** INIT-REBOOT, RENEWING or REBINDING of a lease of ours that still runs: no offer of anybody is at stake. */
function isRenewal(state: State, client: DhcpClient, nowMs: number): boolean {
  const network = networkOf(state.settings.networks, client);
  if (network === undefined || client.messageType !== 'request' || client.serverIdentifier !== undefined)
    return false;
  const lease = state.book.leases.findByMac(network.id, client.mac);
  const address = client.clientAddress ?? client.requestedAddress;
  return lease !== undefined && lease.address === address && lease.expiresAtMs > nowMs;
}

function answer(
  state: State,
  request: DhcpPacket,
  client: DhcpClient,
  source: Ipv4,
  nowMs: number,
): DhcpAction[] {
  const network = networkOf(state.settings.networks, client);
  if (network === undefined) return [ignore(client, 'unknown_relay', client.relay?.address)];
  const whenAdmitted = (handle: (turn: Turn) => DhcpAction[]) =>
    admit(state, request, client, network, nowMs, handle);
  switch (client.messageType) {
    case 'discover':
      return whenAdmitted(onDiscover);
    case 'request':
      return whenAdmitted(onRequest);
    case 'inform':
      return whenAdmitted(turn => onInform(turn, source));
    case 'decline':
      return onDecline(state, client, network, nowMs);
    case 'release':
      return onRelease(state, client, network);
    case 'offer':
    case 'ack':
    case 'nak':
      return [ignore(client, 'not_from_client')];
    default:
      return assertNever(client.messageType);
  }
}

function admit(
  state: State,
  request: DhcpPacket,
  client: DhcpClient,
  network: DhcpNetwork,
  nowMs: number,
  handle: (turn: Turn) => DhcpAction[],
): DhcpAction[] {
  const decision = state.policy(client, network.id);
  if (!decision.answer) return [ignore(client, 'policy', decision.reason)];
  const { serverAddress } = state.settings;
  const asker: Asker = { network, mac: client.mac, reservedAddress: decision.reservedAddress, nowMs };
  return handle({ state, request, client, network, decision, asker, nowMs, serverAddress });
}

function onDiscover(turn: Turn): DhcpAction[] {
  const { state, client, network, nowMs } = turn;
  const probed = probedFor(state.book, network.id, client.mac, nowMs);
  if (probed === undefined) return offerOrProbe(turn);
  // The client tries again while we look: it gets its one answer with the newer transaction id.
  state.waiting.set(probed, turn.request);
  return [ignore(client, 'probing', probed)];
}

function offerOrProbe(turn: Turn): DhcpAction[] {
  const { state, client, asker } = turn;
  const allocation = allocate(state.book, asker, client.requestedAddress);
  switch (allocation.kind) {
    case 'ready':
      return offer(turn, allocation.address);
    case 'needs_probe':
      if (!isProbed(turn)) return offer(turn, allocation.address);
      holdForProbe(state.book, asker, allocation.address);
      state.waiting.set(allocation.address, turn.request);
      return [{ kind: 'probe', address: allocation.address, mac: client.mac }];
    case 'no_pool':
      return [ignore(client, 'no_pool')];
    case 'exhausted':
      return [ignore(client, 'pool_exhausted', turn.network.id)];
    default:
      return assertNever(allocation);
  }
}

/** ARP ends at a router: what a relay leads to cannot be asked from our own wire. */
function isProbed({ state, network }: Turn): boolean {
  return state.probesAddresses && network === state.settings.networks.direct;
}

function onProbed(state: State, address: Ipv4, inUse: boolean, nowMs: number): DhcpAction[] {
  const request = state.waiting.get(address);
  state.waiting.delete(address);
  const client = request === undefined ? undefined : describeClient(request);
  const network = client === undefined ? undefined : networkOf(state.settings.networks, client);
  if (request === undefined || client === undefined || network === undefined) return [];
  dropHold(state.book, network.id, client.mac);
  const found: DhcpAction[] = [];
  if (inUse) {
    quarantine(state.book, address, nowMs);
    found.push(conflict(client, network, address, 'probe'));
  }
  if (state.settings.mode !== 'full') return found;
  const next = admit(state, request, client, network, nowMs, turn =>
    mayHave(state.book, turn.asker, address) ? offer(turn, address) : offerOrProbe(turn),
  );
  return [...found, ...next];
}

function offer(turn: Turn, address: Ipv4): DhcpAction[] {
  holdOffer(turn.state.book, turn.asker, address);
  return sendGrant(turn, 'offer', address);
}

/** RFC 2131 §4.3.2: which of its four states the client is in shows in the fields it fills. */
function onRequest(turn: Turn): DhcpAction[] {
  const { client } = turn;
  if (client.serverIdentifier !== undefined) return onSelecting(turn, client.serverIdentifier);
  if (client.clientAddress !== undefined) return onKnownAddress(turn, client.clientAddress);
  if (client.requestedAddress !== undefined) return onKnownAddress(turn, client.requestedAddress);
  return [ignore(client, 'incomplete', 'REQUEST without an address')];
}

/** The answer to an offer, ours or another server's. */
function onSelecting(turn: Turn, chosenServer: Ipv4): DhcpAction[] {
  const { state, client, network, asker } = turn;
  if (chosenServer !== turn.serverAddress) {
    dropHold(state.book, network.id, client.mac);
    return [ignore(client, 'other_server', chosenServer)];
  }
  const address = client.requestedAddress ?? client.clientAddress;
  if (address === undefined) return [ignore(client, 'incomplete', 'REQUEST without an address')];
  return mayHave(state.book, asker, address)
    ? acknowledge(turn, address)
    : deny(turn, address, `${address} is not free for you`);
}

/** INIT-REBOOT, RENEWING and REBINDING: the client has an address and asks whether it still holds. */
function onKnownAddress(turn: Turn, address: Ipv4): DhcpAction[] {
  const { state, client, network, asker } = turn;
  if (!subnetContains(network.subnet, address))
    return deny(turn, address, `${address} does not belong to this network`);
  const lease = state.book.leases.findByMac(network.id, client.mac);
  const isReservation =
    asker.reservedAddress !== undefined && subnetContains(network.subnet, asker.reservedAddress);
  if (lease === undefined && !isReservation) return [ignore(client, 'no_record', address)];
  const isKnown = lease?.address === address || asker.reservedAddress === address;
  return isKnown && mayHave(state.book, asker, address)
    ? acknowledge(turn, address)
    : deny(turn, address, `${address} is not yours any more`);
}

/** RFC 2131 §4.3.5: parameters for an address that the client has from elsewhere. */
function onInform(turn: Turn, source: Ipv4): DhcpAction[] {
  // Some clients leave ciaddr empty and count on their source address.
  const clientAddress = turn.client.clientAddress ?? source;
  if (!subnetContains(turn.network.subnet, clientAddress))
    return [ignore(turn.client, 'no_record', clientAddress)];
  return sendGrant({ ...turn, request: { ...turn.request, clientAddress } }, 'ack', undefined);
}

function onDecline(state: State, client: DhcpClient, network: DhcpNetwork, nowMs: number): DhcpAction[] {
  const address = client.requestedAddress;
  if (address === undefined) return [ignore(client, 'incomplete', 'DECLINE without an address')];
  if (isForOther(state, client)) return [ignore(client, 'other_server', client.serverIdentifier)];
  const lease = state.book.leases.findByAddress(network.id, address);
  // Only its holder may decline an address: else one stranger could empty the pool.
  if (lease?.mac !== client.mac) return [ignore(client, 'no_record', address)];
  dropHold(state.book, network.id, client.mac);
  quarantine(state.book, address, nowMs);
  return [
    { kind: 'remove_lease', networkId: network.id, address },
    conflict(client, network, address, 'decline'),
  ];
}

function onRelease(state: State, client: DhcpClient, network: DhcpNetwork): DhcpAction[] {
  const address = client.clientAddress;
  if (address === undefined) return [ignore(client, 'incomplete', 'RELEASE without an address')];
  if (isForOther(state, client)) return [ignore(client, 'other_server', client.serverIdentifier)];
  const lease = state.book.leases.findByAddress(network.id, address);
  if (lease?.mac !== client.mac) return [ignore(client, 'no_record', address)];
  dropHold(state.book, network.id, client.mac);
  return [
    { kind: 'remove_lease', networkId: network.id, address },
    { kind: 'observe', event: { kind: 'released', client, networkId: network.id, address } },
  ];
}

function isForOther(state: State, client: DhcpClient): boolean {
  return client.serverIdentifier !== undefined && client.serverIdentifier !== state.settings.serverAddress;
}

function acknowledge(turn: Turn, address: Ipv4): DhcpAction[] {
  const { state, client, network, decision, nowMs } = turn;
  const earlier = state.book.leases.findByMac(network.id, client.mac);
  dropHold(state.book, network.id, client.mac);
  const lease: Lease = {
    networkId: network.id,
    address,
    mac: client.mac,
    expiresAtMs: nowMs + network.leaseSeconds * 1000,
    hostName: decision.hostName ?? client.hostName ?? '',
  };
  // Saved first: should the disk be full, the machine still has what it had.
  return [
    { kind: 'save_lease', lease },
    ...(earlier === undefined || earlier.address === address ? [] : [removal(earlier)]),
    ...sendGrant(turn, 'ack', address),
  ];
}

function removal({ networkId, address }: Lease): DhcpAction {
  return { kind: 'remove_lease', networkId, address };
}

function sendGrant(turn: Turn, message: 'offer' | 'ack', yourAddress: Ipv4 | undefined): DhcpAction[] {
  const packet = grant(turn, message, turn.decision, yourAddress);
  const address = yourAddress ?? turn.request.clientAddress;
  return send(turn, message, packet, destinationOf(packet, message), address);
}

function deny(turn: Turn, address: Ipv4, reason: string): DhcpAction[] {
  const packet = refuse(turn, reason);
  const isRoutedRenewal =
    turn.network !== turn.state.settings.networks.direct && turn.request.relayAddress === unspecifiedAddress;
  // A machine that renews past its relay would not hear a broadcast on our wire.
  const to: DhcpDestination = isRoutedRenewal
    ? { kind: 'unicast', address: turn.request.clientAddress }
    : destinationOf(packet, 'nak');
  dropHold(turn.state.book, turn.network.id, turn.client.mac);
  return send(turn, 'nak', packet, to, address);
}

function send(
  turn: Turn,
  message: 'offer' | 'ack' | 'nak',
  packet: DhcpPacket,
  to: DhcpDestination,
  address: Ipv4,
): DhcpAction[] {
  const { client, network, decision } = turn;
  const limitBytes = Math.min(client.maxMessageSizeBytes ?? defaultMaxMessageBytes, ethernetMtuBytes);
  const bootFile = message === 'nak' ? undefined : decision.bootFile?.fileName;
  const withheld = message === 'nak' ? undefined : decision.withheld;
  return [
    { kind: 'send', client, packet, maxSizeBytes: limitBytes - headerBytes, to },
    {
      kind: 'observe',
      event: { kind: 'answered', client, networkId: network.id, message, address, bootFile, withheld },
    },
  ];
}

function ignore(client: DhcpClient, reason: IgnoreReason, detail = ''): DhcpAction {
  return { kind: 'observe', event: { kind: 'ignored', client, reason, detail } };
}

function notForUs(source: Ipv4, offset: number, reason: string): DhcpAction {
  return { kind: 'observe', event: { kind: 'malformed', source, offset, reason } };
}

function conflict(
  client: DhcpClient,
  network: DhcpNetwork,
  address: Ipv4,
  foundBy: 'probe' | 'decline',
): DhcpAction {
  return {
    kind: 'observe',
    event: { kind: 'address_in_use', client, networkId: network.id, address, foundBy },
  };
}
