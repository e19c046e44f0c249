import type { BmcClient, BmcSession } from '#engine/net/ipmi/client.ts';
import type { Clock } from '#engine/system/clock.ts';
import { type BmcLogin, isSameLogin, logIn } from './bmc-login.ts';

/** The engine ends: what was asked of a BMC has no answer. It is no failure of the BMC and is stored nowhere. */
export class BmcLinesClosed extends Error {}

/** Longer than the default pause between two polls: a healthy BMC is logged into once. */
const idleCloseMs = 120_000;
/** Two packets of Close Session; a BMC that is gone does not keep the engine. */
const farewellMs = 3000;

export type BmcLines = ReturnType<typeof createBmcLines>;

/** The lines of all BMCs, by `placeOf`. */
export function createBmcLines(client: BmcClient, clock: Clock) {
  const lines = new Map<string, BmcLine>();
  const over = new AbortController();

  function lineAt(place: string): BmcLine {
    const known = lines.get(place);
    if (known !== undefined) return known;
    const line = new BmcLine({ client, clock, over: over.signal, onEmpty: () => lines.delete(place) });
    lines.set(place, line);
    return line;
  }

  return {
    /** Does `work` when all that was asked of this BMC before is over. Rejects with BmcLinesClosed after `closeAll`. */
    async turn<T>(place: string, work: (line: BmcLine) => Promise<T>): Promise<T> {
      over.signal.throwIfAborted();
      const line = lineAt(place);
      return line.turn(() => work(line));
    },
    /** Nobody has business there any more: an opening ends now, an open session when its turn comes. */
    leave: (place: string) => lines.get(place)?.leave(),
    /** Aborted, with a BmcLinesClosed, by `closeAll`. */
    over: over.signal,
    async closeAll(): Promise<void> {
      over.abort(new BmcLinesClosed('the engine ends'));
      const ends = [...lines.values()].map(line => line.end());
      const enough = new AbortController();
      await Promise.race([Promise.all(ends), clock.sleep(farewellMs, enough.signal).catch(() => undefined)]);
      enough.abort();
    },
  };
}

interface LineInputs {
  readonly client: BmcClient;
  readonly clock: Clock;
  readonly over: AbortSignal;
  /** Nothing waits and no session is open. */
  readonly onEmpty: () => void;
}

interface OpenSession {
  readonly login: BmcLogin;
  readonly session: BmcSession;
}

/** One BMC: what is asked of it stands in line, and one session, opened when needed, serves all of it. */
export class BmcLine {
  readonly #inputs: LineInputs;
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #open: OpenSession | undefined;
  #opening: AbortController | undefined;
  #idle = new AbortController();

  constructor(inputs: LineInputs) {
    this.#inputs = inputs;
  }

  async turn<T>(work: () => Promise<T>): Promise<T> {
    const { over } = this.#inputs;
    this.#idle.abort();
    this.#waiting += 1;
    const done = this.#tail.then(() => {
      over.throwIfAborted();
      return work();
    });
    const leave = () => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#rest();
    };
    this.#tail = done.then(leave, leave);
    try {
      return await done;
    } catch (error) {
      over.throwIfAborted();
      throw error;
    }
  }

  /** Somebody waits for the turn after this one. In a turn only. */
  readonly isWanted = (): boolean => this.#waiting > 1;

  /** The session with this login; one with another is closed before. In a turn only. Rejects with BmcError. */
  async session(
    login: BmcLogin,
    onOpened: (session: BmcSession, login: BmcLogin) => void,
  ): Promise<BmcSession> {
    const { client, over } = this.#inputs;
    over.throwIfAborted();
    if (this.#open !== undefined && isSameLogin(this.#open.login, login)) return this.#open.session;
    await this.shut();
    this.#opening = new AbortController();
    try {
      const opened = await logIn(client, login, this.#opening.signal);
      this.#open = opened;
      void opened.session.ended.then(() => this.#forget(opened));
      if (over.aborted) await this.shut();
      over.throwIfAborted();
      onOpened(opened.session, opened.login);
      return opened.session;
    } finally {
      this.#opening = undefined;
    }
  }

  /** Gives the session slot back. In a turn only. */
  async shut(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.session.close();
  }

  /** The session is known to be dead: nothing is said to the BMC. */
  drop(): void {
    this.#open = undefined;
  }

  leave(): void {
    this.#opening?.abort();
    this.turn(() => this.shut()).catch(() => undefined); // all is over: closed with the others
  }

  async end(): Promise<void> {
    this.#idle.abort();
    this.#opening?.abort();
    await this.shut();
    await this.#tail;
  }

  #forget(opened: OpenSession): void {
    if (this.#open === opened) this.#open = undefined;
  }

  #rest(): void {
    const { clock, onEmpty } = this.#inputs;
    if (this.#open === undefined) {
      onEmpty();
      return;
    }
    this.#idle = new AbortController();
    clock
      .sleep(idleCloseMs, this.#idle.signal)
      .then(() => this.turn(() => this.shut()))
      .catch(() => undefined); // it is used again, or all is over
  }
}
