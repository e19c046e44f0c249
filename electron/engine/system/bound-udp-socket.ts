import { createSocket, type Socket } from 'node:dgram';
import { type Ipv4, ipv4ToBytes, parseIpv4 } from '#shared/model/ip.ts';
import { listInterfaces } from './interfaces.ts';
import { bindFailureOf, loadNativeSockets, type SocketResult, SystemCallError } from './native-socket.ts';

export interface BoundUdpSocketOptions {
  readonly interfaceName: string;
  readonly port: number;
  /** By default 0.0.0.0, which alone hears broadcasts; the interface is chosen by binding to the device. */
  readonly address?: Ipv4;
  /**
   * SO_REUSEADDR, for looking on beside another server on this computer. Off by default: with it a second server would
   * bind without an error and the two would share the machines by chance.
   */
  readonly isShared?: boolean;
  readonly platform?: NodeJS.Platform;
}

/** Numbers of <sys/socket.h> and <netinet/in.h>. */
export const platformNumbers = {
  linux: {
    // SOCK_DGRAM | SOCK_CLOEXEC: helpers that we start must not inherit port 67.
    datagram: 2 | 0o2000000,
    socketLevel: 1,
    reuseAddress: 2,
    broadcast: 6,
  },
  darwin: { datagram: 2, socketLevel: 0xffff, reuseAddress: 4, broadcast: 0x20 },
} as const;
export const internetFamily = 2;
export const linuxBindToDevice = 25;
const darwinIpLevel = 0;
const darwinBoundInterface = 25;

/**
 * A UDP socket that hears and speaks on one interface only, broadcasts allowed. Linux binds it to the device, macOS to
 * the interface's index, other systems to the interface's first address (they then hear no limited broadcast).
 */
export async function openBoundUdpSocket(options: BoundUdpSocketOptions): Promise<SocketResult<Socket>> {
  const platform = options.platform ?? process.platform;
  try {
    const socket =
      platform === 'linux' || platform === 'darwin'
        ? await openOnDevice(options, platform)
        : await openOnAddress(options);
    return { ok: true, socket };
  } catch (thrown) {
    return { ok: false, failure: await bindFailureOf(thrown, { ...options, protocol: 'udp' }) };
  }
}

async function openOnDevice(options: BoundUdpSocketOptions, platform: 'linux' | 'darwin'): Promise<Socket> {
  const native = await loadNativeSockets();
  const numbers = platformNumbers[platform];
  const fd = native.open(internetFamily, numbers.datagram, 0);
  try {
    const on = Uint8Array.of(1, 0, 0, 0);
    if (platform === 'linux')
      native.setOption(fd, numbers.socketLevel, linuxBindToDevice, Buffer.from(`${options.interfaceName}\0`));
    else
      native.setOption(
        fd,
        darwinIpLevel,
        darwinBoundInterface,
        littleEndian32(native.interfaceIndex(options.interfaceName)),
      );
    native.setOption(fd, numbers.socketLevel, numbers.broadcast, on);
    if (options.isShared === true) native.setOption(fd, numbers.socketLevel, numbers.reuseAddress, on);
    native.bind(fd, internetAddress(options.address, options.port, platform));
    return await adopt(fd);
  } catch (thrown) {
    native.close(fd);
    throw thrown;
  }
}

function adopt(fd: number): Promise<Socket> {
  const socket = createSocket('udp4');
  return listeningOf(socket, () => socket.bind({ fd, exclusive: true }));
}

async function openOnAddress(options: BoundUdpSocketOptions): Promise<Socket> {
  const interfaces = await listInterfaces();
  const found = interfaces.find(candidate => candidate.name === options.interfaceName);
  const address = options.address ?? found?.addresses[0]?.address;
  if (address === undefined) throw new SystemCallError('bind', 0, 'ENODEV');
  const socket = createSocket({ type: 'udp4', reuseAddr: options.isShared ?? false });
  await listeningOf(socket, () => socket.bind({ address, port: options.port, exclusive: true }));
  socket.setBroadcast(true);
  return socket;
}

function listeningOf(socket: Socket, bind: () => unknown): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('listening', () => {
      socket.off('error', reject);
      resolve(socket);
    });
    bind();
  });
}

/** struct sockaddr_in; BSD has a length byte where Linux has a 16-bit family. */
export function internetAddress(
  address: Ipv4 | undefined,
  port: number,
  platform: 'linux' | 'darwin',
): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(platform === 'linux' ? [internetFamily, 0] : [16, internetFamily]);
  bytes.set([port >>> 8, port & 0xff], 2);
  const parsed = address ?? parseIpv4('0.0.0.0');
  if (parsed !== undefined) bytes.set(ipv4ToBytes(parsed), 4);
  return bytes;
}

function littleEndian32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
