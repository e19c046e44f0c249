import { createSocket } from 'node:dgram';
import { SocketAddress } from 'node:net';

/** One UDP socket. The real one is node's; tests put a simulated network here. */
export interface DatagramSocket {
  /** `failed` gets what the operating system says at once (no route, no permission). */
  send(datagram: Buffer, remote: Remote, failed: (error: NodeJS.ErrnoException) => void): void;
  close(): void;
}

export interface Remote {
  readonly address: string;
  readonly port: number;
}

export type AddressFamily = 'ipv4' | 'ipv6';

export type OpenDatagramSocket = (
  family: AddressFamily,
  local: { readonly address?: string; readonly port: number },
  received: (datagram: Buffer, from: Remote) => void,
) => Promise<DatagramSocket & { readonly port: number }>;

export const openUdpSocket: OpenDatagramSocket = (family, local, received) => {
  const socket = createSocket({
    type: family === 'ipv4' ? 'udp4' : 'udp6',
    ipv6Only: family === 'ipv6',
    // Addresses come as literals: node's own look-up would cost a turn of the event loop for every datagram.
    lookup: (address, _options, found) => found(null, address, family === 'ipv4' ? 4 : 6),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(
      { port: local.port, ...(local.address === undefined ? {} : { address: local.address }) },
      () => {
        socket.off('error', reject);
        // Errors after binding belong to single datagrams (ICMP); their conversations notice by silence.
        socket.on('error', () => undefined);
        socket.on('message', (datagram, from) =>
          received(datagram, { address: from.address, port: from.port }),
        );
        resolve({
          port: socket.address().port,
          send(datagram, remote, failed) {
            socket.send(datagram, remote.port, remote.address, error => {
              if (error !== null) failed(error);
            });
          },
          close: () => socket.close(),
        });
      },
    );
  });
};

/** The spelling of an address that the operating system reports for received packets: `FE80::0:1` → `fe80::1`. */
export function canonicalAddress(address: string, family: AddressFamily): string {
  const [bare = address, scope] = address.split('%');
  const canonical = new SocketAddress({ address: bare, family }).address;
  return scope === undefined ? canonical : `${canonical}%${scope}`;
}
