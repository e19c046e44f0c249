import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';

const program = path.join(import.meta.dirname, '..', '..', 'electron', 'engine', 'hosts', 'rackside.mjs');
const maxRestartWaitMs = 30_000;
/** An engine that ran so long was well. */
const stableMs = 60_000;
/** So long it may take to end in good order. */
const stopTimeoutMs = 15_000;
const loopback = '127.0.0.1';

/** An engine with the headless host, ours or one that runs already. */
export interface EngineAddress {
  readonly baseUrl: string;
  readonly token: string;
}

export interface RunningEngine extends EngineAddress {
  /** For a browser that somebody opens by hand: works once. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * `rackside serve` in a process of its own, started again at the same port with the same token when it crashes: windows
 * stay signed in and find it again. Where it is stands in `window-host.json` (0600), for the next window; the port stays
 * there for the next engine, because a browser keeps a person's language and theme by the page's address.
 */
export async function runEngine(
  dataDir: string,
  serveOptions: readonly string[] = [],
): Promise<RunningEngine> {
  const token = randomBytes(32).toString('base64url');
  const note = noteFile(dataDir);
  let child: ChildProcess;
  let isStopping = false;
  let failures = 0;
  let startedAt = 0;
  const start = (listen: string) => {
    startedAt = performance.now();
    child = spawn(
      process.execPath,
      [program, 'serve', '--data', dataDir, '--listen', listen, ...serveOptions],
      {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
        // It ends with us, however we end (rackside.mjs).
        env: { ...process.env, RACKSIDE_TOKEN: token, RACKSIDE_PARENT: 'rackside.mjs' },
      },
    );
    return child;
  };
  const first = await readyLine(start(`${loopback}:${await lastPort(note)}`));
  const watch = () => {
    child.once('exit', () => {
      if (isStopping) return;
      failures = performance.now() - startedAt > stableMs ? 1 : failures + 1;
      const waitMs = Math.min(maxRestartWaitMs, 500 * 2 ** (failures - 1));
      process.stderr.write(`The engine ended; it is started again in ${waitMs / 1000} s.\n`);
      setTimeout(() => {
        if (isStopping) return;
        start(new URL(first.baseUrl).host);
        watch();
      }, waitMs);
    });
  };
  watch();
  writeFileSync(note, JSON.stringify({ baseUrl: first.baseUrl, token }), { mode: 0o600 });
  return {
    ...first,
    token,
    async stop() {
      isStopping = true;
      writeFileSync(note, JSON.stringify({ baseUrl: first.baseUrl }), { mode: 0o600 });
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await once(child, 'exit');
      clearTimeout(killer);
    },
  };
}

/** The engine of an earlier start that still runs on this data directory. */
export async function findEngine(dataDir: string): Promise<EngineAddress | undefined> {
  const { baseUrl, token } = readNote(noteFile(dataDir)) ?? {};
  if (baseUrl === undefined || token === undefined) return undefined;
  try {
    await runningDeployments({ baseUrl, token });
    return { baseUrl, token };
  } catch {
    return undefined; // nobody there, or somebody else by now
  }
}

/** Without a token: an engine that has ended. */
function readNote(note: string): Partial<EngineAddress> | undefined {
  try {
    return JSON.parse(readFileSync(note, 'utf8')) as Partial<EngineAddress>;
  } catch {
    return undefined; // none yet, or half of one
  }
}

/** The port of the engine before, if it is free; 0 takes any. */
function lastPort(note: string): Promise<number> {
  const { baseUrl = '' } = readNote(note) ?? {};
  const port = URL.canParse(baseUrl) ? Number(new URL(baseUrl).port) : 0;
  const probe = createServer();
  return new Promise(resolve => {
    probe.once('error', () => resolve(0));
    probe.listen(port, loopback, () => probe.close(() => resolve(port)));
  });
}

export async function runningDeployments({ baseUrl, token }: EngineAddress): Promise<number> {
  const response = await fetch(`${baseUrl}/rpc/deployments/list`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(5000),
  });
  if (!response.ok) throw new Error(`the engine answered ${response.status}`);
  const deployments = (await response.json()) as { state: string }[];
  return deployments.filter(({ state }) => state === 'running').length;
}

/** A session for a window, got with the token; `name=value` of its cookie. */
export async function newSession({ baseUrl, token }: EngineAddress): Promise<string> {
  const response = await fetch(`${baseUrl}/session`, { method: 'POST', body: JSON.stringify({ token }) });
  const cookie = response.headers.get('set-cookie')?.split(';', 1)[0];
  if (cookie === undefined) throw new Error(`the engine gave no session: ${response.status}`);
  return cookie;
}

async function readyLine(child: ChildProcess): Promise<{ url: string; baseUrl: string }> {
  if (child.stdout === null) throw new Error('the engine has no output');
  const line = once(createInterface({ input: child.stdout }), 'line');
  const ended = once(child, 'exit').then(() => undefined);
  const first = await Promise.race([line, ended]);
  if (first === undefined) throw new Error('the engine did not start; its reason is above');
  return JSON.parse(String(first[0])) as { url: string; baseUrl: string };
}

function noteFile(dataDir: string): string {
  return path.join(dataDir, 'window-host.json');
}
