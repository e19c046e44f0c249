import type { LeaseStore } from '#engine/net/dhcp/lease-store.ts';
import type { DhcpNetwork } from '#engine/net/dhcp/network.ts';
import type { DhcpPolicy } from '#engine/net/dhcp/policy.ts';
import { startDhcpServer } from '#engine/net/dhcp/server.ts';
import type { DhcpMode, DhcpSettings } from '#engine/net/dhcp/session.ts';
import type { FileSource } from '#engine/net/file-source/file-source.ts';
import type { HttpHandler } from '#engine/net/http/answer.ts';
import { createHttpService } from '#engine/net/http/server.ts';
import { syslogLine } from '#engine/net/syslog/message.ts';
import { createSyslogServer } from '#engine/net/syslog/server.ts';
import { createTftpServer } from '#engine/net/tftp/server.ts';
import { CodedError, type Network } from '#shared/contract/index.ts';
import { type Ipv4, parseCidr } from '#shared/model/ip.ts';
import { isSimulated } from '#shared/model/simulated-network.ts';
import type { DownloadTag } from './download-tag.ts';
import { networkError } from './network-error.ts';
import type { Observers } from './observations.ts';
import type { ServiceBoard } from './service-board.ts';
import type { AddressProbe, Closable, WireSockets } from './wire-sockets.ts';

/** What a wire is to do. */
export interface WirePlan {
  readonly network: Network;
  /** Networks behind relays that reach us through this interface. */
  readonly relayed: readonly Network[];
  /** Ours on that wire. */
  readonly address: Ipv4;
  readonly interfaceIndex: number | undefined;
  /** Wanted ones; 0 takes a free one. */
  readonly ports: WirePorts;
  /** Why a network in full mode gives no new leases: we still look for another server, or there is one. */
  readonly held: 'searching' | CodedError | undefined;
  /** Why nobody can reach us now. Everything stays open: a cable that is plugged in again finds its downloads alive. */
  readonly lost: CodedError | undefined;
}

export interface WirePorts {
  readonly dhcp: number;
  readonly tftp: number;
  readonly http: number;
  /** UDP and TCP. */
  readonly syslog: number;
}

export interface WireParts {
  readonly sockets: WireSockets;
  readonly leases: LeaseStore;
  /** Leases of messages that came together cost one flush to the disk. */
  readonly inOneCommit: (work: () => void) => void;
  readonly policy: DhcpPolicy;
  /** Addresses that belong to one machine whatever the pool says. */
  readonly isFixed: (address: Ipv4) => boolean;
  readonly bootFiles: FileSource;
  readonly routes: HttpHandler<DownloadTag>;
  /** Whose logs are taken, and where each line goes. */
  readonly hearsLogOf: (sourceAddress: string) => boolean;
  readonly onLogLine: (sourceAddress: string, line: string) => void;
  readonly observers: Observers;
  readonly board: ServiceBoard;
  readonly now: () => number;
}

/** One network served: what runs, where, and how to change and end it. */
export interface Wire {
  readonly plan: WirePlan;
  /** 0 where the service does not run. */
  readonly ports: WirePorts;
  /** Starts, stops and configures what differs. A service that failed is left alone. Same place, same ports. */
  update(plan: WirePlan): Promise<void>;
  /** Asks on that wire who has the address, which is none of `clients`. Undefined: it cannot ask. */
  readonly holderOf: AddressProbe['holderOf'] | undefined;
  /** Starts what failed again. */
  retry(): Promise<void>;
  close(): Promise<void>;
}

/** HTTP first: the boot file of a DHCP answer is an address there. */
const serviceOrder = ['http', 'tftp', 'syslog', 'dhcp'] as const;
type WireService = (typeof serviceOrder)[number];

interface Running {
  readonly port: number;
  /** What it has to do without, in plain words. */
  readonly lacks: readonly string[];
  /** Of DHCP in full mode, where there is a raw socket. */
  readonly holderOf?: AddressProbe['holderOf'] | undefined;
  readonly configure: () => void;
  readonly close: () => Promise<unknown>;
}

/**
 * The services of a network's mode: *watching* only listens to DHCP, *full* serves DHCP, TFTP and HTTP. Nothing runs
 * before the first `update`. A service that cannot start is shown with its reason and does not stop the others.
 */
export function createWire(parts: WireParts, first: WirePlan): Wire {
  const { board } = parts;
  const services = new Map<WireService, Running | CodedError>();
  let plan = first;

  const isWanted = (name: WireService) =>
    plan.network.dhcpMode === 'full' || (name === 'dhcp' && plan.network.dhcpMode === 'watching');

  async function start(name: WireService): Promise<void> {
    const { network, address, ports } = plan;
    board.set(name, network.id, { state: 'starting', detail: placeText(name, plan) });
    try {
      const running = await openService[name](parts, () => plan);
      services.set(name, running);
      if (running.lacks.length > 0) parts.observers.degraded(name, running.lacks);
    } catch (thrown) {
      const { interfaceName } = network;
      const protocol = name === 'http' ? 'tcp' : 'udp';
      services.set(name, await networkError(thrown, { interfaceName, protocol, port: ports[name], address }));
    }
  }

  async function stop(name: WireService): Promise<void> {
    const service = services.get(name);
    services.delete(name);
    if (service !== undefined && !(service instanceof CodedError)) await service.close();
    board.remove(name, plan.network.id);
  }

  function show(name: WireService, service: Running | CodedError): void {
    const error = service instanceof CodedError ? service : name === 'dhcp' ? whyNotServing(plan) : undefined;
    const port = service instanceof CodedError ? undefined : service.port;
    const lacks = service instanceof CodedError ? [] : service.lacks;
    const detail = [placeText(name, plan, port), ...lacks].join('; ');
    if (error !== undefined) board.set(name, plan.network.id, { state: 'failed', detail, error });
    else {
      const isSearching = name === 'dhcp' && plan.held === 'searching';
      board.set(name, plan.network.id, { state: isSearching ? 'starting' : 'on', detail });
    }
  }

  async function update(next: WirePlan): Promise<void> {
    const modeBefore = effectiveMode(plan);
    plan = next;
    // Address probe and router advertisements come with full mode.
    if (effectiveMode(plan) !== modeBefore) await stop('dhcp');
    for (const name of serviceOrder) {
      if (!isWanted(name)) await stop(name);
      else if (!services.has(name)) await start(name);
    }
    for (const [name, service] of services) {
      if (!(service instanceof CodedError)) service.configure();
      show(name, service);
    }
  }

  const portOf = (name: WireService) => {
    const service = services.get(name);
    return service === undefined || service instanceof CodedError ? 0 : service.port;
  };
  return {
    get plan() {
      return plan;
    },
    get ports() {
      return { dhcp: portOf('dhcp'), tftp: portOf('tftp'), http: portOf('http'), syslog: portOf('syslog') };
    },
    get holderOf() {
      const dhcp = services.get('dhcp');
      return dhcp === undefined || dhcp instanceof CodedError ? undefined : dhcp.holderOf;
    },
    update,
    async retry() {
      for (const [name, service] of services) if (service instanceof CodedError) services.delete(name);
      await update(plan);
    },
    close: async () => void (await Promise.allSettled(serviceOrder.map(stop))),
  };
}

/** A network in full mode on which somebody else may serve is only watched; leases that we gave there hold on. */
function effectiveMode({ network, held }: WirePlan): DhcpMode {
  return network.dhcpMode === 'full' && held !== undefined ? 'renewing' : network.dhcpMode;
}

function whyNotServing({ lost, held }: WirePlan): CodedError | undefined {
  return lost ?? (held instanceof CodedError ? held : undefined);
}

/** `full on eth0 (10.77.0.1:67)`; without the port while it does not run. */
function placeText(name: WireService, plan: WirePlan, port?: number): string {
  const { network, address, held } = plan;
  const mode = held instanceof CodedError ? 'watching' : network.dhcpMode;
  const on = `${name === 'dhcp' ? `${mode} on ` : ''}${network.interfaceName}`;
  return `${on} (${address}${port === undefined ? '' : `:${port}`})`;
}

const openService: Readonly<
  Record<WireService, (parts: WireParts, plan: () => WirePlan) => Promise<Running>>
> = { http: openHttp, tftp: openTftp, syslog: openSyslog, dhcp: openDhcp };

const nothingToConfigure = () => undefined;

async function openHttp(
  { sockets, routes, observers, board }: WireParts,
  plan: () => WirePlan,
): Promise<Running> {
  const { network, address, ports } = plan();
  const at = { interfaceName: network.interfaceName, address, port: ports.http };
  const { listen, lacks } = await sockets.openTcp(at);
  const service = await createHttpService<DownloadTag>({
    listen,
    handler: routes,
    observe(observation) {
      board.packet('http');
      observers.http(observation);
    },
  });
  return { port: service.port, lacks, configure: nothingToConfigure, close: () => service.close() };
}

async function openTftp(parts: WireParts, plan: () => WirePlan): Promise<Running> {
  const { sockets, observers, board } = parts;
  const { network, address, ports } = plan();
  const at = { interfaceName: network.interfaceName, address };
  const socket = await sockets.openUdp({ ...at, port: ports.tftp });
  const server = createTftpServer({
    socket,
    openTransferSocket: () => sockets.openUdp({ ...at, port: 0 }),
    source: parts.bootFiles,
    observe(observation) {
      board.packet('tftp');
      observers.tftp(observation);
    },
  });
  return {
    port: socket.address().port,
    lacks: [],
    configure: nothingToConfigure,
    close: () => server.close(),
  };
}

async function openSyslog(parts: WireParts, plan: () => WirePlan): Promise<Running> {
  const { sockets, board, observers } = parts;
  const { network, address, ports } = plan();
  const at = { interfaceName: network.interfaceName, address };
  const socket = await sockets.openUdp({ ...at, port: ports.syslog });
  /** A store that cannot be written (a full disk) loses a line, and not the engine. */
  const guarded = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (cause) {
      observers.syslog({ kind: 'failed', transport: 'udp', cause });
      return otherwise;
    }
  };
  const { port } = socket.address();
  const { listen, lacks } = await sockets.openTcp({ ...at, port }).catch((thrown: unknown) => {
    socket.close();
    throw thrown;
  });
  const server = await createSyslogServer({
    udpSockets: [socket],
    tcp: listen,
    accepts: source => guarded(() => parts.hearsLogOf(source), false),
    nowMs: parts.now,
    onMessage({ sourceAddress, message }) {
      board.packet('syslog');
      guarded(() => parts.onLogLine(sourceAddress, syslogLine(message)), undefined);
    },
    observe: observation => guarded(() => observers.syslog(observation), undefined),
  });
  return { port, lacks, configure: nothingToConfigure, close: () => server.close() };
}

const everyAddress = '0.0.0.0' as Ipv4;

async function openDhcp(parts: WireParts, plan: () => WirePlan): Promise<Running> {
  const { sockets, observers, board } = parts;
  const { network, address, ports } = plan();
  const { interfaceName } = network;
  const simulated = isSimulated(network);
  const listenOn = simulated ? address : everyAddress;
  const socket = await sockets.openUdp({ interfaceName, address: listenOn, port: ports.dhcp });
  const { port } = socket.address();
  const besides = await openBesides(sockets, interfaceName, effectiveMode(plan()) === 'full');
  const { probe } = besides;
  const server = startDhcpServer({
    socket,
    settings: dhcpSettings(parts, plan()),
    leases: parts.leases,
    inOneCommit: parts.inOneCommit,
    policy: parts.policy,
    observe(event) {
      board.packet('dhcp');
      observers.dhcp(event, interfaceName);
    },
    ...(probe === undefined || simulated
      ? {}
      : {
          probe: async (candidate, client) => (await probe.holderOf(candidate, [client])) !== undefined,
        }),
    now: parts.now,
    replyTo: simulated ? 'source' : 'rfc2131',
  });
  return {
    port,
    lacks: besides.lacks,
    holderOf: probe?.holderOf,
    configure: () => server.configure(dhcpSettings(parts, plan())),
    async close() {
      probe?.close();
      besides.router?.close();
      await server.close();
    },
  };
}

interface Besides {
  readonly probe: AddressProbe | undefined;
  readonly router: Closable | undefined;
  readonly lacks: readonly string[];
}

/** Both need a raw socket. Without that right addresses are given unprobed and iPXE waits its 16 s, and we say so. */
async function openBesides(sockets: WireSockets, interfaceName: string, isFull: boolean): Promise<Besides> {
  if (!isFull) return { probe: undefined, router: undefined, lacks: [] };
  const lacks: string[] = [];
  const orWithout = <T>(opened: Promise<T>, what: string) =>
    opened.catch((thrown: unknown) => {
      lacks.push(`${what} (${thrown instanceof Error ? thrown.message : String(thrown)})`);
      return undefined;
    });
  const probe = await orWithout(sockets.openProbe(interfaceName), 'no address probe');
  const router = await orWithout(
    sockets.answerRouterSolicitations(interfaceName),
    'no router advertisements',
  );
  return { probe, router, lacks };
}

function dhcpSettings(parts: WireParts, plan: WirePlan): DhcpSettings {
  const { network, relayed, address } = plan;
  const served = (each: Network) => dhcpNetwork(each, address, parts.isFixed);
  return {
    mode: effectiveMode(plan),
    serverAddress: address,
    networks: { direct: served(network), relayed: relayed.map(served) },
  };
}

function dhcpNetwork(network: Network, ours: Ipv4, isFixed: WireParts['isFixed']): DhcpNetwork {
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
    ...(network.mtu === null ? {} : { mtuBytes: network.mtu }),
    isReserved: candidate => candidate === ours || candidate === network.gateway || isFixed(candidate),
  };
}
