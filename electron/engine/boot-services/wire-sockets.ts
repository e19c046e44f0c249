import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createAddressProbe } from '#engine/net/dhcp/address-probe.ts';
import { type OtherDhcpServer, searchDhcpServers } from '#engine/net/dhcp/probe.ts';
import { createRouterAdvertisementResponder } from '#engine/net/router-advertisement/responder.ts';
import { openBoundUdpSocket } from '#engine/system/bound-udp-socket.ts';
import { openIcmpv6Socket } from '#engine/system/icmpv6-socket.ts';
import { openLinkSocket } from '#engine/system/link-socket.ts';
import type { SocketFailure } from '#engine/system/native-socket.ts';
import { CodedError } from '#shared/contract/errors.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';

export interface UdpPlace {
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
  inUse(address: Ipv4, client: Mac): Promise<boolean>;
}

/** What a wire needs of the operating system. Rejections are CodedErrors `net.*`. */
export interface WireSockets {
  openUdp(place: UdpPlace): Promise<Socket>;
  openProbe(interfaceName: string): Promise<AddressProbe>;
  /** iPXE waits 16 s for a router where nobody answers it; an empty answer ends that. */
  answerRouterSolicitations(interfaceName: string): Promise<Closable>;
  /** Who else offers addresses. */
  searchServers(interfaceName: string): Promise<readonly OtherDhcpServer[]>;
}

const arpEtherType = 0x0806;
const routerSolicitation = 133;
const probeTimeoutMs = 400;
/** dnsmasq pings an address for three seconds before it offers it. */
const searchTimeoutMs = 4500;

/** Wires of this computer's real interfaces. */
export const systemWireSockets: WireSockets = {
  openUdp: async place => {
    const opened = await openBoundUdpSocket(place);
    if (opened.ok) return opened.socket;
    throw networkError(opened.failure, place.port);
  },
  async openProbe(interfaceName) {
    const frames: { take: (payload: Uint8Array) => void } = { take: () => undefined };
    const opened = await openLinkSocket({
      interfaceName,
      etherType: arpEtherType,
      onFrame: payload => frames.take(payload),
      onError: () => undefined, // a probe that cannot ask rejects by itself
    });
    if (!opened.ok) throw networkError(opened.failure);
    const probe = createAddressProbe(opened.socket, probeTimeoutMs);
    frames.take = payload => probe.onFrame(payload);
    return { inUse: (address, client) => probe.probe(address, client), close: () => opened.socket.close() };
  },
  async answerRouterSolicitations(interfaceName) {
    const datagrams: { take: ReturnType<typeof createRouterAdvertisementResponder> } = {
      take: () => undefined,
    };
    const opened = await openIcmpv6Socket({
      interfaceName,
      type: routerSolicitation,
      onDatagram: datagram => datagrams.take(datagram),
      onError: () => undefined, // a convenience: without it machines only boot slower
    });
    if (!opened.ok) throw networkError(opened.failure);
    datagrams.take = createRouterAdvertisementResponder(opened.socket, () => undefined);
    return opened.socket;
  },
  async searchServers(interfaceName) {
    const opened = await openBoundUdpSocket({ interfaceName, port: 68, isShared: true });
    if (!opened.ok) throw networkError(opened.failure, 68);
    return searchDhcpServers({ socket: opened.socket, timeoutMs: searchTimeoutMs, randomBytes });
  },
};

/** Loopback: no interface to bind to, nobody to probe for, no routers. */
export const simulatedWireSockets: WireSockets = {
  async openUdp({ address, port }) {
    const socket = createSocket('udp4');
    socket.bind({ address, port, exclusive: true });
    await once(socket, 'listening');
    return socket;
  },
  openProbe: () => Promise.resolve({ inUse: () => Promise.resolve(false), close: () => undefined }),
  answerRouterSolicitations: () => Promise.resolve({ close: () => undefined }),
  searchServers: () => Promise.resolve([]),
};

function networkError(failure: SocketFailure, port = 0): CodedError {
  switch (failure.kind) {
    case 'port_in_use': {
      const { protocol, owner } = failure;
      const by = owner === undefined ? 'another program' : `${owner.name} (pid ${owner.pid})`;
      return new CodedError('net.port_in_use', `${protocol} port ${failure.port} is held by ${by}`, {
        proto: protocol,
        port: failure.port,
        ...(owner === undefined ? {} : { owner: { pid: owner.pid, name: owner.name } }),
      });
    }
    case 'permission_denied':
      return new CodedError('net.permission_denied', `the system does not allow ${failure.call}`, {
        what: failure.call,
        port,
      });
    case 'no_such_interface':
      return new CodedError('net.no_such_interface', `there is no interface ${failure.interfaceName}`, {
        interfaceName: failure.interfaceName,
      });
    case 'failed':
      return new CodedError('net.permission_denied', `${failure.call}: ${failure.message}`, {
        what: failure.call,
        port,
      });
    default:
      return assertNever(failure);
  }
}
