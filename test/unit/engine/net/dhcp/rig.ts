import type { DhcpEvent } from '#engine/net/dhcp/event.ts';
import { createMemoryLeaseStore, type Lease, type LeaseStore } from '#engine/net/dhcp/lease-store.ts';
import type { DhcpNetwork } from '#engine/net/dhcp/network.ts';
import {
  addressOption,
  type DhcpMessageType,
  type DhcpOptions,
  messageTypeOption,
  optionCode,
  readMessageType,
} from '#engine/net/dhcp/options.ts';
import { type DhcpPacket, unspecifiedAddress } from '#engine/net/dhcp/packet.ts';
import type { DhcpPolicy } from '#engine/net/dhcp/policy.ts';
import type { DhcpDestination } from '#engine/net/dhcp/reply.ts';
import { createDhcpSession, type DhcpMode, type DhcpSession } from '#engine/net/dhcp/session.ts';
import { type Ipv4, parseCidr, type Subnet } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';

export const ip = (text: string) => text as Ipv4;
export const mac = (last: number) => `52:54:00:aa:00:${last.toString(16).padStart(2, '0')}` as Mac;

function subnet(text: string): Subnet {
  const parsed = parseCidr(text);
  if (parsed === undefined) throw new Error(`not a subnet: ${text}`);
  return parsed;
}

export const serverAddress = ip('10.77.0.1');

export const rackNetwork: DhcpNetwork = {
  id: 'rack',
  subnet: subnet('10.77.0.0/24'),
  pool: { first: ip('10.77.0.100'), last: ip('10.77.0.103') },
  leaseSeconds: 120,
  routers: [ip('10.77.0.254')],
  dnsServers: [ip('10.77.0.53')],
  domainName: 'rack.example',
  mtuBytes: 1400,
};

/** Behind the relay 10.88.0.1. */
const remoteNetwork: DhcpNetwork = {
  id: 'remote',
  subnet: subnet('10.88.0.0/24'),
  pool: { first: ip('10.88.0.100'), last: ip('10.88.0.110') },
  leaseSeconds: 120,
  routers: [],
  dnsServers: [],
};

export interface Sent {
  readonly type: DhcpMessageType | undefined;
  readonly packet: DhcpPacket;
  readonly to: DhcpDestination;
  readonly maxSizeBytes: number;
}

export interface Rig {
  readonly session: DhcpSession;
  readonly leases: LeaseStore;
  readonly events: DhcpEvent[];
  /** Addresses the session wants probed, in order. */
  readonly probes: Ipv4[];
  nowMs: number;
  receive(packet: DhcpPacket, source?: Ipv4): Sent[];
  probed(address: Ipv4, inUse: boolean): Sent[];
  /** Reasons of the messages ignored so far. */
  ignored(): string[];
}

export interface RigOptions {
  readonly mode?: DhcpMode;
  readonly policy?: DhcpPolicy;
  readonly direct?: DhcpNetwork;
  readonly relayed?: readonly DhcpNetwork[];
  readonly probesAddresses?: boolean;
  readonly leases?: readonly Lease[];
}

/** The session with its actions carried out at once, on a clock that stands still. */
export function createRig(options: RigOptions = {}): Rig {
  const leases = createMemoryLeaseStore(options.leases);
  const session = createDhcpSession({
    settings: {
      mode: options.mode ?? 'full',
      serverAddress,
      networks: { direct: options.direct ?? rackNetwork, relayed: options.relayed ?? [remoteNetwork] },
    },
    policy: options.policy ?? (() => ({ answer: true })),
    leases,
    probesAddresses: options.probesAddresses ?? false,
  });
  const events: DhcpEvent[] = [];
  const probes: Ipv4[] = [];

  function apply(actions: ReturnType<DhcpSession['handle']>): Sent[] {
    const sent: Sent[] = [];
    for (const action of actions) {
      if (action.kind === 'observe') events.push(action.event);
      if (action.kind === 'probe') probes.push(action.address);
      if (action.kind === 'save_lease') leases.save(action.lease);
      if (action.kind === 'remove_lease') leases.remove(action.networkId, action.address);
      if (action.kind === 'send')
        sent.push({
          type: readMessageType(action.packet.options),
          packet: action.packet,
          to: action.to,
          maxSizeBytes: action.maxSizeBytes,
        });
    }
    return sent;
  }

  const rig: Rig = {
    session,
    leases,
    events,
    probes,
    nowMs: 1_000_000,
    receive: (packet, source = unspecifiedAddress) =>
      apply(session.handle({ kind: 'packet', packet, source }, rig.nowMs)),
    probed: (address, inUse) => apply(session.handle({ kind: 'probed', address, inUse }, rig.nowMs)),
    ignored: () => events.flatMap(event => (event.kind === 'ignored' ? [event.reason] : [])),
  };
  return rig;
}

export interface MessageParts {
  readonly type: DhcpMessageType;
  readonly mac?: Mac;
  readonly transactionId?: number;
  readonly broadcast?: boolean;
  readonly clientAddress?: Ipv4;
  readonly relayAddress?: Ipv4;
  readonly requestedAddress?: Ipv4;
  readonly serverIdentifier?: Ipv4;
  readonly options?: DhcpOptions;
}

/** A message as a client sends it. */
export function message(parts: MessageParts): DhcpPacket {
  const options = new Map<number, Uint8Array>([[optionCode.messageType, messageTypeOption(parts.type)]]);
  if (parts.requestedAddress) options.set(optionCode.requestedAddress, addressOption(parts.requestedAddress));
  if (parts.serverIdentifier) options.set(optionCode.serverIdentifier, addressOption(parts.serverIdentifier));
  for (const [code, value] of parts.options ?? []) options.set(code, value);
  return {
    op: 'request',
    hops: 0,
    transactionId: parts.transactionId ?? 0x1234,
    secs: 0,
    broadcast: parts.broadcast ?? false,
    clientAddress: parts.clientAddress ?? unspecifiedAddress,
    yourAddress: unspecifiedAddress,
    serverAddress: unspecifiedAddress,
    relayAddress: parts.relayAddress ?? unspecifiedAddress,
    mac: parts.mac ?? mac(1),
    serverName: '',
    bootFile: '',
    options,
  };
}
