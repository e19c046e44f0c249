import type { BmcClient, BmcSession } from '#engine/net/ipmi/client.ts';
import type { Clock } from '#engine/system/clock.ts';
import { type BmcLogin, isSameLogin, logIn } from './bmc-login.ts';

/** The engine ends: what was asked of a BMC has no answer. It is no failure of the BMC and is stored nowhere. */
export class BmcLinesClosed extends Error {}

/** Longer than the default pause between two polls: a healthy BMC is logged into once. */
const idleCloseMs = 120_000;
/** Two packets of Close Session; a BMC that is gone does not keep the engine. */
const farewellMs = 3000;

/** One BMC: what is asked of it stands in line, and one session serves all of it. */
export interface BmcLine {
  tail: Promise<unknown>;
  waiting: number;
  open: { readonly login: BmcLogin; readonly session: BmcSession } | undefined;
  opening: AbortController | undefined;
  idle: AbortController;
}

export type BmcLines = ReturnType<typeof createBmcLines>;

/** The lines of all BMCs, by `placeOf`; a session is opened when needed and given back when idle. */
export function createBmcLines(client: BmcClient, clock: Clock) {
  const lines = new Map<string, BmcLine>();
  const over = new AbortController();

  function lineAt(place: string): BmcLine {
    const known = lines.get(place);
    if (known !== undefined) return known;
    const line = {
      tail: Promise.resolve(),
      waiting: 0,
      open: undefined,
      opening: undefined,
      idle: new AbortController(),
    };
    lines.set(place, line);
    return line;
  }

  /** Does `work` when all that was asked of this BMC before is over. Rejects with BmcLinesClosed after `closeAll`. */
  async function turn<T>(place: string, work: (line: BmcLine) => Promise<T>): Promise<T> {
    over.signal.throwIfAborted();
    const line = lineAt(place);
    line.idle.abort();
    line.waiting += 1;
    const done = line.tail.then(() => {
      over.signal.throwIfAborted();
      return work(line);
    });
    const leave = () => {
      line.waiting -= 1;
      if (line.waiting === 0) rest(place, line);
    };
    line.tail = done.then(leave, leave);
    try {
      return await done;
    } catch (error) {
      over.signal.throwIfAborted();
      throw error;
    }
  }

  function rest(place: string, line: BmcLine): void {
    if (line.open === undefined) {
      lines.delete(place);
      return;
    }
    line.idle = new AbortController();
    clock
      .sleep(idleCloseMs, line.idle.signal)
      .then(() => turn(place, shut))
      .catch(() => undefined); // it is used again, or all is over
  }

  /** The line's session, opened anew when it has none with this login. To be called in a turn. */
  async function session(
    line: BmcLine,
    login: BmcLogin,
    onOpened: (session: BmcSession, login: BmcLogin) => void,
  ): Promise<BmcSession> {
    over.signal.throwIfAborted();
    if (line.open !== undefined && isSameLogin(line.open.login, login)) return line.open.session;
    await shut(line);
    line.opening = new AbortController();
    try {
      const opened = await logIn(client, login, line.opening.signal);
      line.open = opened;
      void opened.session.ended.then(() => {
        if (line.open === opened) line.open = undefined;
      });
      if (over.signal.aborted) await shut(line);
      over.signal.throwIfAborted();
      onOpened(opened.session, opened.login);
      return opened.session;
    } finally {
      line.opening = undefined;
    }
  }

  /** Gives the session slot back. To be called in a turn. */
  async function shut(line: BmcLine): Promise<void> {
    const { open } = line;
    line.open = undefined;
    await open?.session.close();
  }

  return {
    turn,
    session,
    shut,
    /** Nobody has business there any more: an opening ends now, an open session when its turn comes. */
    leave(place: string): void {
      const line = lines.get(place);
      if (line === undefined) return;
      line.opening?.abort();
      turn(place, shut).catch(() => undefined); // all is over: closed with the others
    },
    /** Aborted, with a BmcLinesClosed, by `closeAll`. */
    over: over.signal,
    async closeAll(): Promise<void> {
      over.abort(new BmcLinesClosed('the engine ends'));
      const ends = [...lines.values()].map(async line => {
        line.idle.abort();
        line.opening?.abort();
        await shut(line);
        await line.tail;
      });
      const enough = new AbortController();
      await Promise.race([Promise.all(ends), clock.sleep(farewellMs, enough.signal).catch(() => undefined)]);
      enough.abort();
    },
  };
}
