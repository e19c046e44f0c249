import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const entry = path.join(import.meta.dirname, 'rackside.ts');

export interface RacksideProcess {
  readonly child: ChildProcess;
  /** The first line of stdout; rejects with stderr when the process ends before. */
  firstLine(): Promise<string>;
  /** The line after the first. */
  secondLine(): Promise<string>;
  exit(): Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** `rackside …` with the fake engine, in a process of its own. */
export function spawnRackside(args: readonly string[], env: NodeJS.ProcessEnv = {}): RacksideProcess {
  const child = spawn(process.execPath, [entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const stdout: string[] = [];
  const stderr: string[] = [];
  child.stdout.on('data', text => void stdout.push(String(text)));
  child.stderr.on('data', text => void stderr.push(String(text)));
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const line = once(lines, 'line');
  const second = line.then(() => once(lines, 'line'));
  // A process that says one thing only ends without the other.
  second.catch(() => undefined);
  return {
    child,
    firstLine: async () => {
      const first = await Promise.race([line, ended.then(() => undefined)]);
      if (first === undefined) throw new Error(`rackside ended: ${stderr.join('')}`);
      return String(first[0]);
    },
    secondLine: async () => String((await second)[0]),
    exit: async () => {
      const [code] = (await ended) as [number | null];
      return { code, stdout: stdout.join(''), stderr: stderr.join('') };
    },
  };
}
