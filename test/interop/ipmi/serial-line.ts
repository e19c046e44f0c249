import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';

/** The machine's end of a serial line that a BMC simulator reaches by TCP. */
export interface SerialLine {
  readonly port: number;
  /** Resolves when a BMC has the line. */
  connected(): Promise<void>;
  /** The machine says something. */
  say(bytes: Uint8Array): void;
  /** What the machine heard, all of it. */
  heard(): Buffer;
  /** Resolves when the machine has heard so many bytes. */
  heardBytes(sizeBytes: number): Promise<void>;
  /** The machine sends back what it hears. */
  echo: boolean;
  close(): void;
}

export async function startSerialLine(): Promise<SerialLine> {
  const chunks: Buffer[] = [];
  const state = { echo: false, sizeBytes: 0 };
  const arrival = Promise.withResolvers<void>();
  let bmc: Socket | undefined;
  let onChange: () => void = () => undefined;
  const server = createServer(socket => {
    bmc = socket;
    socket.on('error', () => undefined);
    socket.on('data', chunk => {
      chunks.push(chunk);
      state.sizeBytes += chunk.length;
      if (state.echo) socket.write(chunk);
      onChange();
    });
    arrival.resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connected: () => arrival.promise,
    say: bytes => bmc?.write(bytes),
    heard: () => Buffer.concat(chunks),
    heardBytes: sizeBytes =>
      new Promise(resolve => {
        onChange = () => {
          if (state.sizeBytes >= sizeBytes) resolve();
        };
        onChange();
      }),
    get echo() {
      return state.echo;
    },
    set echo(value) {
      state.echo = value;
    },
    close() {
      bmc?.destroy();
      server.close();
    },
  };
}
