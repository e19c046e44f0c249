import type { Logger } from '#engine/system/log.ts';
import { CodedError, type ErrorData } from '#shared/contract/errors.ts';
import {
  type ClientFrame,
  clientFrame,
  type EngineFrame,
  protocolVersion,
  type Transport,
} from '#shared/contract/frames.ts';
import type { ContractShape, Handlers } from '#shared/contract/procedure.ts';
import { exceedsBytes } from './exceeds-bytes.ts';
import { type Api, apiOf, invoke, openSource, procedureKind, toErrorData } from './invoke.ts';

export interface ServeOptions {
  readonly log: Logger;
  readonly version?: string;
  /** Of one frame from the client. */
  readonly maxFrameBytes?: number;
  /** Calls under way and open streams together. */
  readonly maxOpen?: number;
}

export interface Served {
  /** Drops the streams, lets commands run to their end unheard, and closes the transport. */
  close(): void;
}

export const defaultMaxFrameBytes = 4 * 1024 * 1024;
const defaultMaxOpen = 500;
/** A client that sends so many frames of no meaning is broken or hostile. */
const maxBadFrames = 100;

/**
 * The engine's side of one connection. Every frame and every input is checked here, whatever the transport. Nothing
 * that arrives can throw out of this function; a connection that sends nonsense is closed, others do not notice.
 */
export function serve<C extends ContractShape>(
  contract: C,
  handlers: Handlers<C>,
  transport: Transport<EngineFrame>,
  options: ServeOptions,
): Served {
  const session = new Session(apiOf(contract, handlers), transport, options);
  transport.onClose(() => session.end());
  transport.onFrame(frame => session.receive(frame));
  return {
    close() {
      session.end();
      transport.close();
    },
  };
}

class Session {
  readonly #api: Api;
  readonly #transport: Transport<EngineFrame>;
  readonly #log: Logger;
  readonly #version: string;
  readonly #maxFrameBytes: number;
  readonly #maxOpen: number;
  /** How to stop each call and stream, by the client's id. */
  readonly #calls = new Map<number, { readonly abort: AbortController; readonly isCommand: boolean }>();
  readonly #streams = new Map<number, () => void>();
  #isGreeted = false;
  #isOver = false;
  #badFrames = 0;

  constructor(api: Api, transport: Transport<EngineFrame>, options: ServeOptions) {
    this.#api = api;
    this.#transport = transport;
    this.#log = options.log.child('api');
    this.#version = options.version ?? protocolVersion;
    this.#maxFrameBytes = options.maxFrameBytes ?? defaultMaxFrameBytes;
    this.#maxOpen = options.maxOpen ?? defaultMaxOpen;
  }

  receive(raw: unknown): void {
    if (this.#isOver) return;
    if (exceedsBytes(raw, this.#maxFrameBytes)) {
      this.#refuse(raw, `a frame has more than ${this.#maxFrameBytes} bytes`);
      return;
    }
    const parsed = clientFrame.safeParse(raw);
    if (parsed.success) this.#accept(parsed.data);
    else this.#refuse(raw, 'a frame of unknown form');
  }

  /** A query is of no use without its asker; a command was given and is carried out. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const { abort, isCommand } of this.#calls.values()) if (!isCommand) abort.abort();
    for (const stop of this.#streams.values()) stop();
    this.#calls.clear();
    this.#streams.clear();
  }

  #accept(frame: ClientFrame): void {
    switch (frame.t) {
      case 'hello':
        this.#greet(frame.version);
        return;
      case 'cancel':
        this.#calls.get(frame.id)?.abort.abort();
        this.#calls.delete(frame.id);
        return;
      case 'close':
        this.#streams.get(frame.id)?.();
        this.#streams.delete(frame.id);
        return;
      case 'call':
      case 'open':
        this.#start(frame);
    }
  }

  #greet(version: string): void {
    this.#isGreeted = version === this.#version;
    this.#send({ t: 'welcome', version: this.#version });
  }

  #start(frame: Extract<ClientFrame, { t: 'call' | 'open' }>): void {
    const { id } = frame;
    if (this.#calls.has(id) || this.#streams.has(id)) {
      this.#countBadFrame('an id that is in use');
      return;
    }
    const answer = frame.t === 'call' ? 'err' : 'end';
    if (!this.#isGreeted) {
      const versions = { theirs: '', ours: this.#version };
      const error = new CodedError('transport.version', 'no greeting with this version came first', versions);
      this.#send({ t: answer, id, error: error.toData() });
    } else if (this.#calls.size + this.#streams.size >= this.#maxOpen) {
      this.#send({ t: answer, id, error: invalid('id', 'too many calls and streams at once') });
    } else if (frame.t === 'call') {
      void this.#call(id, frame.path, frame.input);
    } else {
      this.#open(id, frame.path, frame.input);
    }
  }

  async #call(id: number, path: string, input: unknown): Promise<void> {
    const call = { abort: new AbortController(), isCommand: procedureKind(this.#api, path) === 'command' };
    const isWanted = () => this.#calls.get(id) === call;
    this.#calls.set(id, call);
    try {
      const output = await invoke(this.#api, path, input, call.abort.signal);
      if (isWanted()) this.#send({ t: 'ok', id, output });
    } catch (error) {
      if (isWanted()) this.#send({ t: 'err', id, error: this.#errorData(error, path) });
      else if (!call.abort.signal.aborted) this.#errorData(error, path); // nobody hears it, but the log has it
    } finally {
      if (isWanted()) this.#calls.delete(id);
    }
  }

  #open(id: number, path: string, input: unknown): void {
    let seq = 0;
    let unsubscribe: () => void = () => undefined;
    const stop = () => unsubscribe();
    const isWanted = () => this.#streams.get(id) === stop;
    const onFault = (error: unknown) => {
      if (!isWanted()) return;
      this.#streams.delete(id);
      stop();
      this.#send({ t: 'end', id, error: this.#errorData(error, path) });
    };
    const onPatch = (value: unknown) => {
      if (!isWanted()) return;
      seq += 1;
      this.#send({ t: 'patch', id, seq, value });
    };
    this.#streams.set(id, stop);
    try {
      const source = openSource(this.#api, path, input);
      this.#send({ t: 'snapshot', id, seq: 0, value: source.snapshot() });
      // In the same turn as the snapshot, so that no change falls between.
      unsubscribe = source.subscribe(onPatch, onFault);
      if (!isWanted()) stop();
    } catch (error) {
      onFault(error);
    }
  }

  #errorData(error: unknown, path: string): ErrorData {
    return toErrorData(error, this.#log, path);
  }

  /** Answers where an answer can find its way, and counts. */
  #refuse(raw: unknown, reason: string): void {
    const address = replyAddress(raw);
    if (address !== undefined && !this.#calls.has(address.id) && !this.#streams.has(address.id))
      this.#send({ ...address, error: invalid('frame', reason) });
    this.#countBadFrame(reason);
  }

  #countBadFrame(reason: string): void {
    this.#badFrames += 1;
    if (this.#badFrames === 1) this.#log.warn('a frame was refused', { reason });
    if (this.#badFrames < maxBadFrames) return;
    this.#log.warn('a connection was closed: too many bad frames', { reason });
    this.end();
    this.#transport.close();
  }

  #send(frame: EngineFrame): void {
    this.#transport.send(frame);
  }
}

function invalid(path: string, message: string): ErrorData {
  return new CodedError('input.invalid', message, { issues: [{ path, message }] }).toData();
}

function replyAddress(raw: unknown): { t: 'err' | 'end'; id: number } | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { t, id } = raw as { t?: unknown; id?: unknown };
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return undefined;
  if (t === 'call') return { t: 'err', id };
  return t === 'open' ? { t: 'end', id } : undefined;
}
