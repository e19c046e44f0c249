import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasNetworkRights } from '#engine/system/network-rights.ts';
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
import { countWindows, forgetWindows, listWindow } from './open-windows.ts';
import { dataDirOf, giveFolderTo, makeFolderFor, refuseForeignData } from './owned-folder.ts';
import { fileOwner, parseAccounts, type WindowUser, windowUser } from './window-user.ts';

const root = path.join(import.meta.dirname, '..', '..');
const say = (line: string) => void process.stdout.write(`${line}\n`);
/** A program that ends sooner never showed a window. */
const diedAtOnceMs = 5000;
const pollMs = 2000;

/**
 * Opens the desktop window: Electron's, or the same page in an app window of an installed browser, or, where no window
 * can be, its address. Resolves with the exit code when the person is done.
 */
export async function openDesktop(): Promise<number> {
  const user = knownWindowUser();
  const dataDir = dataDirOf(user);
  // As root the engine has root's rights and the window has not; one Electron program cannot be both.
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) refuseForeignData(dataDir);
  else if (user?.isCaller === true) {
    makeFolderFor(user, dataDir);
    process.on('exit', () => giveFolderTo(user, dataDir));
  }
  const why = reasonForNoWindow();
  if (why !== undefined) return await serveOnly(dataDir, why);
  if (user === undefined)
    return await serveOnly(dataDir, 'Root opens no window, and who else is at the display is not known.');
  if (isRoot)
    say(`The engine runs as root, the window as uid ${user.uid} (${user.why}): a browser shows the page.`);
  else if (hasNetworkRights())
    say(
      "Node has been given the right to serve networks, which Electron's program cannot have: a browser shows the page.",
    );
  else {
    const code = await tryElectron(dataDir);
    if (code !== undefined) return code;
  }
  const browser = findBrowser(process.env, process.platform);
  if (browser === undefined) return await serveOnly(dataDir, 'There is no Chromium, Chrome or Edge either.');
  return await runInBrowser(dataDir, browser, user);
}

/** The exit code, or undefined after saying why there is no window of Electron. */
async function tryElectron(dataDir: string): Promise<number | undefined> {
  const program = findElectron() ?? (await fetchElectron());
  if (program === undefined) {
    say('The Electron runtime is not here and cannot be fetched; a browser shows the page.');
    return undefined;
  }
  const code = await runElectron(program, dataDir);
  if (code !== 'died at once') return code;
  say('Electron did not start (on some systems its sandbox is not set up); a browser shows the page.');
  return undefined;
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
  return known === undefined
    ? await runBoth(dataDir, browser, user)
    : await openAnother(known, dataDir, browser, user);
}

/** A window on an engine that another start keeps: listed, so that it is kept as long as the window is open. */
async function openAnother(engine: EngineAddress, dataDir: string, browser: string, user: WindowUser) {
  say('The engine runs already; this is one more window on it.');
  const unlist = listWindow(dataDir);
  try {
    const window = await openWindow(engine, browser, user);
    // Handed over to the browser of another window, which is somebody's who keeps it.
    if (window !== 'handed over') await window.closed;
    return 0;
  } finally {
    unlist();
  }
}

async function runBoth(dataDir: string, browser: string, user: WindowUser): Promise<number> {
  forgetWindows(dataDir);
  const engine = await runEngine(dataDir);
  const stopped = stopSignal();
  try {
    const window = await openWindow(engine, browser, user);
    if (window === 'handed over') throw new Error('close the window of an earlier start first');
    const outcome = await Promise.race([window.closed, stopped]);
    if (outcome === 'stop') window.close();
    else await waitUntilUnused(engine, dataDir, stopped);
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

/** A closed window ends neither a deployment nor the windows of others. */
async function waitUntilUnused(engine: RunningEngine, dataDir: string, stopped: Promise<'stop'>) {
  const count = async () => ({
    // One that crashed and comes back has not ended them.
    deployments: await runningDeployments(engine).catch(() => 1),
    windows: countWindows(dataDir),
  });
  const { deployments, windows } = await count();
  if (deployments + windows === 0) return;
  say(
    `Deployments running: ${deployments}, other windows: ${windows}. The engine goes on; npm start opens a window again, Ctrl+C stops the engine.`,
  );
  for (let left = deployments + windows; left > 0; ) {
    if ((await Promise.race([sleep(pollMs), stopped])) === 'stop') return;
    const now = await count();
    left = now.deployments + now.windows;
  }
  say('Nobody uses the engine any more; it ends.');
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
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve('stop'));
  });
}
