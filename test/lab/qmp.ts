/** QEMU's control socket: one JSON object a line; events and answers share it. */
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export type Qmp = {
  readonly run: (command: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly close: () => void;
};

type Waiting = { readonly settle: (value: unknown) => void; readonly fail: (cause: Error) => void };

/** Connects as soon as QEMU has made the socket; `onEvent` gets `RESET`, `SHUTDOWN` and the like. */
export async function openQmp(path: string, onEvent: (name: string) => void): Promise<Qmp> {
  const socket = await connectWhenThere(path);
  const waiting: Waiting[] = [];
  const run = (command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
    new Promise((settle, fail) => {
      waiting.push({ settle, fail });
      socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  let buffered = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    buffered += text;
    const lines = buffered.split('\n');
    buffered = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') handle(JSON.parse(line), waiting, onEvent);
  });
  const endAll = (): void => {
    for (const { fail } of waiting.splice(0)) fail(new Error('QEMU has closed its control socket'));
  };
  socket.on('error', endAll);
  socket.on('close', endAll);
  await run('qmp_capabilities');
  return { run, close: () => socket.destroy() };
}

function handle(message: unknown, waiting: Waiting[], onEvent: (name: string) => void): void {
  const {
    event,
    error,
    return: value,
  } = message as {
    readonly event?: string;
    readonly error?: { readonly desc: string };
    readonly return?: unknown;
  };
  if (event !== undefined) onEvent(event);
  else if (error !== undefined) waiting.shift()?.fail(new Error(`QEMU: ${error.desc}`));
  else if (value !== undefined) waiting.shift()?.settle(value);
}

async function connectWhenThere(path: string): Promise<Socket> {
  for (let tries = 0; ; tries++) {
    const socket = connect(path);
    const connected = await new Promise<boolean>(settle => {
      socket.once('connect', () => settle(true));
      socket.once('error', () => settle(false));
    });
    if (connected) return socket;
    if (tries === 100) throw new Error(`QEMU did not open ${path}`);
    await delay(50);
  }
}
