import type { BmcClient, BmcSession, BmcSessionOptions } from '../client.ts';
import { ipmiPort } from '../client.ts';
import type { Alarm, IpmiClock } from '../clock.ts';
import { createAlarm, monotonicClock } from '../clock.ts';
import { getDeviceId } from '../commands/device.ts';
import { deactivatePayload } from '../commands/payload.ts';
import { BmcError } from '../failure.ts';
import { payloadType } from '../packet.ts';
import type { OpenedPayload } from '../secure-channel.ts';
import { closedByUs } from '../session.ts';
import { activateSol } from './activation.ts';
import { bmcBits, consoleBits, decodeSolPacket, encodeSolPacket } from './packet.ts';
import type { RetryRule, TransferAction, WriteOutcome } from './transfer.ts';
import { SolTransfer } from './transfer.ts';

export type { SolSettings } from './settings.ts';
export { readSolSettings, repairSol } from './settings.ts';

/** A server's serial console over its BMC (IPMI 2.0 §15), in a session of its own. */
export interface SolConsole {
  /** Resolves when the BMC has taken all of it. Rejects with BmcError: the console is over, or (`busy`) the machine is off. */
  write(bytes: Uint8Array): Promise<void>;
  sendBreak(): Promise<void>;
  readonly ended: Promise<SolEnd>;
  /** Deactivates, closes the session. Never rejects. */
  close(): Promise<void>;
}

export type SolEnd =
  | { readonly why: 'closed_by_us' }
  /**
   * The BMC says that the payload is deactivated, or it answers messages and no longer our characters: another session
   * has the console (many BMCs do not tell, FreeIPMI SOL issue 6).
   */
  | { readonly why: 'deactivated' }
  | { readonly why: 'lost'; readonly error: BmcError };

export interface SolConsoleOptions extends BmcSessionOptions {
  /** In order, each byte once. Must not throw. */
  readonly onData: (bytes: Buffer) => void;
  /** The BMC says that it dropped characters of the machine's before it could send them. */
  readonly onDropped?: () => void;
  /** Ends whoever has the place: deactivate, wait, activate. */
  readonly takeOver?: boolean;
}

/** Seven attempts outlast a network that loses one packet in twenty; all of them take 8 s. */
const retry: RetryRule = { firstMs: 400, factor: 1.5, maxMs: 1500, attempts: 7 };
/** A BMC that died is noticed by silence alone, and someone looks at the screen. */
const keepAliveMs = 5000;
/** Some BMCs acknowledge nothing without characters, and some greetings are lost. */
const greetAgainMs = 60_000;
/** What waits for a BMC that takes nothing. */
const maxQueuedBytes = 2 * 2 ** 20;

/** Rejects with BmcError; `sol_refused` says why. */
export async function openSolConsole(
  client: BmcClient,
  options: SolConsoleOptions,
  clock: IpmiClock = monotonicClock,
): Promise<SolConsole> {
  const line = new ConsoleLine(options, clock);
  const session = await client.openSession({
    ...options,
    timing: { keepAliveMs, ...options.timing },
    onPayload: payload => line.receive(payload),
  });
  line.attach(session);
  // Closing the session gives the place back too.
  const giveUp = () => void session.close();
  options.signal?.addEventListener('abort', giveUp);
  try {
    const { port = ipmiPort, takeOver = false } = options;
    const { maxCharacters } = await activateSol({ session, port, takeOver, clock });
    if (options.signal?.aborted === true) throw closedByUs();
    line.begin(maxCharacters);
    return line;
  } catch (error) {
    await session.close();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

/** Gives a SolTransfer its session, its clock and its promises. */
class ConsoleLine implements SolConsole {
  readonly #options: SolConsoleOptions;
  readonly #clock: IpmiClock;
  readonly #transfer = new SolTransfer({ retry, whenSilent: 'end' });
  readonly #alarm: Alarm;
  readonly #probe: Alarm;
  readonly #ended = Promise.withResolvers<SolEnd>();
  #session: BmcSession | undefined;
  /** Packets without characters too. */
  #acknowledgesAll = false;
  #end: SolEnd | undefined;

  constructor(options: SolConsoleOptions, clock: IpmiClock) {
    this.#options = options;
    this.#clock = clock;
    this.#alarm = createAlarm(clock, () => this.#perform(this.#transfer.wake(clock.nowMs())));
    this.#probe = createAlarm(clock, () => this.#askWhetherOurs());
  }

  get ended(): Promise<SolEnd> {
    return this.#ended.promise;
  }

  attach(session: BmcSession): void {
    this.#session = session;
    void session.ended.then(error =>
      this.#finish(error === undefined ? { why: 'closed_by_us' } : { why: 'lost', error }),
    );
  }

  begin(maxCharacters: number): void {
    this.#transfer.limitTo(maxCharacters);
    this.#greet();
  }

  receive({ payloadType: type, sequence, payload }: OpenedPayload): void {
    if (type !== payloadType.sol) return;
    const packet = decodeSolPacket(payload);
    if (packet.ok) this.#perform(this.#transfer.receive(packet.value, sequence, this.#clock.nowMs()));
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#transfer.queuedBytes + bytes.length > maxQueuedBytes) {
      const detail = 'the serial console takes no more characters';
      return Promise.reject(new BmcError({ kind: 'busy', detail, attempts: 1 }));
    }
    return this.#submit(settle => this.#transfer.write(bytes, this.#clock.nowMs(), settle));
  }

  sendBreak(): Promise<void> {
    return this.#submit(settle => this.#transfer.operate(consoleBits.sendBreak, this.#clock.nowMs(), settle));
  }

  async close(): Promise<void> {
    if (this.#end === undefined) {
      this.#finish({ why: 'closed_by_us' });
      await this.#session?.run(deactivatePayload).catch(() => undefined);
    }
    await this.#session?.close();
  }

  #submit(send: (settle: (outcome: WriteOutcome) => void) => readonly TransferAction[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const actions = send(outcome => {
        if (outcome === 'taken') resolve();
        else reject(outcome === 'over' ? this.#whyOver() : machineIsOff());
      });
      this.#perform(actions);
    });
  }

  #whyOver(): BmcError {
    const end = this.#end;
    if (end === undefined) return new BmcError({ kind: 'timeout', phase: 'SOL', attempts: retry.attempts });
    return end.why === 'lost' ? end.error : closedByUs();
  }

  #greet(): void {
    const actions = this.#transfer.greet(this.#clock.nowMs(), outcome => {
      this.#acknowledgesAll = outcome === 'taken';
      this.#probeAfter(outcome === 'taken' ? keepAliveMs : greetAgainMs);
    });
    this.#perform(actions);
  }

  #probeAfter(delayMs: number): void {
    if (this.#end === undefined) this.#probe.set(this.#clock.nowMs() + delayMs);
  }

  /** Silence to this leads to `silent`, as that to characters does, but for a BMC that never answered a greeting. */
  #askWhetherOurs(): void {
    if (!this.#transfer.isIdle) this.#probeAfter(keepAliveMs);
    else if (!this.#acknowledgesAll) this.#greet();
    else this.#perform(this.#transfer.operate(0, this.#clock.nowMs(), () => this.#probeAfter(keepAliveMs)));
  }

  #perform(actions: readonly TransferAction[]): void {
    for (const action of actions) {
      switch (action.kind) {
        case 'send':
          this.#session?.sendPayload(payloadType.sol, encodeSolPacket(action.packet));
          break;
        case 'received':
          this.#options.onData(action.data);
          break;
        case 'bits':
          this.#heed(action.bits);
          break;
        case 'silent':
          this.#explainSilence();
          break;
        case 'dropped':
          break;
      }
    }
    this.#alarm.set(this.#transfer.wakeAtMs);
  }

  #heed(bits: number): void {
    if ((bits & bmcBits.overrun) !== 0) this.#options.onDropped?.();
    // What was typed at a machine that is off must not reach it when it starts.
    if ((bits & bmcBits.unavailable) !== 0) this.#transfer.discard();
    if ((bits & bmcBits.deactivated) !== 0) this.#loseToOther();
  }

  /** A dead BMC is told from one that gave the console to another: it answers no messages either. */
  #explainSilence(): void {
    this.#session?.run(getDeviceId).then(
      () => this.#loseToOther(),
      // A refusal is an answer; the end of the session speaks for itself.
      error => {
        if (error instanceof BmcError && error.failure.kind !== 'session_lost') this.#loseToOther();
      },
    );
  }

  /** The payload is not deactivated by us: that would end the other's. */
  #loseToOther(): void {
    this.#finish({ why: 'deactivated' });
    void this.#session?.close();
  }

  #finish(end: SolEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#transfer.end();
    this.#alarm.set(undefined);
    this.#probe.set(undefined);
    this.#ended.resolve(end);
  }
}

function machineIsOff(): BmcError {
  const detail = 'the machine takes no characters: it is off or asleep';
  return new BmcError({ kind: 'busy', detail, attempts: 1 });
}
