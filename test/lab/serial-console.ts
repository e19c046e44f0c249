/**
 * A machine's serial port: QEMU connects to it and comes and goes with the power; a BMC may listen and type along
 * (serial over LAN); everything is kept with the time at which it came.
 */
import { appendFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export type SerialLine = { readonly atMs: number; readonly text: string };

export type SerialConsole = {
  /** Ends the line on the screen; where the next search starts if only what comes from now on counts. */
  readonly mark: () => number;
  /** First line from `from` (default: the beginning) that matches; also a prompt that has no line end yet. */
  readonly waitFor: (pattern: RegExp, timeoutMs: number, from?: number) => Promise<SerialLine>;
  readonly find: (pattern: RegExp, from?: number) => SerialLine | undefined;
  /** Types as a person does: a 16550's FIFO holds 16 characters. */
  readonly type: (text: string) => Promise<void>;
  readonly close: () => void;
};

const typingDelayMs = 20;

export async function openSerialConsole(options: {
  /** QEMU's side. */
  readonly machineSocket: string;
  /** The BMC's side. */
  readonly bmcSocket: string;
  readonly logFile: string;
  readonly elapsedMs: () => number;
}): Promise<SerialConsole> {
  const screen = createScreen(options.logFile, options.elapsedMs);
  let machine: Socket | undefined;
  let bmc: Socket | undefined;
  const servers = [
    await listen(options.machineSocket, socket => {
      machine = socket;
      socket.on('data', (bytes: Buffer) => {
        bmc?.write(bytes);
        screen.receive(bytes);
      });
    }),
    await listen(options.bmcSocket, socket => {
      bmc = socket;
      socket.on('data', (bytes: Buffer) => machine?.write(bytes));
    }),
  ];
  return {
    mark: screen.mark,
    find: screen.find,
    waitFor: screen.waitFor,
    type: async text => {
      for (const character of text) {
        machine?.write(character);
        await delay(typingDelayMs);
      }
    },
    close: () => {
      screen.mark();
      machine?.destroy();
      bmc?.destroy();
      for (const server of servers) server.close();
    },
  };
}

/** What came, line by line, and who waits for something in it. */
function createScreen(logFile: string, elapsedMs: () => number) {
  const lines: SerialLine[] = [];
  const watchers = new Set<() => void>();
  let partial = '';

  function addLine(text: string): void {
    const line = { atMs: elapsedMs(), text };
    lines.push(line);
    appendFileSync(logFile, `[${(line.atMs / 1000).toFixed(2).padStart(8)}] ${text}\n`);
  }

  function receive(bytes: Buffer): void {
    const { complete, rest } = splitSerial(partial + bytes.toString('latin1'));
    partial = rest;
    for (const text of complete) addLine(text);
    for (const watcher of watchers) watcher();
  }

  /** Else a prompt that was left standing would count as part of what comes next. */
  function mark(): number {
    if (partial !== '') addLine(cleanSerial(partial));
    partial = '';
    return lines.length;
  }

  function find(pattern: RegExp, from = 0): SerialLine | undefined {
    const line = lines.slice(from).find(({ text }) => pattern.test(text));
    if (line !== undefined) return line;
    const prompt = cleanSerial(partial);
    return pattern.test(prompt) ? { atMs: elapsedMs(), text: prompt } : undefined;
  }

  function waitFor(pattern: RegExp, timeoutMs: number, from = 0): Promise<SerialLine> {
    return new Promise((settle, fail) => {
      const check = (): void => {
        const line = find(pattern, from);
        if (line !== undefined) end(() => settle(line));
      };
      const timer = setTimeout(() => {
        const last = JSON.stringify([...lines.slice(-5).map(({ text }) => text), partial]);
        const missed = `${pattern} did not come on the serial port in ${timeoutMs / 1000} s`;
        end(() => fail(new Error(`${missed}; last: ${last}; all: ${logFile}`)));
      }, timeoutMs);
      const end = (then: () => void): void => {
        clearTimeout(timer);
        watchers.delete(check);
        then();
      };
      watchers.add(check);
      check();
    });
  }

  return { receive, mark, find, waitFor };
}

async function listen(path: string, onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(socket => {
    // A machine whose power goes away resets the connection: that is no fault of the console.
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  await new Promise<void>((settle, fail) => {
    server.once('error', fail);
    server.listen(path, settle);
  });
  return server;
}

/** Complete lines without terminal control and without empty ones; what follows the last line end stays as it came. */
export function splitSerial(text: string): { readonly complete: readonly string[]; readonly rest: string } {
  const parts = text.split(/[\r\n]+/);
  const rest = parts.pop() ?? '';
  return { complete: parts.map(cleanSerial).filter(line => line.trim() !== ''), rest };
}

const escapeCharacter = String.fromCodePoint(0x1b);
/** ECMA-48 sequences as firmware and GRUB send them, and lone control characters. */
const terminalControl = new RegExp(
  `${escapeCharacter}(\\[[0-9;?=]*[A-Za-z]|[()][A-Z0-9]|[=>cM78])|\\p{Cc}`,
  'gu',
);

export function cleanSerial(text: string): string {
  return text.replaceAll(terminalControl, '');
}
