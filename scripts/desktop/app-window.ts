import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { BrowserEnded, type DebugPipe, openDebugPipe } from './debug-pipe.ts';
import { makeFolderFor } from './owned-folder.ts';
import type { WindowUser } from './window-user.ts';

const navigateAttempts = 100;
const navigatePauseMs = 50;

export interface AppWindow {
  /** Resolves with the exit code when the person closes it. */
  readonly closed: Promise<number>;
  close(): void;
}

export interface AppWindowOptions {
  readonly browser: string;
  readonly user: WindowUser;
  readonly baseUrl: string;
  /** `name=value`, as the server set it. */
  readonly cookie: string;
}

/**
 * The page in a window of its own, without tabs and address bar, in a profile of its own. The session's cookie goes
 * in by the debugging pipe: what is in an argument list or an address could be read by others on this machine.
 * `handed over`: a browser runs on this profile already and has opened the window, with the cookies that it has.
 */
export async function openAppWindow({
  browser,
  user,
  baseUrl,
  cookie,
}: AppWindowOptions): Promise<AppWindow | 'handed over'> {
  const profile = makeProfile(browser, user);
  const args = [
    `--app=${baseUrl}/`,
    `--user-data-dir=${profile}`,
    '--remote-debugging-pipe',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
  ];
  const child = spawn(browser, args, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: user.home },
    ...(user.uid === undefined ? {} : { uid: user.uid }),
    ...(user.gid === undefined ? {} : { gid: user.gid }),
  });
  await once(child, 'spawn');
  const closed = once(child, 'exit').then(([code]) => Number(code ?? 1));
  const pipe = openDebugPipe(child.stdio[3] as Writable, child.stdio[4] as Readable);
  try {
    await signIn(pipe, baseUrl, cookie);
  } catch (error) {
    // Chromium's process singleton: the second on a profile passes its arguments on and ends well.
    if (error instanceof BrowserEnded && (await closed) === 0) return 'handed over';
    child.kill();
    throw error;
  }
  return { closed, close: () => void child.kill() };
}

async function signIn(pipe: DebugPipe, baseUrl: string, cookie: string): Promise<void> {
  const [name, value] = cookie.split('=', 2);
  const lifetime = { httpOnly: true, sameSite: 'Strict', path: '/', url: baseUrl };
  await pipe.call('Storage.setCookies', { cookies: [{ name, value, ...lifetime }] });
  const { targetInfos } = (await pipe.call('Target.getTargets')) as {
    targetInfos: { targetId: string; type: string }[];
  };
  for (const { targetId } of targetInfos.filter(({ type }) => type === 'page')) {
    const { sessionId } = await pipe.call('Target.attachToTarget', { targetId, flatten: true });
    await navigate(pipe, String(sessionId), `${baseUrl}/`);
  }
}

/**
 * Anew, now with the cookie. Not a reload: the page may still be the empty one of before the first answer. While it changes
 * from one to the other it refuses ("Not attached to an active page") or breaks off: asked again.
 */
async function navigate(pipe: DebugPipe, sessionId: string, url: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await pipe.call('Page.navigate', { url }, sessionId).then(
      ({ errorText }) => errorText,
      (error: Error) => error,
    );
    if (outcome === undefined) return;
    if (outcome instanceof BrowserEnded) throw outcome;
    if (attempt === navigateAttempts) {
      const why = outcome instanceof Error ? outcome.message : JSON.stringify(outcome);
      throw new Error(`the page did not load: ${why}`);
    }
    await sleep(navigatePauseMs);
  }
}

/** A snap sees no hidden folder of the home directory; an account of a service may have no home at all. */
function makeProfile(browser: string, user: WindowUser): string {
  const isSnap = browser.startsWith('/snap/');
  const folder = !existsSync(user.home)
    ? path.join(os.tmpdir(), `rackside-window-${user.uid}`)
    : isSnap
      ? path.join(user.home, 'snap', path.basename(browser), 'common', 'rackside-window')
      : path.join(user.home, '.local', 'share', 'rackside-window');
  makeFolderFor(user, folder);
  return folder;
}
