/** A machine's serial console as a technician has it: through the product and the BMC, by a plain terminal program. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { NodeId } from '#shared/model/ids.ts';
import { check } from './check.ts';
import type { Laptop } from './laptop.ts';
import { insideNamespace } from './namespaces.ts';
import type { LabRun } from './run.ts';

export type ConsoleTerminal = {
  readonly type: (text: string) => void;
  /** All that came since the last `mark`, once it has this in it; fails with what came instead. */
  readonly waitFor: (text: string, timeoutMs: number) => Promise<string>;
  readonly mark: () => void;
  readonly close: () => void;
};

/** Opens the console's port and attaches socat to it, on the laptop. */
export async function openTerminal(run: LabRun, laptop: Laptop, nodeId: NodeId): Promise<ConsoleTerminal> {
  const { port, token } = await laptop.product.call.consoles.openPort({
    nodeId,
    address: '127.0.0.1',
    mayWrite: true,
  });
  const [program, ...args] = insideNamespace(laptop.rack.network.provisionerNamespace, [
    'socat',
    '-',
    `TCP:127.0.0.1:${port.port}`,
  ]);
  const socat = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  run.atEnd('the terminal', async () => void socat.kill());
  const terminal = terminalOf(socat);
  terminal.type(`${token}\n`);
  return terminal;
}

function terminalOf(socat: ChildProcess): ConsoleTerminal {
  let heard = '';
  const watchers = new Set<() => void>();
  socat.stdout?.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
    for (const watcher of watchers) watcher();
  });
  return {
    type: text => socat.stdin?.write(text),
    mark() {
      heard = '';
    },
    close: () => socat.kill(),
    waitFor: (text, timeoutMs) =>
      new Promise((settle, fail) => {
        const look = () => {
          if (!heard.includes(text)) return;
          end();
          settle(heard);
        };
        const timer = setTimeout(() => {
          end();
          const last = JSON.stringify(heard.slice(-300));
          fail(
            new Error(
              `${JSON.stringify(text)} did not come on the console in ${timeoutMs / 1000} s: ${last}`,
            ),
          );
        }, timeoutMs);
        const end = () => {
          clearTimeout(timer);
          watchers.delete(look);
        };
        watchers.add(look);
        look();
      }),
  };
}

/** Where a login prompt stands already, or comes with Enter. */
export async function logInOnTerminal(
  run: LabRun,
  terminal: ConsoleTerminal,
  wish: { readonly hostName: string; readonly rootPassword: string },
): Promise<void> {
  terminal.mark();
  terminal.type('\r');
  await terminal.waitFor(`${wish.hostName} login: `, 60_000);
  terminal.type('root\r');
  await terminal.waitFor('Password: ', 60_000);
  terminal.type(`${wish.rootPassword}\r`);
  await terminal.waitFor(`root@${wish.hostName}:~# `, 120_000);
  check(run, 'root logs in over SOL, at a port of the console, with the password', true);
}
