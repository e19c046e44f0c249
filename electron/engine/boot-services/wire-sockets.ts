import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createAddressProbe } from '#engine/net/dhcp/address-probe.ts';
import { arpEtherType } from '#engine/net/dhcp/arp-packet.ts';
import { type OtherDhcpServer, searchDhcpServers } from '#engine/net/dhcp/probe.ts';
import type { HttpServiceOptions } from '#engine/net/http/server.ts';
import { routerSolicitationType } from '#engine/net/router-advertisement/packet.ts';
import { createRouterAdvertisementResponder } from '#engine/net/router-advertisement/responder.ts';
import { openBoundTcpSocket } from '#engine/system/bound-tcp-socket.ts';
import { openBoundUdpSocket } from '#engine/system/bound-udp-socket.ts';
import { openIcmpv6Socket } from '#engine/system/icmpv6-socket.ts';
import { openLinkSocket } from '#engine/system/link-socket.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { failureError, networkError, type SocketPlace } from './network-error.ts';

export interface WirePlace {
  readonly interfaceName: string;
  /** 0.0.0.0 also hears broadcasts; the interface keeps other wires out. */
  readonly address: Ipv4;
  readonly port: number;
}

/** Something that runs beside a wire's services and has to be ended with them. */
export interface Closable {
  close(): void;
}

export interface AddressProbe extends Closable {
  /** As `createAddressProbe` has it. */
  holderOf(address: Ipv4, clients: readonly Mac[]): Promise<Mac | undefined>;
}

export interface TcpPlace {
  readonly listen: HttpServiceOptions['listen'];
  /** What it has to do without, in plain words. */
  readonly lacks: readonly string[];
}

/** What a wire needs of the operating system. Rejections are CodedErrors `net.*`. */
export interface WireSockets {
  openUdp(place: WirePlace): Promise<Socket>;
  /** Where an HTTP server listens so that only this wire reaches it. */
  openTcp(place: WirePlace): Promise<TcpPlace>;
  openProbe(interfaceName: string): Promise<AddressProbe>;
  /** iPXE waits 16 s for a router where nobody answers it; an empty answer ends that. */
  answerRouterSolicitations(interfaceName: string): Promise<Closable>;
  /** Who else offers addresses; takes some seconds. Rejects early when the signal aborts. */
  searchServers(interfaceName: string, signal: AbortSignal): Promise<readonly OtherDhcpServer[]>;
}

const probeTimeoutMs = 400;
/** dnsmasq pings an address for three seconds before it offers it. */
const searchTimeoutMs = 4500;

/** Wires of this computer's real interfaces. */
export const systemWireSockets: WireSockets = {
  openUdp: async place => {
    const opened = await openBoundUdpSocket(place);
    if (opened.ok) return opened.socket;
    throw failureError(opened.failure, { ...place, protocol: 'udp' });
  },
  async openTcp(place) {
    const { interfaceName, address, port } = place;
    // Windows keeps an address to its interface by itself (the strong host model); macOS is not looked at yet.
    if (process.platform !== 'linux') return { listen: { address, port }, lacks: [] };
    const opened = await openBoundTcpSocket(place);
    if (opened.ok) return { listen: { fd: opened.socket }, lacks: [] };
    const { failure } = opened;
    // Linux before 5.7 lets only CAP_NET_RAW bind to an interface.
    if (failure.kind === 'permission_denied' && failure.call === 'setsockopt')
      return {
        listen: { address, port },
        lacks: [`not bound to ${interfaceName}, other wires reach it too`],
      };
    throw failureError(failure, { ...place, protocol: 'tcp' });
  },
  async openProbe(interfaceName) {
    const frames: { take: (payload: Uint8Array) => void } = { take: () => undefined };
    const opened = await openLinkSocket({
      interfaceName,
      etherType: arpEtherType,
      onFrame: payload => frames.take(payload),
      onError: () => undefined, // a probe that cannot ask rejects by itself
    });
    if (!opened.ok) throw failureError(opened.failure, raw(interfaceName));
    const probe = createAddressProbe(opened.socket, probeTimeoutMs);
    frames.take = payload => probe.onFrame(payload);
    return {
      holderOf: probe.holderOf,
      close() {
        probe.close();
        opened.socket.close();
      },
    };
  },
  async answerRouterSolicitations(interfaceName) {
    const datagrams: { take: ReturnType<typeof createRouterAdvertisementResponder> } = {
      take: () => undefined,
    };
    const opened = await openIcmpv6Socket({
      interfaceName,
      type: routerSolicitationType,
      onDatagram: datagram => datagrams.take(datagram),
      onError: () => undefined, // a convenience: without it machines only boot slower
    });
    if (!opened.ok) throw failureError(opened.failure, raw(interfaceName));
    datagrams.take = createRouterAdvertisementResponder(opened.socket, () => undefined);
    return opened.socket;
  },
  async searchServers(interfaceName, signal) {
    const place = { interfaceName, protocol: 'udp', port: 68 } as const;
    const opened = await openBoundUdpSocket({ ...place, isShared: true });
    if (!opened.ok) throw failureError(opened.failure, place);
    const { socket } = opened;
    try {
      return await searchDhcpServers({ socket, timeoutMs: searchTimeoutMs, randomBytes, signal });
    } catch (thrown) {
      throw await networkError(thrown, place);
    }
  },
};

/** A raw socket has no port. */
function raw(interfaceName: string): SocketPlace {
  return { interfaceName, protocol: 'udp', port: 0 };
}

/** Loopback: no interface to bind to, nobody to probe for, no routers. */
export const simulatedWireSockets: WireSockets = {
  async openUdp({ address, port }) {
    const socket = createSocket('udp4');
    socket.bind({ address, port, exclusive: true });
    await once(socket, 'listening');
    return socket;
  },
  openTcp: ({ address, port }) => Promise.resolve({ listen: { address, port }, lacks: [] }),
  openProbe: () => Promise.resolve({ holderOf: () => Promise.resolve(undefined), close: () => undefined }),
  answerRouterSolicitations: () => Promise.resolve({ close: () => undefined }),
  searchServers: () => Promise.resolve([]),
};
