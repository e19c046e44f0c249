import { CodedError, codedErrorFrom } from './errors.ts';
import {
  type AnswerFrame,
  type ClientTransport,
  type ConnectionState,
  type Connector,
  Link,
  type LinkOptions,
} from './link.ts';
import type { Client, ContractShape, StreamObserver } from './procedure.ts';

export type { ClientTransport, ConnectionState, Connector } from './link.ts';

export interface ClientOptions extends LinkOptions {
  /** Told each change of state; the first is `connecting`, while `createClient` runs. */
  readonly onState?: (state: ConnectionState) => void;
}

export interface RpcConnection<C extends ContractShape> {
  readonly client: Client<C>;
  readonly state: () => ConnectionState;
  /** Connects now instead of after the back-off; also the way out of `refused` and `incompatible`. */
  readonly retryNow: () => void;
  readonly close: () => void;
}

interface PendingCall {
  readonly path: string;
  readonly input: unknown;
  isSent: boolean;
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

interface OpenStream {
  readonly path: string;
  readonly input: unknown;
  readonly observer: StreamObserver<unknown, unknown>;
  /** The id on the present connection; 0 while there is none. */
  id: number;
  /** 0: nothing but a snapshot will do. */
  nextSeq: number;
}

/**
 * The page's side of the contract over one transport, or over a connector that can make a new one.
 *
 * Calls wait for the first connection; a call under way when the connection is lost, or made while it is, rejects with
 * `transport.closed`: whether a command was carried out is then unknown, so nothing is sent twice. Streams are opened
 * again by themselves and begin with a new snapshot. A call whose signal is aborted rejects with the signal's reason.
 */
export function createClient<C extends ContractShape>(
  contract: C,
  target: ClientTransport | Connector,
  options: ClientOptions = {},
): RpcConnection<C> {
  const exchange = new Exchange(target, options);
  const namespaces = Object.entries(contract).map(([namespace, procedures]) => [
    namespace,
    Object.fromEntries(
      Object.entries(procedures).map(([name, procedure]) => {
        const path = `${namespace}.${name}`;
        return procedure.kind === 'stream'
          ? [name, (input: unknown, observer: OpenStream['observer']) => exchange.open(path, input, observer)]
          : [name, (input: unknown, signal?: AbortSignal) => exchange.call(path, input, signal)];
      }),
    ),
  ]);
  exchange.link.open();
  return {
    client: Object.fromEntries(namespaces) as Client<C>,
    state: () => exchange.link.state,
    retryNow: () => exchange.link.open(),
    close: () => exchange.link.close(),
  };
}

class Exchange {
  readonly link: Link;
  readonly #calls = new Map<number, PendingCall>();
  readonly #streams = new Set<OpenStream>();
  #lastId = 0;
  #wasOpen = false;

  constructor(target: ClientTransport | Connector, options: ClientOptions) {
    const events = {
      onOpen: () => this.#onOpen(),
      onFrame: (frame: AnswerFrame) => this.#onFrame(frame),
      onLost: (error: CodedError, willRetry: boolean) => this.#onLost(error, willRetry),
      onState: (state: ConnectionState) => options.onState?.(state),
    };
    this.link = new Link(target, events, options);
  }

  call(path: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(abortReason(signal));
        return;
      }
      const id = this.#newId();
      const onAbort = () => {
        this.#calls.delete(id);
        if (call.isSent) this.link.send({ t: 'cancel', id });
        reject(abortReason(signal));
      };
      const settle = () => signal?.removeEventListener('abort', onAbort);
      const call: PendingCall = {
        path,
        input,
        isSent: false,
        resolve: output => {
          settle();
          resolve(output);
        },
        reject: error => {
          settle();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#calls.set(id, call);
      if (this.link.state.is === 'open') this.#send(id, call);
      else if (this.#wasOpen || isOver(this.link.state)) this.#settle(id)?.reject(lost());
    });
  }

  open(path: string, input: unknown, observer: StreamObserver<unknown, unknown>): () => void {
    const stream: OpenStream = { path, input, observer, id: 0, nextSeq: 0 };
    this.#streams.add(stream);
    if (this.link.state.is === 'open') this.#openAgain(stream);
    return () => {
      if (!this.#streams.delete(stream) || stream.id === 0) return;
      if (this.link.state.is === 'open') this.link.send({ t: 'close', id: stream.id });
    };
  }

  #newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #send(id: number, call: PendingCall): void {
    call.isSent = true;
    try {
      this.link.send({ t: 'call', id, path: call.path, input: call.input });
    } catch (error) {
      this.#settle(id)?.reject(error); // an input that cannot be cloned is the caller's mistake
    }
  }

  #openAgain(stream: OpenStream): void {
    if (stream.id !== 0) this.link.send({ t: 'close', id: stream.id });
    stream.id = this.#newId();
    stream.nextSeq = 0;
    this.link.send({ t: 'open', id: stream.id, path: stream.path, input: stream.input });
  }

  #onOpen(): void {
    this.#wasOpen = true;
    for (const [id, call] of this.#calls) this.#send(id, call);
    for (const stream of this.#streams) this.#openAgain(stream);
  }

  #onLost(error: CodedError, willRetry: boolean): void {
    for (const [id, call] of this.#calls) if (call.isSent || !willRetry) this.#settle(id)?.reject(error);
    for (const stream of this.#streams) stream.id = 0;
  }

  #onFrame(frame: AnswerFrame): void {
    switch (frame.t) {
      case 'ok':
        this.#settle(frame.id)?.resolve(frame.output);
        return;
      case 'err':
        this.#settle(frame.id)?.reject(codedErrorFrom(frame.error));
        return;
      case 'snapshot':
      case 'patch':
      case 'end':
        this.#onStreamFrame(frame);
    }
  }

  #onStreamFrame(frame: Extract<AnswerFrame, { t: 'snapshot' | 'patch' | 'end' }>): void {
    const stream = [...this.#streams].find(open => open.id === frame.id);
    if (stream === undefined) return;
    if (frame.t === 'end') {
      this.#streams.delete(stream);
      stream.observer.onError?.(codedErrorFrom(frame.error));
      return;
    }
    if (frame.t === 'patch' && frame.seq !== stream.nextSeq) {
      this.#openAgain(stream);
      return;
    }
    stream.nextSeq = frame.seq + 1;
    if (frame.t === 'snapshot') stream.observer.onSnapshot(frame.value);
    else stream.observer.onPatch(frame.value);
  }

  #settle(id: number): PendingCall | undefined {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    return call;
  }
}

/** States from which no connection comes by itself. */
function isOver(state: ConnectionState): boolean {
  return state.is === 'closed' || state.is === 'refused' || state.is === 'incompatible';
}

function lost(): CodedError {
  return new CodedError('transport.closed', 'there is no connection to the engine', {});
}

function abortReason(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? new Error('aborted');
}
