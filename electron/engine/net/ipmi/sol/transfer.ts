import type { SolPacket } from './packet.ts';
import { maxSolCharacters, nackBit } from './packet.ts';

/** When a packet is repeated and when that ends. */
export interface RetryRule {
  readonly firstMs: number;
  /** Each wait is so many times the one before. */
  readonly factor: number;
  readonly maxMs: number;
  readonly attempts: number;
}

export interface TransferInputs {
  readonly retry: RetryRule;
  /**
   * A packet that nobody acknowledges: a console is over then; a BMC drops its characters and goes on with the next
   * (§15.11, table 26-5 parameter 4).
   */
  readonly whenSilent: 'end' | 'drop';
  /** With which bits characters that arrive now are refused; 0, and always unless given: they are taken. */
  readonly refusal?: () => number;
}

export type TransferAction =
  | { readonly kind: 'send'; readonly packet: SolPacket }
  /** In order, each character once. */
  | { readonly kind: 'received'; readonly data: Buffer }
  /** Of a packet that was not seen before; at least one bit other than NACK. */
  | { readonly kind: 'bits'; readonly bits: number }
  /** So many characters were dropped after the last attempt. */
  | { readonly kind: 'dropped'; readonly characters: number }
  /** The last attempt got no answer; everything that waited was given up. */
  | { readonly kind: 'silent' };

/**
 * `taken`: the other side has all of it. `given_up`: it was repeated in vain, or the machine takes nothing. `over`: the
 * conversation ended first.
 */
export type WriteOutcome = 'taken' | 'given_up' | 'over';

/** Characters, or an operation (then without characters) such as a break. */
interface Item {
  bytes: Buffer;
  readonly bits: number;
  /** Fewer attempts than the rule says, and silence does no harm. */
  readonly attempts?: number;
  readonly settle: (outcome: WriteOutcome) => void;
}

interface InFlight {
  readonly packet: SolPacket;
  readonly allowedAttempts: number;
  attempt: number;
}

const greetingAttempts = 2;

/**
 * One end of a SOL conversation (IPMI 2.0 §15.9–15.11) as a state machine without socket or clock, the same for console
 * and BMC. One packet is under way in each direction at a time; `wakeAtMs` says when `wake` wants to be called.
 */
export class SolTransfer {
  wakeAtMs: number | undefined;
  readonly #inputs: TransferInputs;
  readonly #queue: Item[] = [];
  #maxCharacters = maxSolCharacters;
  #queuedBytes = 0;
  #inFlight: InFlight | undefined;
  #isPaused = false;
  #sequence = 1;
  #answered: SolPacket | undefined;
  /** Session sequence numbers of the last packet with characters, and with an acknowledgement, that counted. */
  #dataOrder: number | undefined;
  #ackOrder: number | undefined;
  #isOver = false;
  #actions: TransferAction[] = [];

  constructor(inputs: TransferInputs) {
    this.#inputs = inputs;
  }

  /** Characters that wait or are under way. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  get isIdle(): boolean {
    return this.#queue.length === 0;
  }

  /** No packet carries more characters than this: the other side's buffer. */
  limitTo(maxCharacters: number): void {
    this.#maxCharacters = Math.max(1, Math.min(maxSolCharacters, maxCharacters));
  }

  write(bytes: Uint8Array, nowMs: number, settle: Item['settle']): readonly TransferAction[] {
    if (bytes.length === 0) {
      settle(this.#isOver ? 'over' : 'taken');
      return [];
    }
    return this.#submit({ bytes: Buffer.from(bytes), bits: 0, settle }, nowMs);
  }

  /** A packet without characters: with bits an operation, without any a question whether the other side is there. */
  operate(bits: number, nowMs: number, settle: Item['settle']): readonly TransferAction[] {
    return this.#submit({ bytes: Buffer.alloc(0), bits, settle }, nowMs);
  }

  /**
   * The first packet, without characters. A BMC that still remembers the number of its last console's last packet
   * (OpenIPMI's ipmi_sim) takes it for a repetition, and no character is lost by that. `given_up`: this BMC
   * acknowledges nothing without characters.
   */
  greet(nowMs: number, settle: Item['settle']): readonly TransferAction[] {
    return this.#submit({ bytes: Buffer.alloc(0), bits: 0, attempts: greetingAttempts, settle }, nowMs);
  }

  /** `order` is the packet's session sequence number: a packet that was overtaken by a later one says nothing new. */
  receive(packet: SolPacket, order: number, nowMs: number): readonly TransferAction[] {
    return this.#turn(() => {
      if (packet.acknowledges !== 0) this.#acknowledged(packet, order, nowMs);
      if (packet.sequence !== 0) this.#answer(packet, order);
      else if (!isBefore(order, this.#ackOrder)) this.#tellBits(packet);
    });
  }

  /** To be called at or after `wakeAtMs`; an early or needless call does nothing. */
  wake(nowMs: number): readonly TransferAction[] {
    return this.#turn(() => {
      if (this.wakeAtMs === undefined || nowMs < this.wakeAtMs) return;
      this.wakeAtMs = undefined;
      if (this.#inFlight !== undefined) this.#repeatOrGiveUp(this.#inFlight, nowMs);
      else this.#resume(nowMs);
    });
  }

  /** Gives up what waits and what is under way. */
  discard(): void {
    this.#clear('given_up');
  }

  /** Nothing is sent, received or settled as taken any more. */
  end(): void {
    this.#isOver = true;
    this.#clear('over');
  }

  #clear(outcome: WriteOutcome): void {
    if (this.#inFlight !== undefined) this.#advance();
    this.#inFlight = undefined;
    this.#isPaused = false;
    this.wakeAtMs = undefined;
    this.#queuedBytes = 0;
    for (const item of this.#queue.splice(0)) item.settle(outcome);
  }

  #turn(change: () => void): readonly TransferAction[] {
    if (!this.#isOver) change();
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  #submit(item: Item, nowMs: number): readonly TransferAction[] {
    if (this.#isOver) {
      item.settle('over');
      return [];
    }
    return this.#turn(() => {
      this.#queue.push(item);
      this.#queuedBytes += item.bytes.length;
      this.#sendNext(nowMs);
    });
  }

  #answer(packet: SolPacket, order: number): void {
    if (isBefore(order, this.#dataOrder)) return;
    this.#dataOrder = order;
    // What a repetition holds beyond the first time was not taken, and comes again under the next number.
    if (packet.sequence !== this.#answered?.acknowledges) {
      this.#answered = this.#take(packet);
      this.#tellBits(packet);
    }
    this.#send(this.#answered);
  }

  #tellBits(packet: SolPacket): void {
    const bits = packet.bits & ~nackBit;
    if (bits !== 0) this.#actions.push({ kind: 'bits', bits });
  }

  /** The acknowledgement. */
  #take({ sequence, data }: SolPacket): SolPacket {
    const bits = data.length === 0 ? 0 : (this.#inputs.refusal?.() ?? 0);
    const acceptedCount = bits === 0 ? data.length : 0;
    if (acceptedCount > 0) this.#actions.push({ kind: 'received', data });
    return { sequence: 0, acknowledges: sequence, acceptedCount, bits, data: Buffer.alloc(0) };
  }

  #acknowledged(packet: SolPacket, order: number, nowMs: number): void {
    if (isBefore(order, this.#ackOrder)) return;
    this.#ackOrder = order;
    const isNack = (packet.bits & nackBit) !== 0;
    const sent = this.#inFlight?.packet;
    if (packet.acknowledges !== sent?.sequence) {
      // Said once more, because the other side has room again or has no more.
      if (isNack && sent === undefined) this.#pause(nowMs);
      else if (!isNack && this.#isPaused) this.#resume(nowMs);
      return;
    }
    this.#inFlight = undefined;
    this.wakeAtMs = undefined;
    this.#advance();
    const accepted = Math.min(packet.acceptedCount, sent.data.length);
    if (sent.data.length === 0) this.#queue.shift()?.settle('taken');
    else this.#consume(accepted, 'taken');
    // Neither all nor none: the rest goes on under the next number (§15.11). None: it would not do at once either.
    if (isNack || (accepted === 0 && sent.data.length > 0)) this.#pause(nowMs);
    else this.#resume(nowMs);
  }

  #consume(characters: number, outcome: WriteOutcome): void {
    let left = characters;
    this.#queuedBytes -= characters;
    while (left > 0) {
      const item = this.#queue[0];
      if (item === undefined) return;
      const part = Math.min(left, item.bytes.length);
      item.bytes = item.bytes.subarray(part);
      left -= part;
      if (item.bytes.length > 0) return;
      this.#queue.shift();
      item.settle(outcome);
    }
  }

  #pause(nowMs: number): void {
    this.#isPaused = true;
    // The word that ends the pause is not repeated by anyone, so it is not relied on.
    this.wakeAtMs = nowMs + this.#inputs.retry.maxMs;
  }

  #resume(nowMs: number): void {
    this.#isPaused = false;
    this.wakeAtMs = undefined;
    this.#sendNext(nowMs);
  }

  #sendNext(nowMs: number): void {
    const first = this.#queue[0];
    if (first === undefined || this.#inFlight !== undefined || this.#isPaused) return;
    const { bits, attempts } = first;
    const data = this.#nextCharacters();
    const packet = { sequence: this.#sequence, acknowledges: 0, acceptedCount: 0, bits, data };
    this.#inFlight = { packet, allowedAttempts: attempts ?? this.#inputs.retry.attempts, attempt: 1 };
    this.#send(packet);
    this.wakeAtMs = nowMs + this.#waitMs(1);
  }

  /** Of as many writes as fit; empty for an operation, which goes alone. */
  #nextCharacters(): Buffer {
    const parts: Buffer[] = [];
    let room = this.#maxCharacters;
    for (const { bytes } of this.#queue) {
      if (bytes.length === 0 || room === 0) break;
      const part = bytes.subarray(0, room);
      parts.push(part);
      room -= part.length;
    }
    return Buffer.concat(parts);
  }

  #repeatOrGiveUp(inFlight: InFlight, nowMs: number): void {
    if (inFlight.attempt < inFlight.allowedAttempts) {
      inFlight.attempt += 1;
      this.#send(inFlight.packet);
      this.wakeAtMs = nowMs + this.#waitMs(inFlight.attempt);
      return;
    }
    this.#inFlight = undefined;
    const { data } = inFlight.packet;
    if (this.#queue[0]?.attempts !== undefined) {
      // Its number was not used up if the other side does not count such packets.
      this.#queue.shift()?.settle('given_up');
    } else if (this.#inputs.whenSilent === 'end') {
      this.end();
      this.#actions.push({ kind: 'silent' });
      return;
    } else {
      this.#advance();
      if (data.length === 0) this.#queue.shift()?.settle('given_up');
      else this.#consume(data.length, 'given_up');
      this.#actions.push({ kind: 'dropped', characters: data.length });
    }
    this.#sendNext(nowMs);
  }

  #send(packet: SolPacket): void {
    this.#actions.push({ kind: 'send', packet });
  }

  #advance(): void {
    this.#sequence = (this.#sequence % 15) + 1;
  }

  #waitMs(attempt: number): number {
    const { firstMs, factor, maxMs } = this.#inputs.retry;
    return Math.min(maxMs, firstMs * factor ** (attempt - 1));
  }
}

function isBefore(order: number, last: number | undefined): boolean {
  return last !== undefined && ((order - last) | 0) < 0;
}
