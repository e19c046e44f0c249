import type { Ipv4 } from '#shared/model/ip.ts';
import { internetAddress, internetFamily, linuxBindToDevice, platformNumbers } from './bound-udp-socket.ts';
import { bindFailureOf, loadNativeSockets, type SocketResult } from './native-socket.ts';

export interface BoundTcpSocketOptions {
  readonly interfaceName: string;
  readonly address: Ipv4;
  /** 0 takes a free one. */
  readonly port: number;
}

/** SOCK_STREAM | SOCK_CLOEXEC. */
const linuxStream = 1 | 0o2000000;

/**
 * A TCP socket that takes connections from one interface only, not listening yet: its descriptor, for
 * `server.listen({ fd })`, which then owns it. Linux alone: there an address answers on every interface (the weak host
 * model, RFC 1122 §3.3.4.2), so an address does not keep other wires out. This computer does not reach it either.
 */
export async function openBoundTcpSocket(options: BoundTcpSocketOptions): Promise<SocketResult<number>> {
  const { interfaceName, address, port } = options;
  const { socketLevel, reuseAddress } = platformNumbers.linux;
  const native = await loadNativeSockets();
  const fd = native.open(internetFamily, linuxStream, 0);
  try {
    // As Node does for its own: connections of the run before must not hold the port.
    native.setOption(fd, socketLevel, reuseAddress, Uint8Array.of(1, 0, 0, 0));
    native.setOption(fd, socketLevel, linuxBindToDevice, Buffer.from(`${interfaceName}\0`));
    native.bind(fd, internetAddress(address, port, 'linux'));
    return { ok: true, socket: fd };
  } catch (thrown) {
    native.close(fd);
    return { ok: false, failure: await bindFailureOf(thrown, { interfaceName, protocol: 'tcp', port }) };
  }
}
