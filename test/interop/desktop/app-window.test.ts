import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAppWindow } from '#scripts/desktop/app-window.ts';
import { findEngine, newSession, runEngine, runningDeployments } from '#scripts/desktop/headless-engine.ts';
import { buildTestPage } from '#test/fakes/electron/build-shell.ts';

const root = path.join(import.meta.dirname, '..', '..', '..');
const isRoot = process.getuid?.() === 0;

let folder: string;
const cleanUp: (() => Promise<void> | void)[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rk-desktop-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
  rmSync(folder, { recursive: true, force: true });
});

const engineLog = () => readFileSync(path.join(folder, 'data', 'logs', 'engine.log'), 'utf8');

/** Throws while it is not ready. */
function enginePid(): number {
  const ready = engineLog()
    .split('\n')
    .find(line => line.includes('"ready"'));
  return (JSON.parse(ready ?? '') as { pid: number }).pid;
}

/** Debian's Chromium with all of its windows, on a screen that is not there; and without user namespaces. */
function screenlessBrowser(): string {
  const file = path.join(folder, 'browser');
  const options = '--ozone-platform=headless --no-sandbox --disable-gpu --disable-quic';
  writeFileSync(file, `#!/bin/sh\nexec /usr/bin/chromium ${options} "$@"\n`, { mode: 0o755 });
  return file;
}

/** All processes that have this profile, with their argument lists. */
function processesWith(profile: string): { pid: number; list: string }[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const list = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return list.includes(profile) ? [{ pid: Number(pid), list }] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

const argumentLists = (profile: string) => processesWith(profile).map(({ list }) => list);
/** The browser itself, not the processes that it has made. */
const browsersOf = (profile: string) => processesWith(profile).filter(({ list }) => list.includes('--app='));

describe('the app window', () => {
  async function startWithPage() {
    await buildTestPage(path.join(folder, 'page'));
    const engine = await runEngine(path.join(folder, 'data'), ['--page', path.join(folder, 'page')]);
    cleanUp.push(() => engine.stop());
    const home = path.join(folder, 'home');
    mkdirSync(home);
    const id = isRoot ? 65_534 : undefined;
    const user = { uid: id, gid: id, home, why: '', isCaller: false };
    const open = async () => {
      const cookie = await newSession(engine);
      const window = await openAppWindow({
        browser: screenlessBrowser(),
        user,
        baseUrl: engine.baseUrl,
        cookie,
      });
      return { cookie, window };
    };
    const { cookie, window } = await open();
    if (window === 'handed over') throw new Error('there was no browser to hand over to');
    cleanUp.push(async () => {
      window.close();
      await window.closed;
    });
    return { engine, home, cookie, window, open };
  }
  const untilLogged = (line: string, times = 1) =>
    vi.waitFor(() => expect(engineLog().split(line)).toHaveLength(times + 1), { timeout: 30_000 });

  it('signs in by itself, with no secret in an argument list, and not as root', async () => {
    const { engine, home, cookie, window } = await startWithPage();
    await untilLogged('a page is connected');
    const lists = argumentLists(home);
    expect(lists.length).toBeGreaterThan(1);
    const ticket = engine.url.split('token=')[1] ?? '';
    for (const secret of [ticket, engine.token, cookie.split('=')[1] ?? '']) {
      expect(secret.length).toBeGreaterThan(20);
      for (const list of lists) expect(list).not.toContain(secret);
      expect(engineLog()).not.toContain(secret);
    }
    window.close();
    await window.closed;
    await untilLogged('a page has gone');
  });

  it('is opened by the browser that runs already, which is no failure', async () => {
    const { open } = await startWithPage();
    await untilLogged('a page is connected');
    const second = await open();
    expect(second.window).toBe('handed over');
    await untilLogged('a page is connected', 2);
  });
});

describe('two starts', () => {
  /** `npm start` without the set-up, in a profile of its own. */
  function startDesktop(name: string) {
    const home = path.join(folder, name);
    mkdirSync(home);
    chmodSync(home, 0o777);
    const script =
      "import('#scripts/desktop/desktop.ts').then(async m => process.exit(await m.openDesktop()))";
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      env: {
        ...process.env,
        DISPLAY: ':99',
        RACKSIDE_DATA: path.join(folder, 'data'),
        RACKSIDE_BROWSER: screenlessBrowser(),
        ELECTRON_SKIP_BINARY_DOWNLOAD: '1',
        ELECTRON_OVERRIDE_DIST_PATH: '/nonexistent',
        HOME: home,
        TMPDIR: home,
        ...(isRoot ? { SUDO_UID: '65534' } : {}),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said: string[] = [];
    child.stdout.on('data', text => void said.push(String(text)));
    const ended = once(child, 'exit') as Promise<[number | null]>;
    cleanUp.push(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    /** As a person closes the window: the browser ends. */
    const closeWindow = () => {
      for (const { pid } of browsersOf(home)) process.kill(pid, 'SIGTERM');
    };
    const hasWindow = () =>
      vi.waitFor(() => expect(argumentLists(home).join()).toContain('type=renderer'), { timeout: 60_000 });
    return { said, ended, closeWindow, hasWindow };
  }

  it('share the engine until the last window is closed', async () => {
    const first = startDesktop('first');
    await first.hasWindow();
    const dataDir = path.join(folder, 'data');
    const engine = await vi.waitFor(async () => {
      const found = await findEngine(dataDir);
      expect(found).toBeDefined();
      return found;
    });
    const second = startDesktop('second');
    await second.hasWindow();
    first.closeWindow();
    await vi.waitFor(() => expect(first.said.join('')).toContain('other windows: 1'), { timeout: 30_000 });
    expect(await findEngine(dataDir)).toEqual(engine);
    second.closeWindow();
    expect(await second.ended).toEqual([0, null]);
    expect(await first.ended).toEqual([0, null]);
    expect(await findEngine(dataDir)).toBeUndefined();
    // What root wrote is the caller's again, for a start without sudo.
    const owners = ['.', 'rackside.db', 'logs/engine.log'].map(
      name => statSync(path.join(dataDir, name)).uid,
    );
    expect(new Set(owners)).toEqual(new Set([isRoot ? 65_534 : process.getuid?.()]));
  });
});

describe('the engine behind the window', () => {
  it('is found by the next start, and comes back at the same address when it is killed', async () => {
    const dataDir = path.join(folder, 'data');
    expect(await findEngine(dataDir)).toBeUndefined();
    const engine = await runEngine(dataDir);
    cleanUp.push(() => engine.stop());
    expect(await findEngine(dataDir)).toEqual({ baseUrl: engine.baseUrl, token: engine.token });
    const cookie = await newSession(engine);

    process.kill(enginePid(), 'SIGKILL');
    await vi.waitFor(async () => expect(await runningDeployments(engine)).toBe(0), {
      timeout: 30_000,
      interval: 300,
    });
    const session = await fetch(`${engine.baseUrl}/session`, { headers: { cookie } });
    expect(session.status).toBe(204);

    await engine.stop();
    expect(await findEngine(dataDir)).toBeUndefined();
  });

  it('has the same address at the next start, where the browser kept language and theme, if it is free', async () => {
    const dataDir = path.join(folder, 'data');
    const first = await runEngine(dataDir);
    await first.stop();
    const second = await runEngine(dataDir);
    await second.stop();
    expect(second.baseUrl).toBe(first.baseUrl);
    expect(second.token).not.toBe(first.token);

    const { hostname, port } = new URL(first.baseUrl);
    const stranger = createServer().listen(Number(port), hostname);
    cleanUp.push(() => void stranger.close());
    await once(stranger, 'listening');
    const third = await runEngine(dataDir);
    await third.stop();
    expect(third.baseUrl).not.toBe(first.baseUrl);
  });

  it('ends with the start that runs it, even when that is killed outright', async () => {
    const script = "import('#scripts/desktop/headless-engine.ts').then(m => m.runEngine(process.argv[1]))";
    const dataDir = path.join(folder, 'data');
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script, dataDir], {
      cwd: root,
      stdio: 'inherit',
    });
    const pid = await vi.waitFor(() => enginePid(), { timeout: 30_000 });
    starter.kill('SIGKILL');
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 15_000 });
  });
});

describe('without a display', () => {
  it('says so, prints the address, serves until it is told to stop', async () => {
    const script =
      "import('#scripts/desktop/desktop.ts').then(async m => process.exit(await m.openDesktop()))";
    const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      env: { ...env, RACKSIDE_DATA: path.join(folder, 'data') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect(line).toMatch(
      /^There is no display here\. Open this in a browser; the address works once: http:\/\/127/,
    );
    const address = new URL(line.slice(line.indexOf('http')));
    expect((await fetch(`${address.origin}/session`)).status).toBe(401);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    await expect(fetch(address.origin)).rejects.toThrow();
  });
});
