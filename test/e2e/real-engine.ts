import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RacksideHandlers } from '#shared/contract/index.ts';

const root = join(import.meta.dirname, '..', '..');

type AnswerOf<Handler> = Handler extends (...call: never[]) => infer Answer ? Awaited<Answer> : never;

export interface RealEngine {
  /** For a browser, once. */
  readonly url: string;
  readonly dataDir: string;
  /** As a script asks: `POST /rpc/…`. */
  readonly ask: <Namespace extends keyof RacksideHandlers, Name extends keyof RacksideHandlers[Namespace]>(
    namespace: Namespace,
    name: Name & string,
    input?: object,
  ) => Promise<AnswerOf<RacksideHandlers[Namespace][Name]>>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** SIGKILL, as the out-of-memory killer does it. */
  readonly kill: () => Promise<void>;
  /** After `kill`: on the same data, at the same address. */
  readonly startAgain: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Ready {
  readonly url: string;
  readonly baseUrl: string;
}

const rackside = join(root, 'electron', 'engine', 'hosts', 'rackside.mjs');

/** `rackside serve` as a person starts it, with a data folder of its own. `program`: what is run instead of `rackside`. */
export async function startRealEngine(program = rackside): Promise<RealEngine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rk-e2e-'));
  const token = randomBytes(24).toString('base64url');
  const start = async (listen: string) => {
    const child = spawn(process.execPath, [program, 'serve', '--data', dataDir, '--listen', listen], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, RACKSIDE_TOKEN: token },
    });
    return { child, ready: await readyLine(child) };
  };
  let running = await start('127.0.0.1:0');
  const { url, baseUrl } = running.ready;
  const end = async (signal: NodeJS.Signals) => {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  return {
    url,
    dataDir,
    async ask(namespace, name, input = {}) {
      const response = await fetch(`${baseUrl}/rpc/${namespace}/${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(input),
      });
      if (!response.ok) throw new Error(`${namespace}.${name}: ${await response.text()}`);
      return response.json() as Promise<never>;
    },
    signal: name => void running.child.kill(name),
    kill: () => end('SIGKILL'),
    async startAgain() {
      running = await start(new URL(baseUrl).host);
    },
    async stop() {
      await end('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function readyLine(child: ChildProcess): Promise<Ready> {
  if (child.stdout === null) throw new Error('the engine has no output');
  const line = once(createInterface({ input: child.stdout }), 'line');
  const [text] = await Promise.race([line, once(child, 'exit').then(() => [])]);
  if (typeof text !== 'string') throw new Error('the engine ended before it was ready');
  return JSON.parse(text) as Ready;
}
