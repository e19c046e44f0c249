import { isIP } from 'node:net';
import type { IpmiClock } from '../clock.ts';
import { monotonicClock } from '../clock.ts';
import type { AddressFamily, DatagramSocket, OpenDatagramSocket, Remote } from '../datagram-socket.ts';
import { openUdpSocket } from '../datagram-socket.ts';
import type { VirtualBmc } from './bmc.ts';

/** What goes wrong between the wire and the BMC. Every field may be changed while the server runs. */
export interface NetworkFaults {
  /** Answers nothing at all: switched off, unplugged, hung. */
  silent: boolean;
  /** 0…1, of the datagrams that arrive and of those that leave. */
  loss: number;
  /** Every n-th datagram that arrives is lost; 0: none. Predictable, unlike `loss`. */
  dropEvery: number;
  /** Every answer is sent so many times. */
  copies: number;
  /** Every answer waits so long. */
  delayMs: number;
  /** Every answer waits up to so much more, by chance: later ones overtake it. */
  jitterMs: number;
  /** Goes silent for good after so many more datagrams, in the middle of whatever goes on. */
  diesAfter: number | undefined;
}

export const noFaults: NetworkFaults = {
  silent: false,
  loss: 0,
  dropEvery: 0,
  copies: 1,
  delayMs: 0,
  jitterMs: 0,
  diesAfter: undefined,
};

export interface BmcServerInputs {
  readonly bmc: VirtualBmc;
  /** An address literal of this machine. */
  readonly address: string;
  /** 0: any free port. */
  readonly port: number;
  readonly openSocket?: OpenDatagramSocket;
  readonly clock?: IpmiClock;
  /** 0…1, decides what `loss` takes and `jitterMs` delays. */
  readonly chance?: () => number;
}

export interface BmcServer {
  readonly address: string;
  readonly port: number;
  readonly faults: NetworkFaults;
  close(): void;
}

/** One virtual BMC on UDP. Rejects when the address or port cannot be had. */
export async function startBmcServer(inputs: BmcServerInputs): Promise<BmcServer> {
  const clock = inputs.clock ?? monotonicClock;
  const chance = inputs.chance ?? Math.random;
  const faults: NetworkFaults = { ...noFaults };
  const delayed = new Set<() => void>();
  let arrived = 0;

  function isLost(): boolean {
    arrived += 1;
    if (faults.diesAfter !== undefined) {
      if (faults.diesAfter <= 0) faults.silent = true;
      else faults.diesAfter -= 1;
    }
    if (faults.silent) return true;
    return (faults.dropEvery > 0 && arrived % faults.dropEvery === 0) || chance() < faults.loss;
  }

  function send(socket: DatagramSocket, datagram: Buffer, to: Remote): void {
    if (faults.silent || chance() < faults.loss) return;
    // Nobody there to be told: a console that has gone away is not the BMC's concern.
    for (let copy = 0; copy < faults.copies; copy += 1) socket.send(datagram, to, () => undefined);
  }

  function answer(socket: DatagramSocket, datagram: Buffer, to: Remote): void {
    const waitMs = faults.delayMs + (faults.jitterMs > 0 ? chance() * faults.jitterMs : 0);
    if (waitMs <= 0) {
      send(socket, datagram, to);
      return;
    }
    const cancel = clock.after(waitMs, () => {
      delayed.delete(cancel);
      send(socket, datagram, to);
    });
    delayed.add(cancel);
  }

  const open = inputs.openSocket ?? openUdpSocket;
  const family: AddressFamily = isIP(inputs.address) === 6 ? 'ipv6' : 'ipv4';
  const local = { address: inputs.address, port: inputs.port };
  const socket = await open(family, local, (datagram, from) => {
    if (isLost()) return;
    const answers = inputs.bmc.receive(datagram, remoteName(from));
    for (const one of answers) answer(socket, one, from);
  });
  const disconnect = inputs.bmc.connect(
    (datagram, remote) => answer(socket, datagram, remoteOf(remote)),
    socket.port,
  );
  return {
    address: inputs.address,
    port: socket.port,
    faults,
    close() {
      disconnect();
      for (const cancel of delayed) cancel();
      socket.close();
    },
  };
}

function remoteName({ address, port }: Remote): string {
  return `${address} ${port}`;
}

function remoteOf(name: string): Remote {
  const [address = '', port] = name.split(' ');
  return { address, port: Number(port) };
}
