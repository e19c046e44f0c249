import { assertNever } from '#shared/model/assert-never.ts';
import type { BmcCommand } from './commands/command.ts';
import { getDeviceId } from './commands/device.ts';
import { BmcError } from './failure.ts';
import { establish } from './handshake.ts';
import type { Established, SessionInputs } from './login.ts';
import { sendClose } from './login.ts';
import type { IpmiPacket } from './packet.ts';
import { decodeIpmiDatagram } from './packet.ts';
import type { RequestNumbers } from './request.ts';
import { request, requestNumbers } from './request.ts';
import type { OpenedPayload } from './secure-channel.ts';
import type { Step, Steps } from './steps.ts';

/** When to repeat and when to give up. The attempts of one exchange wait first, first × factor, … up to max. */
export interface Timing {
  readonly firstTimeoutMs: number;
  readonly timeoutFactor: number;
  readonly maxTimeoutMs: number;
  readonly attempts: number;
  /** Wait before the second try of something the BMC was too busy for; doubles each time. */
  readonly busyDelayMs: number;
  /** Idle time after which a Get Device ID keeps the session from the BMC's time-out (60 s ± 3 s, §6.12.15). */
  readonly keepAliveMs: number;
}

export const defaultTiming: Timing = {
  firstTimeoutMs: 1000,
  timeoutFactor: 1.5,
  maxTimeoutMs: 5000,
  attempts: 4,
  busyDelayMs: 1000,
  keepAliveMs: 25_000,
};

export type SessionAction =
  | { readonly kind: 'send'; readonly datagram: Buffer }
  | { readonly kind: 'opened'; readonly session: Established }
  /** What came in the session beside the answers to requests. */
  | { readonly kind: 'payload'; readonly payload: OpenedPayload }
  /** The last action: nothing is sent or answered after it. Without failure it was closed on request. */
  | { readonly kind: 'ended'; readonly failure?: BmcError };

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: BmcError };

interface Task {
  readonly steps: Steps<void>;
  readonly fail: (error: BmcError) => void;
}

interface Running {
  readonly task: Task;
  step: Step;
  attempt: number;
}

/**
 * One BMC session as a state machine without socket or clock: it is told what arrived, what time it is and
 * what is wanted, and answers with what to send. Requests run one after the other, because BMCs drop or
 * mix up parallel ones. `wakeAtMs` says when `wake` wants to be called.
 */
export class SessionMachine {
  wakeAtMs: number | undefined;
  readonly #timing: Timing;
  readonly #numbers: RequestNumbers;
  readonly #queue: Task[] = [];
  #running: Running | undefined;
  #session: Established | undefined;
  #state: 'opening' | 'open' | 'closing' | 'ended' = 'opening';
  /** The failure that ended it. */
  #why: BmcError | undefined;
  #actions: SessionAction[] = [];

  constructor(inputs: SessionInputs, timing: Timing) {
    this.#timing = timing;
    this.#numbers = requestNumbers(inputs.random(1).readUInt8(0));
    this.#queue.push({ steps: this.#open(inputs), fail: error => this.#end(error) });
  }

  start(nowMs: number): readonly SessionAction[] {
    return this.#turn(() => this.#startNext(nowMs));
  }

  receive(datagram: Buffer, nowMs: number): readonly SessionAction[] {
    return this.#turn(() => {
      const packet = decodeIpmiDatagram(datagram);
      if (!packet.ok) return;
      const isAnswer = this.#isAnswer(packet.value);
      const payload = this.#session?.carrier.takePayload();
      if (payload !== undefined) this.#actions.push({ kind: 'payload', payload });
      if (isAnswer) this.#resume(true, nowMs);
    });
  }

  /** Another payload than messages, sent once and beside the requests. Nothing happens unless the session is open. */
  sendPayload(type: number, payload: Buffer): readonly SessionAction[] {
    return this.#turn(() => {
      if (this.#state !== 'open' || this.#session === undefined) return;
      this.#actions.push({ kind: 'send', datagram: this.#session.carrier.sealPayload(type, payload) });
    });
  }

  /** To be called at or after `wakeAtMs`; an early or needless call does nothing. */
  wake(nowMs: number): readonly SessionAction[] {
    return this.#turn(() => {
      if (this.wakeAtMs === undefined || nowMs < this.wakeAtMs) return;
      this.wakeAtMs = undefined;
      if (this.#running === undefined) this.#keepAlive(nowMs);
      else if (this.#running.step.kind === 'exchange')
        this.#repeatOrGiveUp(this.#running, this.#running.step, nowMs);
      else this.#resume(true, nowMs);
    });
  }

  submit<T>(
    command: BmcCommand<T>,
    nowMs: number,
    settle: (outcome: Outcome<T>) => void,
  ): readonly SessionAction[] {
    if (this.#state === 'closing' || this.#state === 'ended') {
      settle({ ok: false, error: this.#why ?? closedByUs() });
      return [];
    }
    return this.#turn(() => {
      this.#enqueue(command, settle);
      if (this.#running === undefined) this.#startNext(nowMs);
    });
  }

  /** The operating system would not send. Fatal while opening; later a cable may come back, so it counts as loss. */
  sendFailed(): readonly SessionAction[] {
    return this.#turn(() => {
      if (this.#state !== 'opening') return;
      this.#end(new BmcError({ kind: 'unreachable', why: 'no_route', attempts: 1 }));
    });
  }

  /** Finishes the request in flight, fails the waiting ones, tells the BMC, ends. */
  close(nowMs: number): readonly SessionAction[] {
    return this.#turn(() => {
      if (this.#state === 'closing' || this.#state === 'ended') return;
      const session = this.#session;
      if (session === undefined) {
        this.#end(undefined);
        return;
      }
      this.#state = 'closing';
      if (this.#queue.length > 0) this.#failQueue(closedByUs());
      this.#queue.push({ steps: this.#farewell(session), fail: () => this.#end(undefined) });
      if (this.#running === undefined) this.#startNext(nowMs);
    });
  }

  #isAnswer(packet: IpmiPacket): boolean {
    if (this.#running?.step.kind === 'exchange') return this.#running.step.accept(packet);
    // Nobody waits for a message now, but the packet may carry a payload.
    this.#session?.carrier.open(packet);
    return false;
  }

  #turn(change: () => void): readonly SessionAction[] {
    if (this.#state !== 'ended') change();
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  *#open(inputs: SessionInputs): Steps<void> {
    const session = yield* establish(inputs, this.#numbers);
    this.#session = session;
    this.#state = 'open';
    this.#actions.push({ kind: 'opened', session });
  }

  *#farewell(session: Established): Steps<void> {
    yield* sendClose(session, this.#numbers);
    this.#end(undefined);
  }

  *#request<T>(command: BmcCommand<T>, settle: (outcome: Outcome<T>) => void): Steps<void> {
    const session = this.#session;
    if (session === undefined) throw closedByUs();
    settle({
      ok: true,
      value: yield* request(command, { carrier: session.carrier, numbers: this.#numbers }),
    });
  }

  #enqueue<T>(command: BmcCommand<T>, settle: (outcome: Outcome<T>) => void): void {
    this.#queue.push({
      steps: this.#request(command, settle),
      fail: error => settle({ ok: false, error }),
    });
  }

  #keepAlive(nowMs: number): void {
    // Whatever it answers, it answered; only silence matters, and that ends the session below.
    this.#enqueue(getDeviceId, () => undefined);
    this.#startNext(nowMs);
  }

  #startNext(nowMs: number): void {
    const task = this.#queue.shift();
    if (task === undefined) {
      this.#running = undefined;
      this.wakeAtMs = this.#state === 'open' ? nowMs + this.#timing.keepAliveMs : undefined;
      return;
    }
    this.#advance(task, () => task.steps.next(true), nowMs);
  }

  #resume(answered: boolean, nowMs: number): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#advance(running.task, () => running.task.steps.next(answered), nowMs);
  }

  #advance(task: Task, go: () => IteratorResult<Step, void>, nowMs: number): void {
    let result: IteratorResult<Step, void>;
    try {
      result = go();
      while (result.done !== true && result.value.kind === 'send') {
        this.#actions.push({ kind: 'send', datagram: result.value.datagram });
        result = task.steps.next(true);
      }
    } catch (cause) {
      this.#fail(task, cause, nowMs);
      return;
    }
    if (this.#state === 'ended') return;
    if (result.done === true) this.#startNext(nowMs);
    else this.#begin(task, result.value, nowMs);
  }

  #begin(task: Task, step: Step, nowMs: number): void {
    this.#running = { task, step, attempt: 1 };
    switch (step.kind) {
      case 'exchange':
        this.#actions.push({ kind: 'send', datagram: step.encode() });
        this.wakeAtMs = nowMs + (step.onceWithinMs ?? this.#timeoutMs(1));
        return;
      case 'wait':
        this.wakeAtMs = nowMs + this.#timing.busyDelayMs * 2 ** (step.attempt - 1);
        return;
      case 'send':
        return;
      default:
        assertNever(step);
    }
  }

  #repeatOrGiveUp(running: Running, step: Step & { readonly kind: 'exchange' }, nowMs: number): void {
    const allowed = step.onceWithinMs === undefined ? (step.maxAttempts ?? this.#timing.attempts) : 1;
    if (running.attempt >= Math.min(allowed, this.#timing.attempts)) {
      this.#resume(false, nowMs);
      return;
    }
    running.attempt += 1;
    this.#actions.push({ kind: 'send', datagram: step.encode() });
    this.wakeAtMs = nowMs + this.#timeoutMs(running.attempt);
  }

  #timeoutMs(attempt: number): number {
    const { firstTimeoutMs, timeoutFactor, maxTimeoutMs } = this.#timing;
    return Math.min(maxTimeoutMs, firstTimeoutMs * timeoutFactor ** (attempt - 1));
  }

  #fail(task: Task, cause: unknown, nowMs: number): void {
    if (!(cause instanceof BmcError)) throw cause;
    const error = this.#withAttempts(cause);
    task.fail(error);
    if (error.failure.kind === 'session_lost') this.#end(error);
    if (this.#state !== 'ended') this.#startNext(nowMs);
  }

  /** The conversation does not know how often its runner repeated a packet; the failure should say so. */
  #withAttempts(error: BmcError): BmcError {
    const { failure } = error;
    if (failure.kind !== 'unreachable' && failure.kind !== 'timeout') return error;
    return new BmcError({ ...failure, attempts: failure.attempts * this.#timing.attempts });
  }

  #failQueue(error: BmcError): void {
    for (const task of this.#queue.splice(0)) task.fail(error);
  }

  #end(failure: BmcError | undefined): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#why = failure;
    this.#running = undefined;
    this.wakeAtMs = undefined;
    if (this.#queue.length > 0) this.#failQueue(failure ?? closedByUs());
    this.#actions.push(failure === undefined ? { kind: 'ended' } : { kind: 'ended', failure });
  }
}

export function closedByUs(): BmcError {
  return new BmcError({ kind: 'session_lost', why: 'closed_by_us' });
}
