import type { ConsoleLine, LineEnd, LineOptions, OpenLine } from '#engine/consoles/console-line.ts';
import type { NodeId } from '#shared/model/ids.ts';

/** A connected console whose machine and BMC are the test. */
export interface FakeLine {
  readonly typed: string[];
  isClosed: boolean;
  say(text: string | Uint8Array): void;
  drop(): void;
  end(end: LineEnd): Promise<void>;
}

/** A BMC is asked for its console. */
export interface Attempt {
  readonly nodeId: NodeId;
  readonly takeOver: boolean;
  readonly signal: AbortSignal;
  accept(): Promise<FakeLine>;
  refuse(error: unknown): Promise<void>;
}

export interface FakeLines {
  readonly open: OpenLine;
  readonly attempts: Attempt[];
  /** The newest attempt. */
  last(): Attempt;
  /** How many are connected. */
  connected(): number;
}

const settled = () => new Promise<void>(resolve => setImmediate(resolve));

/** Consoles that are connected or refused when a test says so. */
export function fakeLines(): FakeLines {
  const attempts: Attempt[] = [];
  const lines: FakeLine[] = [];

  function connect(options: LineOptions): { readonly line: ConsoleLine; readonly fake: FakeLine } {
    const ended = Promise.withResolvers<LineEnd>();
    const fake: FakeLine = {
      typed: [],
      isClosed: false,
      say: text => options.onData(Buffer.from(text)),
      drop: options.onDropped,
      async end(end) {
        fake.isClosed = true;
        ended.resolve(end);
        await settled();
      },
    };
    lines.push(fake);
    const line: ConsoleLine = {
      write: async bytes => void fake.typed.push(Buffer.from(bytes).toString()),
      sendBreak: async () => void fake.typed.push('<break>'),
      ended: ended.promise,
      close: () => fake.end({ why: 'closed_by_us' }),
    };
    return { line, fake };
  }

  return {
    attempts,
    open(nodeId, options) {
      const { promise, resolve, reject } = Promise.withResolvers<ConsoleLine>();
      options.signal.addEventListener('abort', () => reject(options.signal.reason));
      attempts.push({
        nodeId,
        takeOver: options.takeOver,
        signal: options.signal,
        async accept() {
          const { line, fake } = connect(options);
          resolve(line);
          await settled();
          return fake;
        },
        async refuse(error) {
          reject(error);
          await settled();
        },
      });
      return promise;
    },
    last() {
      const attempt = attempts.at(-1);
      if (attempt === undefined) throw new Error('no console was asked for');
      return attempt;
    },
    connected: () => lines.filter(({ isClosed }) => !isClosed).length,
  };
}
