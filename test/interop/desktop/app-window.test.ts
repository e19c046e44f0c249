import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

/** Debian's Chromium, told what a machine without a screen and without user namespaces needs. */
function headlessBrowser(): string {
  const file = path.join(folder, 'browser');
  writeFileSync(
    file,
    '#!/bin/sh\nexec /usr/bin/chromium --headless=new --no-sandbox --disable-gpu --disable-quic "$@"\n',
    {
      mode: 0o755,
    },
  );
  return file;
}

/** The argument lists of all processes that have this profile. */
function argumentLists(profile: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return text.includes(profile) ? [text] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

describe('the app window', () => {
  it('signs in by itself, with no secret in an argument list, and not as root', async () => {
    await buildTestPage(path.join(folder, 'page'));
    const engine = await runEngine(path.join(folder, 'data'), ['--page', path.join(folder, 'page')]);
    cleanUp.push(() => engine.stop());
    const home = path.join(folder, 'home');
    mkdirSync(home);
    const user = { uid: isRoot ? 65_534 : undefined, gid: isRoot ? 65_534 : undefined, home, why: '' };
    const cookie = await newSession(engine);
    const window = await openAppWindow({ browser: headlessBrowser(), user, baseUrl: engine.baseUrl, cookie });
    cleanUp.push(async () => {
      window.close();
      await window.closed;
    });

    await vi.waitFor(() => expect(engineLog()).toContain('a page is connected'), { timeout: 30_000 });
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
    await vi.waitFor(() => expect(engineLog()).toContain('a page has gone'), { timeout: 30_000 });
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

    const { pid } = JSON.parse(
      engineLog()
        .split('\n')
        .find(line => line.includes('"ready"')) ?? '{}',
    ) as { pid: number };
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await runningDeployments(engine)).toBe(0), {
      timeout: 30_000,
      interval: 300,
    });
    const session = await fetch(`${engine.baseUrl}/session`, { headers: { cookie } });
    expect(session.status).toBe(204);

    await engine.stop();
    expect(await findEngine(dataDir)).toBeUndefined();
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
