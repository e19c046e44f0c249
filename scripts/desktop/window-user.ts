import { statSync } from 'node:fs';
import os from 'node:os';

/** As whom the window's program runs. `undefined` ids: as whoever runs this. */
export interface WindowUser {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly home: string;
  /** For a line that says what is done. */
  readonly why: string;
  /** Has become root by sudo or pkexec, so that what root does is theirs. */
  readonly isCaller: boolean;
}

export interface Caller {
  readonly uid: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The owner of a file, or undefined where there is none. */
  readonly ownerOf: (file: string) => { readonly uid: number; readonly gid: number } | undefined;
  readonly accounts: readonly Account[];
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/**
 * The window never runs as root: root's window is the one of who called `sudo` or `pkexec`, else of who owns the display.
 * Undefined: no such person is known; then there is no window.
 */
export function windowUser(caller: Caller): WindowUser | undefined {
  if (caller.uid !== 0)
    return {
      uid: undefined,
      gid: undefined,
      home: caller.env['HOME'] ?? os.homedir(),
      why: '',
      isCaller: false,
    };
  const { SUDO_UID, PKEXEC_UID, DISPLAY, WAYLAND_DISPLAY } = caller.env as Record<string, string | undefined>;
  const invoker = Number(SUDO_UID ?? PKEXEC_UID ?? 0);
  if (invoker > 0) return asAccount(caller, invoker, { why: 'who called it', isCaller: true });
  const xNumber = /^:(\d+)/.exec(DISPLAY ?? '')?.[1];
  const socket =
    WAYLAND_DISPLAY?.startsWith('/') === true
      ? WAYLAND_DISPLAY
      : xNumber === undefined
        ? undefined
        : `/tmp/.X11-unix/X${xNumber}`;
  const owner = socket === undefined ? undefined : caller.ownerOf(socket);
  return owner === undefined || owner.uid === 0
    ? undefined
    : asAccount(caller, owner.uid, { why: 'who owns the display', isCaller: false });
}

function asAccount(
  { accounts }: Caller,
  uid: number,
  reason: Pick<WindowUser, 'why' | 'isCaller'>,
): WindowUser | undefined {
  const account = accounts.find(one => one.uid === uid);
  return account === undefined ? undefined : { ...account, ...reason };
}

export function fileOwner(file: string): { uid: number; gid: number } | undefined {
  try {
    const { uid, gid } = statSync(file);
    return { uid, gid };
  } catch {
    return undefined; // there is none
  }
}

/** The lines of /etc/passwd. */
export function parseAccounts(passwd: string): Account[] {
  return passwd.split('\n').flatMap(line => {
    const [, , uid, gid, , home] = line.split(':');
    return uid === undefined || gid === undefined || home === undefined
      ? []
      : [{ uid: Number(uid), gid: Number(gid), home }];
  });
}
