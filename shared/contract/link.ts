import { CodedError } from './errors.ts';
import {
  type ClientFrame,
  type EngineFrame,
  engineFrame,
  protocolVersion,
  type Transport,
} from './frames.ts';

export type ClientTransport = Transport<ClientFrame>;
/**
 * Opens a new channel to the engine. A rejection means "try again later", unless it is a `CodedError` that is not
 * retryable (`auth.denied`): then nothing is tried any more until somebody asks for it.
 */
export type Connector = () => Promise<ClientTransport>;

export type ConnectionState =
  | { readonly is: 'connecting' }
  | { readonly is: 'open' }
  /** `attempt` counts from 1 since the last good connection. */
  | { readonly is: 'lost'; readonly attempt: number; readonly retryInMs: number }
  /** Page and engine are of different versions: load the page again. */
  | { readonly is: 'incompatible'; readonly theirs: string; readonly ours: string }
  | { readonly is: 'refused'; readonly error: CodedError }
  | { readonly is: 'closed' };

/** Calls back once after `delayMs`; the result cancels it. */
export type Schedule = (callback: () => void, delayMs: number) => () => void;

export interface LinkOptions {
  readonly version?: string;
  /** How long to wait before attempt 1, 2, 3 … */
  readonly backOffMs?: (attempt: number) => number;
  readonly welcomeTimeoutMs?: number;
  readonly schedule?: Schedule;
}

export interface LinkEvents {
  onOpen(): void;
  onFrame(frame: AnswerFrame): void;
  /** Everything that was under way is gone. With `willRetry` an `onOpen` may follow. */
  onLost(error: CodedError, willRetry: boolean): void;
  onState(state: ConnectionState): void;
}

export type AnswerFrame = Exclude<EngineFrame, { t: 'welcome' }>;

export const timerSchedule: Schedule = (callback, delayMs) => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};

/** 250 ms, doubled to at most 5 s: the engine is on this machine, and a person is looking. */
const defaultBackOffMs = (attempt: number): number => Math.min(5000, 250 * 2 ** (attempt - 1));

/** One logical connection: opens channels, greets, and opens the next one when a channel is lost. */
export class Link {
  state: ConnectionState = { is: 'connecting' };
  readonly #connector: Connector;
  readonly #isRenewable: boolean;
  readonly #events: LinkEvents;
  readonly #version: string;
  readonly #backOffMs: (attempt: number) => number;
  readonly #welcomeTimeoutMs: number;
  readonly #schedule: Schedule;
  #transport: ClientTransport | undefined;
  #cancelTimer: () => void = () => undefined;
  #attempt = 0;
  /** Tells a connector's late answer that it belongs to an attempt given up. */
  #generation = 0;

  constructor(target: ClientTransport | Connector, events: LinkEvents, options: LinkOptions) {
    this.#isRenewable = typeof target === 'function';
    this.#connector = typeof target === 'function' ? target : () => Promise.resolve(target);
    this.#events = events;
    this.#version = options.version ?? protocolVersion;
    this.#backOffMs = options.backOffMs ?? defaultBackOffMs;
    this.#welcomeTimeoutMs = options.welcomeTimeoutMs ?? 10_000;
    this.#schedule = options.schedule ?? timerSchedule;
  }

  /** Opens the channel now: at the start, after `refused` and `incompatible`, or instead of waiting for the back-off. */
  open(): void {
    if (this.state.is === 'open' || this.state.is === 'closed') return;
    this.#cancelTimer();
    this.#dropTransport();
    this.#generation += 1;
    this.#setState({ is: 'connecting' });
    void this.#connect(this.#generation);
  }

  send(frame: ClientFrame): void {
    this.#transport?.send(frame);
  }

  close(): void {
    this.#end({ is: 'closed' }, new CodedError('transport.closed', 'the connection was closed', {}));
  }

  async #connect(generation: number): Promise<void> {
    try {
      const transport = await this.#connector();
      if (generation === this.#generation) this.#greet(transport);
      else transport.close();
    } catch (error) {
      if (generation === this.#generation) this.#onRefused(error);
    }
  }

  #greet(transport: ClientTransport): void {
    this.#transport = transport;
    const isCurrent = () => this.#transport === transport;
    transport.onFrame(frame => {
      if (isCurrent()) this.#onFrame(frame);
    });
    transport.onClose(() => {
      if (isCurrent()) this.#onLost();
    });
    this.#cancelTimer = this.#schedule(() => {
      if (isCurrent()) this.#onLost();
    }, this.#welcomeTimeoutMs);
    transport.send({ t: 'hello', version: this.#version });
  }

  #onFrame(raw: unknown): void {
    const parsed = engineFrame.safeParse(raw);
    if (!parsed.success) return;
    const frame = parsed.data;
    if (frame.t !== 'welcome') {
      if (this.state.is === 'open') this.#events.onFrame(frame as AnswerFrame);
      return;
    }
    this.#cancelTimer();
    if (frame.version !== this.#version) {
      const versions = { theirs: frame.version, ours: this.#version };
      const error = new CodedError(
        'transport.version',
        'page and engine are of different versions',
        versions,
      );
      this.#end({ is: 'incompatible', ...versions }, error);
      return;
    }
    this.#attempt = 0;
    this.#setState({ is: 'open' });
    this.#events.onOpen();
  }

  #onRefused(reason: unknown): void {
    const error = reason instanceof CodedError ? reason : undefined;
    if (error !== undefined && !error.retryable) this.#end({ is: 'refused', error }, error);
    else this.#onLost();
  }

  #onLost(): void {
    this.#cancelTimer();
    this.#dropTransport();
    const error = new CodedError('transport.closed', 'the connection to the engine was lost', {});
    if (!this.#isRenewable) {
      this.#end({ is: 'closed' }, error);
      return;
    }
    this.#attempt += 1;
    const retryInMs = this.#backOffMs(this.#attempt);
    this.#setState({ is: 'lost', attempt: this.#attempt, retryInMs });
    this.#events.onLost(error, true);
    this.#cancelTimer = this.#schedule(() => this.open(), retryInMs);
  }

  #end(state: ConnectionState, error: CodedError): void {
    if (this.state.is === 'closed') return;
    this.#cancelTimer();
    this.#generation += 1;
    this.#dropTransport();
    this.#setState(state);
    this.#events.onLost(error, false);
  }

  /** Forgets it first: what it says while closing is of no interest. */
  #dropTransport(): void {
    const transport = this.#transport;
    this.#transport = undefined;
    transport?.close();
  }

  #setState(state: ConnectionState): void {
    this.state = state;
    this.#events.onState(state);
  }
}
