import type { Mac } from '#shared/model/mac.ts';
import { listInterfaces } from './interfaces.ts';
import {
  failureOf,
  loadNativeSockets,
  type NativeDatagram,
  type NativeSockets,
  pollSocket,
  type SocketResult,
  SystemCallError,
} from './native-socket.ts';

/** ICMPv6 messages of one type on one interface, sent with the link's hop limit of 255. */
export interface Icmpv6Socket {
  readonly mac: Mac;
  /** Throws SystemCallError, as when the interface has no IPv6. The kernel fills in the checksum. */
  send(payload: Uint8Array, to: Uint8Array | 'all_nodes'): void;
  close(): void;
}

export interface Icmpv6SocketOptions {
  readonly interfaceName: string;
  /** The ICMPv6 type to be heard; all others stay in the kernel. */
  readonly type: number;
  readonly onDatagram: (datagram: {
    readonly payload: Uint8Array;
    readonly source: Uint8Array;
    readonly hopLimit: number | undefined;
  }) => void;
  readonly onError: (error: Error) => void;
}

/** Numbers of Linux's <sys/socket.h>, <netinet/in.h> and <netinet/icmp6.h>. */
const ipv6Family = 10;
const rawCloexec = 3 | 0o2000000;
const protocolIcmpv6 = 58;
const socketLevel = 1;
const bindToDevice = 25;
const ipv6Level = 41;
const ipv6Option = {
  unicastHops: 16,
  multicastInterface: 17,
  multicastHops: 18,
  multicastLoop: 19,
  joinGroup: 20,
  receiveHopLimit: 51,
  hopLimit: 52,
} as const;
const icmpv6Filter = 1;
const ipv6AddressBytes = 16;
/** iPXE repeats its solicitation after 250 ms: it sees our answer before that. */
const pollIntervalMs = 100;

const allNodes = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
const allRouters = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2);

/** Linux, needs CAP_NET_RAW. On an interface without IPv6 it opens and hears nothing. */
export async function openIcmpv6Socket(options: Icmpv6SocketOptions): Promise<SocketResult<Icmpv6Socket>> {
  try {
    if (process.platform !== 'linux') throw new Error('ICMPv6 sockets are known for Linux only');
    const found = (await listInterfaces()).find(candidate => candidate.name === options.interfaceName);
    if (found?.mac === undefined) throw new SystemCallError('bind', 0, 'ENODEV');
    const native = await loadNativeSockets();
    const fd = native.open(ipv6Family, rawCloexec, protocolIcmpv6);
    try {
      const index = native.interfaceIndex(options.interfaceName);
      configure(native, fd, options, index);
      const socket = pollSocket(
        native,
        fd,
        pollIntervalMs,
        datagram => options.onDatagram(described(datagram)),
        options.onError,
      );
      socket.listen();
      return {
        ok: true,
        socket: {
          mac: found.mac,
          send: (payload, to) => socket.send(payload, ipv6Address(to === 'all_nodes' ? allNodes : to, index)),
          close: () => socket.close(),
        },
      };
    } catch (thrown) {
      native.close(fd);
      throw thrown;
    }
  } catch (thrown) {
    return { ok: false, failure: failureOf(thrown, options.interfaceName) };
  }
}

function configure(native: NativeSockets, fd: number, options: Icmpv6SocketOptions, index: number): void {
  const set = (name: number, value: number) => native.setOption(fd, ipv6Level, name, int32(value));
  native.setOption(fd, protocolIcmpv6, icmpv6Filter, filterFor(options.type));
  native.setOption(fd, socketLevel, bindToDevice, Buffer.from(`${options.interfaceName}\0`));
  set(ipv6Option.unicastHops, 255);
  set(ipv6Option.multicastHops, 255);
  set(ipv6Option.multicastInterface, index);
  set(ipv6Option.multicastLoop, 0);
  set(ipv6Option.receiveHopLimit, 1);
  native.setOption(fd, ipv6Level, ipv6Option.joinGroup, Uint8Array.from([...allRouters, ...int32(index)]));
}

/** RFC 3542 §3.2: 256 bits, a set one blocks its type. */
function filterFor(type: number): Uint8Array {
  const words = new Uint32Array(8).fill(0xffffffff);
  words[type >>> 5] = 0xffffffff & ~(1 << (type & 31));
  return new Uint8Array(words.buffer);
}

function described(datagram: NativeDatagram) {
  return {
    payload: datagram.bytes,
    source: datagram.address.subarray(8, 8 + ipv6AddressBytes),
    hopLimit: hopLimitOf(datagram.control),
  };
}

/** struct cmsghdr on 64-bit Linux: length(8) level(4) type(4) and then the data, here one int. */
function hopLimitOf(control: Uint8Array): number | undefined {
  if (control.length < 20) return undefined;
  const view = new DataView(control.buffer, control.byteOffset, control.byteLength);
  const isHopLimit = view.getInt32(8, true) === ipv6Level && view.getInt32(12, true) === ipv6Option.hopLimit;
  return isHopLimit ? view.getInt32(16, true) : undefined;
}

/** struct sockaddr_in6: family(2) port(2) flow(4) address(16) scope(4). */
function ipv6Address(address: Uint8Array, scope: number): Uint8Array {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt16LE(ipv6Family, 0);
  bytes.set(address, 8);
  bytes.writeUInt32LE(scope, 24);
  return bytes;
}

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
