import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Listener } from './listener.ts';
import { createListener } from './listener.ts';

/** A program with a terminal of its own, raw from the start. */
export interface TerminalProgram {
  /** Of the process that has the terminal and the program as its child. */
  readonly pid: number;
  readonly output: Listener;
  type(bytes: Uint8Array | string): void;
  /** Resolves when the output holds this text. */
  says(text: string): Promise<void>;
  /** Its exit code, once it has ended. */
  ended(): Promise<number>;
  kill(): void;
}

const inPseudoTerminal = `
import os, pty, select, signal, sys, tty
pid, terminal = pty.fork()
if pid == 0:
    tty.setraw(0)
    os.execvp(sys.argv[1], sys.argv[1:])
signal.signal(signal.SIGTERM, lambda *_: os.kill(pid, signal.SIGKILL))
sources = [0, terminal]
while True:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 4096)
        except OSError:
            data = b''
        if source == terminal and not data:
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) & 255)
        if not data:
            sources.remove(0)
        while data:
            data = data[os.write(1 if source == terminal else terminal, data):]
`;

export function runInTerminal(program: string, ...args: readonly string[]): TerminalProgram {
  const child = spawn('python3', ['-c', inPseudoTerminal, program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const output = createListener();
  const exited = once(child, 'close');
  let onOutput: () => void = () => undefined;
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (chunk: Buffer) => {
    output.onData(chunk);
    onOutput();
  });
  return {
    pid: child.pid ?? 0,
    output,
    type: bytes => child.stdin.write(bytes),
    says: text =>
      new Promise((resolve, reject) => {
        onOutput = () => {
          if (output.text().includes(text)) resolve();
        };
        onOutput();
        exited.then(() => reject(new Error(`ended without "${text}": ${output.text()}`)), reject);
      }),
    async ended() {
      const [code] = await exited;
      return Number(code);
    },
    kill: () => child.kill('SIGTERM'),
  };
}
