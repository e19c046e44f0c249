import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultDataDir } from '#shared/model/default-data-dir.ts';
import { openAppWindow } from './app-window.ts';
import { fetchElectron, findElectron } from './electron-runtime.ts';
import { findBrowser } from './find-browser.ts';
import {
  type EngineAddress,
  findEngine,
  newSession,
  type RunningEngine,
  runEngine,
  runningDeployments,
} from './headless-engine.ts';
import { fileOwner, parseAccounts, type WindowUser, windowUser } from './window-user.ts';

const root = path.join(import.meta.dirname, '..', '..');
const say = (line: string) => void process.stdout.write(`${line}\n`);
/** A program that ends sooner never showed a window. */
const diedAtOnceMs = 5000;
const pollMs = 5000;

/**
 * Opens the desktop window: Electron's, or the same page in an app window of an installed browser, or, where no window
 * can be, its address. Resolves with the exit code when the person is done.
 */
export async function openDesktop(): Promise<number> {
  const dataDir = defaultDataDir({ platform: process.platform, env: process.env, home: os.homedir() });
  const why = reasonForNoWindow();
  if (why !== undefined) return await serveOnly(dataDir, why);
  const user = knownWindowUser();
  if (user === undefined)
    return await serveOnly(dataDir, 'Root opens no window, and who else is at the display is not known.');

  // As root the engine has root's rights and the window has not; one Electron program cannot be both.
  const isRoot = user.uid !== undefined;
  const electron = isRoot ? undefined : (findElectron() ?? (await fetchElectron()));
  if (electron !== undefined) {
    const code = await runElectron(electron, dataDir);
    if (code !== 'died at once') return code;
    say('Electron did not start (on some systems its sandbox is not set up); a browser shows the page.');
  } else if (!isRoot)
    say('The Electron runtime is not here and cannot be fetched; a browser shows the page.');
  else say(`The engine runs as root, the window as uid ${user.uid} (${user.why}): a browser shows the page.`);

  const browser = findBrowser(process.env, process.platform);
  if (browser === undefined) return await serveOnly(dataDir, 'There is no Chromium, Chrome or Edge either.');
  return await runInBrowser(dataDir, browser, user);
}

function reasonForNoWindow(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const { DISPLAY, WAYLAND_DISPLAY } = process.env as Record<string, string | undefined>;
  return (DISPLAY ?? '') === '' && (WAYLAND_DISPLAY ?? '') === '' ? 'There is no display here.' : undefined;
}

function knownWindowUser(): WindowUser | undefined {
  const accounts = process.platform === 'linux' ? parseAccounts(readFileSync('/etc/passwd', 'utf8')) : [];
  return windowUser({ uid: process.getuid?.(), env: process.env, ownerOf: fileOwner, accounts });
}

async function runElectron(program: string, dataDir: string): Promise<number | 'died at once'> {
  const startedAt = performance.now();
  const env = { ...process.env, RACKSIDE_DATA: dataDir };
  const child = spawn(program, [root], { stdio: ['ignore', 'ignore', 'inherit'], env });
  const [code] = (await once(child, 'exit')) as [number | null];
  const isFailure = code !== 0 && performance.now() - startedAt < diedAtOnceMs;
  return isFailure ? 'died at once' : (code ?? 1);
}

async function runInBrowser(dataDir: string, browser: string, user: WindowUser): Promise<number> {
  const known = await findEngine(dataDir);
  if (known !== undefined) {
    say('The engine runs already; this is one more window on it.');
    return await (await openWindow(known, browser, user)).closed;
  }
  const engine = await runEngine(dataDir);
  const stopped = stopSignal();
  try {
    const window = await openWindow(engine, browser, user);
    const outcome = await Promise.race([window.closed, stopped]);
    if (outcome === 'stop') window.close();
    else await waitForDeployments(engine, stopped);
    return 0;
  } catch (error) {
    say(`The browser did not open a window (${error instanceof Error ? error.message : String(error)}).`);
    say(`Open this yourself; the address works once: ${engine.url}`);
    await stopped;
    return 0;
  } finally {
    await engine.stop();
  }
}

async function openWindow(engine: EngineAddress, browser: string, user: WindowUser) {
  const cookie = await newSession(engine);
  return await openAppWindow({ browser, user, baseUrl: engine.baseUrl, cookie });
}

/** A closed window does not end a deployment. */
async function waitForDeployments(engine: RunningEngine, stopped: Promise<'stop'>): Promise<void> {
  const count = async () => await runningDeployments(engine).catch(() => 0);
  const running = await count();
  if (running === 0) return;
  say(
    `Deployments running: ${running}. They go on; npm start opens a window again, Ctrl+C stops the engine.`,
  );
  while ((await count()) > 0) if ((await Promise.race([sleep(pollMs), stopped])) === 'stop') return;
  say('All deployments have ended.');
}

async function serveOnly(dataDir: string, why: string): Promise<number> {
  const engine = await runEngine(dataDir);
  say(`${why} Open this in a browser; the address works once: ${engine.url}`);
  await stopSignal();
  await engine.stop();
  return 0;
}

function stopSignal(): Promise<'stop'> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve('stop'));
  });
}
