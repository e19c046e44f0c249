import { describe, expect, it } from 'vitest';
import { findBrowser } from '#scripts/desktop/find-browser.ts';
import { parseAccounts, windowUser } from '#scripts/desktop/window-user.ts';

const accounts = parseAccounts(
  'root:x:0:0:root:/root:/bin/bash\nanna:x:1000:1000:,,,:/home/anna:/bin/bash\nben:x:1001:100::/home/ben:/bin/sh\n',
);
const noFile = () => undefined;

describe("the window's user", () => {
  it('is whoever runs it, if that is not root', () => {
    const user = windowUser({ uid: 1000, env: { HOME: '/home/anna' }, ownerOf: noFile, accounts });
    expect(user).toEqual({ uid: undefined, gid: undefined, home: '/home/anna', why: '', isCaller: false });
  });

  it('is, for root, who called sudo or pkexec', () => {
    const ask = (env: Record<string, string>) => windowUser({ uid: 0, env, ownerOf: noFile, accounts })?.home;
    expect(ask({ SUDO_UID: '1001', DISPLAY: ':0' })).toBe('/home/ben');
    expect(ask({ PKEXEC_UID: '1000' })).toBe('/home/anna');
  });

  it('is, for root alone, who owns the display', () => {
    const ownerOf = (file: string) => (file === '/tmp/.X11-unix/X1' ? { uid: 1000, gid: 1000 } : undefined);
    const ask = (env: Record<string, string>) => windowUser({ uid: 0, env, ownerOf, accounts });
    expect(ask({ DISPLAY: ':1.0' })).toMatchObject({ uid: 1000, gid: 1000, home: '/home/anna' });
    expect(ask({ DISPLAY: ':0' })).toBeUndefined();
  });

  it('is never root, nor somebody without an account', () => {
    const ownerOf = () => ({ uid: 0, gid: 0 });
    const ask = (env: Record<string, string>) => windowUser({ uid: 0, env, ownerOf, accounts });
    expect(ask({ SUDO_UID: '0', DISPLAY: ':0' })).toBeUndefined();
    expect(ask({ SUDO_UID: '4242' })).toBeUndefined();
    expect(ask({ SUDO_UID: 'x', DISPLAY: 'remote:0' })).toBeUndefined();
  });
});

describe('the browser', () => {
  const among =
    (...programs: string[]) =>
    (file: string) =>
      programs.includes(file);

  it('is the first of Chromium, Chrome and Edge on the path, absolute folders only', () => {
    const env = { PATH: '.:/usr/bin:/opt/bin' };
    expect(findBrowser(env, 'linux', among('/opt/bin/microsoft-edge', '/opt/bin/google-chrome'))).toBe(
      '/opt/bin/google-chrome',
    );
    expect(findBrowser(env, 'linux', among('./chromium', 'chromium'))).toBeUndefined();
  });

  it('is where each system puts it', () => {
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    expect(findBrowser({ 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' }, 'win32', among(edge))).toBe(edge);
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(findBrowser({}, 'darwin', among(chrome))).toBe(chrome);
  });

  it('is the named one or none', () => {
    const env = { PATH: '/usr/bin', RACKSIDE_BROWSER: '/opt/my-browser' };
    expect(findBrowser(env, 'linux', among('/opt/my-browser', '/usr/bin/chromium'))).toBe('/opt/my-browser');
    expect(findBrowser(env, 'linux', among('/usr/bin/chromium'))).toBeUndefined();
  });
});
