import { type Mac, macFromBytes, macToBytes } from '#shared/model/mac.ts';
import { listInterfaces } from './interfaces.ts';
import {
  failureOf,
  loadNativeSockets,
  type PolledSocket,
  pollSocket,
  type SocketResult,
  SystemCallError,
} from './native-socket.ts';

/**
 * Frames of one Ethernet protocol on one interface, without their Ethernet header. It asks and listens to the answers:
 * frames are heard from a `send` on and for one second after the last one.
 */
export interface LinkSocket {
  /** Our own address on this wire. */
  readonly mac: Mac;
  /** `to` undefined is broadcast. Throws SystemCallError, as when the interface went down or the socket is closed. */
  send(payload: Uint8Array, to?: Mac): void;
  close(): void;
}

export interface LinkSocketOptions {
  readonly interfaceName: string;
  /** Ethertype, 0x0806 for ARP. */
  readonly etherType: number;
  readonly onFrame: (payload: Uint8Array, from: Mac) => void;
  readonly onError: (error: Error) => void;
}

/** Numbers of <linux/if_packet.h> and <sys/socket.h>. */
const packetFamily = 17;
const datagramCloexec = 2 | 0o2000000;
const linkAddressBytes = 20;
const etherType = 1;
/** Answers to an ARP request come within a millisecond or not at all; a probe waits a few hundred. */
const pollIntervalMs = 20;
const listeningMs = 1_000;

/** Linux, needs CAP_NET_RAW. */
export async function openLinkSocket(options: LinkSocketOptions): Promise<SocketResult<LinkSocket>> {
  try {
    if (process.platform !== 'linux') throw new Error('link sockets are known for Linux only');
    const found = (await listInterfaces()).find(candidate => candidate.name === options.interfaceName);
    if (found?.mac === undefined) throw new SystemCallError('bind', 0, 'ENODEV');
    const native = await loadNativeSockets();
    // Protocol 0 until it is bound: else frames of all interfaces come in between.
    const fd = native.open(packetFamily, datagramCloexec, 0);
    try {
      const index = native.interfaceIndex(options.interfaceName);
      native.bind(fd, linkAddress(options.etherType, index, undefined));
      const socket = pollSocket(
        native,
        fd,
        pollIntervalMs,
        datagram => options.onFrame(datagram.bytes, macFromBytes(datagram.address.subarray(12))),
        options.onError,
      );
      const addressOf = (to: Mac | undefined) => linkAddress(options.etherType, index, to ?? broadcastMac);
      return { ok: true, socket: linkSocketOver(socket, found.mac, addressOf) };
    } catch (thrown) {
      native.close(fd);
      throw thrown;
    }
  } catch (thrown) {
    return { ok: false, failure: failureOf(thrown, options.interfaceName) };
  }
}

function linkSocketOver(
  socket: PolledSocket,
  mac: Mac,
  addressOf: (to: Mac | undefined) => Uint8Array,
): LinkSocket {
  let silence: NodeJS.Timeout | undefined;
  return {
    mac,
    send(payload, to) {
      // What waited in line while nobody listened is old news and no answer.
      if (silence === undefined) socket.discard();
      socket.send(payload, addressOf(to));
      clearTimeout(silence);
      silence = setTimeout(() => {
        silence = undefined;
        socket.pause();
      }, listeningMs).unref();
      socket.listen();
    },
    close() {
      clearTimeout(silence);
      socket.close();
    },
  };
}

const broadcastMac = 'ff:ff:ff:ff:ff:ff' as Mac;

/** struct sockaddr_ll of packet(7): family, protocol in network order, index, hardware type, packet type, address. */
function linkAddress(protocol: number, index: number, mac: Mac | undefined): Uint8Array {
  const bytes = Buffer.alloc(linkAddressBytes);
  bytes.writeUInt16LE(packetFamily, 0);
  bytes.writeUInt16BE(protocol, 2);
  bytes.writeInt32LE(index, 4);
  bytes.writeUInt16LE(etherType, 8);
  if (mac !== undefined) {
    bytes[11] = 6;
    bytes.set(macToBytes(mac), 12);
  }
  return bytes;
}
