import type { LeaseStore } from '#engine/net/dhcp/lease-store.ts';
import type { DhcpNetwork } from '#engine/net/dhcp/network.ts';
import type { DhcpPolicy } from '#engine/net/dhcp/policy.ts';
import { startDhcpServer } from '#engine/net/dhcp/server.ts';
import type { DhcpSettings } from '#engine/net/dhcp/session.ts';
import type { FileSource } from '#engine/net/file-source/file-source.ts';
import type { HttpHandler } from '#engine/net/http/answer.ts';
import { createHttpService } from '#engine/net/http/server.ts';
import { createTftpServer } from '#engine/net/tftp/server.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import type { CodedError, Network, ServiceName } from '#shared/contract/index.ts';
import { type Ipv4, parseCidr } from '#shared/model/ip.ts';
import type { DownloadTag } from './http-routes.ts';
import type { Observers } from './observations.ts';
import type { ServiceBoard } from './service-board.ts';
import type { WireSockets } from './wire-sockets.ts';

export interface WireParts {
  readonly network: Network;
  /** Networks behind relays that reach us through this interface. */
  readonly relayed: readonly Network[];
  /** Ours on that wire. */
  readonly address: Ipv4;
  /** A wire of the virtual rack: loopback, free ports, clients that ask from their own port. */
  readonly simulated: boolean;
  readonly ports: { readonly dhcp: number; readonly tftp: number; readonly http: number };
  readonly sockets: WireSockets;
  readonly leases: LeaseStore;
  /** Leases of messages that came together cost one flush to the disk. */
  readonly inOneCommit: (work: () => void) => void;
  readonly policy: DhcpPolicy;
  readonly bootFiles: FileSource;
  readonly routes: HttpHandler<DownloadTag>;
  readonly observers: Observers;
  readonly board: ServiceBoard;
  readonly now: () => number;
}

/** One network served: what runs, where, and how to end it. */
export interface Wire {
  readonly network: Network;
  readonly address: Ipv4;
  /** 0 where the service does not run. */
  readonly ports: { readonly dhcp: number; readonly tftp: number; readonly http: number };
  close(): Promise<void>;
}

/**
 * Starts what the network's mode asks for: *watching* only listens to DHCP, *full* serves DHCP, TFTP and HTTP.
 * A service that cannot start is shown with its reason and does not stop the others.
 */
export async function openWire(parts: WireParts): Promise<Wire> {
  const { network } = parts;
  const full = network.dhcpMode === 'full';
  const http = full ? await attempt(parts, 'http', () => startHttp(parts)) : undefined;
  const tftp = full ? await attempt(parts, 'tftp', () => startTftp(parts)) : undefined;
  const dhcp = network.dhcpMode === 'off' ? undefined : await attempt(parts, 'dhcp', () => startDhcp(parts));
  const running = [dhcp, tftp, http];
  return {
    network,
    address: parts.address,
    ports: { dhcp: dhcp?.port ?? 0, tftp: tftp?.port ?? 0, http: http?.port ?? 0 },
    async close() {
      await Promise.allSettled(running.map(async service => service?.close()));
      for (const name of ['dhcp', 'tftp', 'http'] as const) parts.board.remove(name, network.id);
    },
  };
}

interface Running {
  readonly port: number;
  readonly close: () => Promise<void>;
}

async function attempt(
  parts: WireParts,
  name: ServiceName,
  start: () => Promise<Running>,
): Promise<Running | undefined> {
  const { network, address, board } = parts;
  const word = name === 'dhcp' ? `${network.dhcpMode} on ` : '';
  const place = `${word}${network.interfaceName}`;
  const where = `${place} (${address})`;
  board.set(name, network.id, { state: 'starting', detail: where });
  try {
    const running = await start();
    board.set(name, network.id, { state: 'on', detail: `${place} (${address}:${running.port})` });
    return running;
  } catch (error) {
    const coded: CodedError = asCodedError(error);
    board.set(name, network.id, { state: 'failed', detail: where, error: coded });
    return undefined;
  }
}

async function startHttp({ address, ports, routes, observers, board }: WireParts): Promise<Running> {
  return createHttpService<DownloadTag>({
    listen: { address, port: ports.http },
    handler: routes,
    observe(observation) {
      board.packet('http');
      observers.http(observation);
    },
  });
}

async function startTftp(parts: WireParts): Promise<Running> {
  const { sockets, network, address, observers, board } = parts;
  const at = { interfaceName: network.interfaceName, address };
  const socket = await sockets.openUdp({ ...at, port: parts.ports.tftp });
  const server = createTftpServer({
    socket,
    openTransferSocket: () => sockets.openUdp({ ...at, port: 0 }),
    source: parts.bootFiles,
    observe(observation) {
      board.packet('tftp');
      observers.tftp(observation);
    },
  });
  return { port: socket.address().port, close: () => server.close() };
}

const everyAddress = '0.0.0.0' as Ipv4;

async function startDhcp(parts: WireParts): Promise<Running> {
  const { sockets, network, address, observers, board, simulated } = parts;
  const { interfaceName } = network;
  const listenOn = simulated ? address : everyAddress;
  const socket = await sockets.openUdp({ interfaceName, address: listenOn, port: parts.ports.dhcp });
  const { port } = socket.address();
  const full = network.dhcpMode === 'full';
  // Both need a raw socket: without that right, addresses are given unprobed and iPXE waits its 16 s.
  const probe = full ? await sockets.openProbe(interfaceName).catch(() => undefined) : undefined;
  const router = full
    ? await sockets.answerRouterSolicitations(interfaceName).catch(() => undefined)
    : undefined;
  const server = startDhcpServer({
    socket,
    settings: dhcpSettings(parts),
    leases: parts.leases,
    inOneCommit: parts.inOneCommit,
    policy: parts.policy,
    observe(event) {
      board.packet('dhcp');
      observers.dhcp(event, interfaceName);
    },
    ...(probe === undefined || simulated
      ? {}
      : { probe: (candidate, client) => probe.inUse(candidate, client) }),
    now: parts.now,
    replyTo: simulated ? 'source' : 'rfc2131',
  });
  return {
    port,
    async close() {
      probe?.close();
      router?.close();
      await server.close();
    },
  };
}

function dhcpSettings({ network, relayed, address }: WireParts): DhcpSettings {
  return {
    mode: network.dhcpMode,
    serverAddress: address,
    networks: {
      direct: dhcpNetwork(network, address),
      relayed: relayed.map(other => dhcpNetwork(other, address)),
    },
  };
}

function dhcpNetwork(network: Network, ours: Ipv4): DhcpNetwork {
  const subnet = parseCidr(network.cidr);
  if (subnet === undefined) throw new Error(`network ${network.name} has no subnet: ${network.cidr}`);
  return {
    id: network.id,
    subnet,
    pool: { first: network.poolStart, last: network.poolEnd },
    leaseSeconds: network.leaseSeconds,
    routers: network.gateway === null ? [] : [network.gateway],
    dnsServers: network.dns,
    ...(network.domain === '' ? {} : { domainName: network.domain }),
    isReserved: candidate => candidate === ours || candidate === network.gateway,
  };
}
