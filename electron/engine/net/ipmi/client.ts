import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { AsfPong } from './asf.ts';
import { encodeAsf, readPong } from './asf.ts';
import type { CipherSuiteId } from './cipher-suite.ts';
import type { Alarm, IpmiClock } from './clock.ts';
import { createAlarm, monotonicClock } from './clock.ts';
import type { BmcCommand, Privilege } from './commands/command.ts';
import type { AddressFamily, OpenDatagramSocket } from './datagram-socket.ts';
import { canonicalAddress, openUdpSocket } from './datagram-socket.ts';
import { BmcError } from './failure.ts';
import type { Established, SessionInputs } from './login.ts';
import { createRandomPool } from './random-pool.ts';
import type { RandomBytes } from './seal.ts';
import type { OpenedPayload } from './secure-channel.ts';
import type { SessionAction, Timing } from './session.ts';
import { closedByUs, defaultTiming, SessionMachine } from './session.ts';
import type { Channel, SocketPool } from './socket-pool.ts';
import { createSocketPool } from './socket-pool.ts';

export const ipmiPort = 623;

export interface BmcSessionOptions {
  /** Address or name, IPv4 or IPv6 (`fe80::1%eth0` too). */
  readonly host: string;
  /** 623 unless given. */
  readonly port?: number;
  readonly username: string;
  readonly password: string;
  /** Administrator unless given. */
  readonly privilege?: Privilege;
  /** What an earlier session with this BMC reported: saves the discovery, and is tried first. 0 only works this way. */
  readonly preferredCipherSuite?: CipherSuiteId;
  readonly interfaceVersion?: 'auto' | '1.5' | '2.0';
  readonly bmcKey?: Uint8Array;
  /** IPMI 1.5 boards without MD5: send the password readable by anyone on the wire. */
  readonly allowClearPassword?: boolean;
  /**
   * These credentials are a guess, and BMCs lock accounts: sent once even over IPMI 1.5, where a lost packet then looks
   * like a wrong password.
   */
  readonly isGuess?: boolean;
  readonly timing?: Partial<Timing>;
  /** Hears what the BMC sends in the session beside answers (SOL). Must not throw. */
  readonly onPayload?: (payload: OpenedPayload) => void;
  /** Ends the opening with `closed_by_us`; without effect once it is open. */
  readonly signal?: AbortSignal;
}

export interface BmcSession {
  /** What was agreed on; to be remembered for `preferredCipherSuite`. Undefined with IPMI 1.5. */
  readonly cipherSuite: CipherSuiteId | undefined;
  readonly interfaceVersion: '1.5' | '2.0';
  /** One request is in flight at a time, the others wait. Rejects with BmcError. */
  run<T>(command: BmcCommand<T>): Promise<T>;
  /** Sends a payload of another type than messages, once, beside the requests. Without effect when the session is over. */
  sendPayload(type: number, payload: Buffer): void;
  /** Tells the BMC, so that its session slot is free at once. Never rejects. */
  close(): Promise<void>;
  /** Resolves when the session is over, with the failure unless it was closed on request. */
  readonly ended: Promise<BmcError | undefined>;
}

/** The edges to the world; every one has a default and every test replaces some. */
export interface BmcClientInputs {
  readonly openSocket?: OpenDatagramSocket;
  readonly clock?: IpmiClock;
  readonly random?: RandomBytes;
  /** Source address of all packets: the way to a BMC network behind one of several NICs. */
  readonly localAddress?: string;
  /** Name to addresses, in order of preference. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

export interface BmcClient {
  /** Rejects with BmcError. */
  openSession(options: BmcSessionOptions): Promise<BmcSession>;
  /** ASF presence ping (no credentials). Rejects with BmcError only when nothing can be sent. Undefined: no answer to any of `attempts`, which proves nothing: many BMCs have it switched off. */
  ping(host: string, options?: PingOptions): Promise<AsfPong | undefined>;
}

export interface PingOptions {
  readonly port?: number;
  readonly timeoutMs?: number;
  readonly attempts?: number;
}

interface Place {
  readonly family: AddressFamily;
  readonly address: string;
}

export function createBmcClient(inputs: BmcClientInputs = {}): BmcClient {
  const clock = inputs.clock ?? monotonicClock;
  const random = inputs.random ?? createRandomPool();
  const resolve = inputs.resolve ?? resolveName;
  const pool = createSocketPool(inputs.openSocket ?? openUdpSocket, inputs.localAddress);
  const acquire: SocketPool['acquire'] = (...place) =>
    pool.acquire(...place).catch((cause: unknown) => Promise.reject(socketError(cause)));

  return {
    async openSession(options) {
      const place = await locate(options.host, resolve);
      const machine = new SessionMachine(sessionInputs(options, random), {
        ...defaultTiming,
        ...options.timing,
      });
      const driver = new SessionDriver(machine, clock, options.onPayload);
      if (options.signal?.aborted === true) throw closedByUs();
      const remote = { address: place.address, port: options.port ?? ipmiPort };
      const channel = await acquire(place.family, remote, datagram => driver.receive(datagram));
      const opened = driver.start(channel);
      const giveUp = () => driver.giveUp();
      options.signal?.addEventListener('abort', giveUp);
      return opened.finally(() => options.signal?.removeEventListener('abort', giveUp));
    },
    async ping(host, options = {}) {
      const place = await locate(host, resolve);
      const tag = random(1).readUInt8(0) % 0xff;
      let answered: (pong: AsfPong) => void = () => undefined;
      const remote = { address: place.address, port: options.port ?? ipmiPort };
      const channel = await acquire(place.family, remote, datagram => {
        const pong = readPong(datagram, tag);
        if (pong !== undefined) answered(pong);
      });
      try {
        for (let attempt = 0; attempt < (options.attempts ?? 3); attempt += 1) {
          const pong = await new Promise<AsfPong | undefined>(settle => {
            const cancel = clock.after(options.timeoutMs ?? 1000, () => settle(undefined));
            answered = value => {
              cancel();
              settle(value);
            };
            channel.send(encodeAsf({ type: 'ping', tag }), () => undefined);
          });
          if (pong !== undefined) return pong;
        }
        return undefined;
      } finally {
        channel.release();
      }
    },
  };
}

/** A client for one session; `createBmcClient` shares its sockets between many. */
export function openBmcSession(options: BmcSessionOptions): Promise<BmcSession> {
  return createBmcClient().openSession(options);
}

function sessionInputs(options: BmcSessionOptions, random: RandomBytes): SessionInputs {
  return {
    username: options.username,
    password: options.password,
    privilege: options.privilege ?? 'administrator',
    interfaceVersion: options.interfaceVersion ?? 'auto',
    allowClearPassword: options.allowClearPassword ?? false,
    isGuess: options.isGuess ?? false,
    random,
    ...(options.preferredCipherSuite === undefined
      ? {}
      : { preferredCipherSuite: options.preferredCipherSuite }),
    ...(options.bmcKey === undefined ? {} : { bmcKey: options.bmcKey }),
  };
}

async function locate(host: string, resolve: (host: string) => Promise<readonly string[]>): Promise<Place> {
  const literal = isIP(host) === 0 ? undefined : host;
  const address = literal ?? (await resolve(host).catch(() => []))[0];
  if (address === undefined) throw new BmcError({ kind: 'unreachable', why: 'name_not_found', attempts: 1 });
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return { family, address: canonicalAddress(address, family) };
}

async function resolveName(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(entry => entry.address);
}

function socketError(cause: unknown): BmcError {
  const error = new BmcError({ kind: 'unreachable', why: 'no_route', attempts: 1 });
  error.cause = cause;
  return error;
}

/** Gives a SessionMachine its socket, its clock and its promises. */
class SessionDriver {
  readonly #machine: SessionMachine;
  readonly #clock: IpmiClock;
  readonly #onPayload: (payload: OpenedPayload) => void;
  readonly #opened = Promise.withResolvers<BmcSession>();
  readonly #ended = Promise.withResolvers<BmcError | undefined>();
  readonly #alarm: Alarm;
  #channel: Channel | undefined;

  constructor(machine: SessionMachine, clock: IpmiClock, onPayload: BmcSessionOptions['onPayload']) {
    this.#machine = machine;
    this.#clock = clock;
    this.#onPayload = onPayload ?? (() => undefined);
    this.#alarm = createAlarm(clock, () => this.#perform(this.#machine.wake(clock.nowMs())));
  }

  start(channel: Channel): Promise<BmcSession> {
    this.#channel = channel;
    this.#perform(this.#machine.start(this.#clock.nowMs()));
    return this.#opened.promise;
  }

  /** While opening: nothing more is sent. A half-open session is forgotten by the BMC itself. */
  giveUp(): void {
    this.#perform(this.#machine.close(this.#clock.nowMs()));
  }

  receive(datagram: Buffer): void {
    this.#perform(this.#machine.receive(datagram, this.#clock.nowMs()));
  }

  #session(established: Established): BmcSession {
    return {
      cipherSuite: established.cipherSuite,
      interfaceVersion: established.version,
      run: command =>
        new Promise((resolve, reject) => {
          const actions = this.#machine.submit(command, this.#clock.nowMs(), outcome => {
            if (outcome.ok) resolve(outcome.value);
            else reject(outcome.error);
          });
          this.#perform(actions);
        }),
      sendPayload: (type, payload) => this.#perform(this.#machine.sendPayload(type, payload)),
      close: async () => {
        this.#perform(this.#machine.close(this.#clock.nowMs()));
        await this.#ended.promise;
      },
      ended: this.#ended.promise,
    };
  }

  #perform(actions: readonly SessionAction[]): void {
    for (const action of actions) {
      switch (action.kind) {
        case 'send':
          this.#channel?.send(action.datagram, () => this.#perform(this.#machine.sendFailed()));
          break;
        case 'opened':
          this.#opened.resolve(this.#session(action.session));
          break;
        case 'payload':
          this.#onPayload(action.payload);
          break;
        case 'ended':
          this.#channel?.release();
          this.#channel = undefined;
          // Without effect after it was open.
          this.#opened.reject(action.failure ?? closedByUs());
          this.#ended.resolve(action.failure);
          break;
      }
    }
    this.#alarm.set(this.#machine.wakeAtMs);
  }
}
