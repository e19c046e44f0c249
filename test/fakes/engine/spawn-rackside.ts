import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const entry = path.join(import.meta.dirname, 'rackside.ts');

export interface RacksideProcess {
  readonly child: ChildProcess;
  /** The first line of stdout; rejects with stderr when the process ends before. */
  firstLine(): Promise<string>;
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
  const line = once(createInterface({ input: child.stdout }), 'line');
  return {
    child,
    firstLine: async () => {
      const first = await Promise.race([line, ended.then(() => undefined)]);
      if (first === undefined) throw new Error(`rackside ended: ${stderr.join('')}`);
      return String(first[0]);
    },
    exit: async () => {
      const [code] = (await ended) as [number | null];
      return { code, stdout: stdout.join(''), stderr: stderr.join('') };
    },
  };
}
