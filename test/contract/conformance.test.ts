import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClientTransport, createClient, type RpcConnection } from '#shared/contract/client.ts';
import { CodedError } from '#shared/contract/errors.ts';
import type { ClientFrame } from '#shared/contract/frames.ts';
import {
  inMemory,
  maxFrameBytes,
  messageChannel,
  portMain,
  type Rig,
  type RigKind,
  rpc,
  webSocket,
} from './rigs.ts';
import { type SampleContract, sampleContract } from './sample-contract.ts';

/** Waits for what must become true; the test's own time limit is the only clock. */
const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 10_000 });

/** What a stream's observer was told, as one readable list. */
function recorder() {
  const heard: unknown[] = [];
  const observer = {
    onSnapshot: (value: number[]) => void heard.push(value),
    onPatch: (value: number) => void heard.push(value),
    onError: (error: Error) => void heard.push(error instanceof CodedError ? error.code : error),
  };
  return { heard, observer };
}

async function failure(promise: Promise<unknown>): Promise<CodedError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CodedError);
  return error as CodedError;
}

/** A transport as `inner`, but the engine's frames pass through `change` first; undefined is lost. */
function tampered(inner: ClientTransport, change: (frame: unknown) => unknown): ClientTransport {
  return {
    ...inner,
    onFrame: callback =>
      inner.onFrame(frame => {
        const changed = change(frame);
        if (changed !== undefined) callback(changed);
      }),
  };
}

/** Everything that is no frame, or one at the wrong time. */
const malformed: unknown[] = [
  undefined,
  null,
  7,
  'call',
  [],
  {},
  { t: 'call' },
  { t: 'call', id: -1, path: 'sum.add', input: {} },
  { t: 'call', id: 1.5, path: 'sum.add', input: {} },
  { t: 'call', id: 'x', path: 'sum.add', input: {} },
  { t: 'nonsense', id: 900 },
  { t: 'welcome', version: '1' },
  { t: 'hello', version: 'x'.repeat(1000) },
  { t: 'cancel', id: 901 },
  { t: 'close', id: 902 },
  { t: 'open', id: Number.MAX_VALUE, path: 'counter.watch', input: {} },
];

for (const kind of [inMemory, messageChannel, portMain, webSocket, rpc] satisfies RigKind[]) {
  describe(`the contract over ${kind.name}`, () => {
    let rig: Rig;
    let connection: RpcConnection<SampleContract>;

    beforeEach(async () => {
      rig = await kind.open();
      connection = createClient(sampleContract, await rig.connect());
    });
    afterEach(async () => {
      connection.close();
      await rig.dispose();
    });

    describe('calls', () => {
      it('answers queries and commands, many at once, each with its own answer', async () => {
        const sums = await Promise.all(
          [1, 2, 3, 4].map(left => connection.client.sum.add({ left, right: 10 * left })),
        );
        expect(sums.map(({ sum }) => sum)).toEqual([11, 22, 33, 44]);
        await connection.client.shop.buy({ what: 'cable' });
        expect(rig.shop.seen.bought).toEqual(['cable']);
      });

      it('fills in defaults of the input on the engine side', async () => {
        expect(await connection.client.sum.add({ left: 4 })).toEqual({ sum: 5 });
        expect(await connection.client.shop.leak(undefined)).toEqual({ name: 'bmc' });
      });

      it('lets nothing out that the contract does not name', async () => {
        expect(JSON.stringify(await connection.client.shop.leak({}))).not.toContain('hunter2');
        const error = await failure(connection.client.shop.refuse({}));
        expect(JSON.stringify(error.details)).not.toContain('hunter2');
      });

      it('carries a coded error with its level and details', async () => {
        const error = await failure(connection.client.shop.refuse({}));
        expect(error.toData()).toEqual({
          code: 'input.in_use',
          level: 'user',
          retryable: false,
          message: 'the disk is in use',
          details: { what: 'disk sda', by: 'node-7' },
        });
      });

      it('turns any other error into `internal` with a number that finds its stack in the log', async () => {
        const error = await failure(connection.client.shop.crash({}));
        expect(error.code).toBe('internal');
        expect(error.message).not.toContain('secret inner state');
        const { correlationId } = error.details as { correlationId: string };
        const line = rig.logLines.find(text => text.includes(correlationId));
        expect(line).toContain('secret inner state');
        expect(line).toContain('sample-contract.ts');
      });

      it('refuses an input that does not fit, names the field, and does not run the handler', async () => {
        const error = await failure(connection.client.shop.buy({ what: 7 } as never));
        expect(error.code).toBe('input.invalid');
        expect(error.details).toMatchObject({ issues: [{ path: 'what' }] });
        expect(rig.shop.seen.bought).toEqual([]);
      });

      it('keeps an output that does not fit the contract to itself', async () => {
        expect((await failure(connection.client.shop.wrongOutput({}))).code).toBe('internal');
      });

      it('answers `internal` for an output that cannot be carried, and goes on', async () => {
        expect((await failure(connection.client.shop.uncarriable({}))).code).toBe('internal');
        expect(await connection.client.sum.add({ left: 1 })).toEqual({ sum: 2 });
      });

      it('carries text of every script and deep values unchanged', async () => {
        const value = { text: '机架 7 – „Größe“ 🖧', list: [[1, [2, { three: null }]]], flag: false };
        expect(await connection.client.sum.echo(value)).toEqual(value);
      });
    });

    describe('cancelling', () => {
      it("rejects with the signal's reason and aborts the handler", async () => {
        const abort = new AbortController();
        const waiting = connection.client.sum.wait({}, abort.signal);
        await until(() => rig.shop.seen.started === 1);
        abort.abort(new Error('changed my mind'));
        await expect(waiting).rejects.toThrow('changed my mind');
        await until(() => rig.shop.seen.aborted === 1);
        expect(await connection.client.sum.add({ left: 1 })).toEqual({ sum: 2 });
      });

      it('sends nothing when the signal is aborted already', async () => {
        const call = connection.client.shop.buy({ what: 'cable' }, AbortSignal.abort(new Error('no')));
        await expect(call).rejects.toThrow('no');
        await connection.client.sum.add({ left: 1 });
        expect(rig.shop.seen.bought).toEqual([]);
      });

      it('aborts queries of a lost connection, and lets commands run to their end', async () => {
        const both = [connection.client.sum.wait({}), connection.client.shop.slowBuy({})];
        await until(() => rig.shop.seen.started === 2);
        connection.close();
        for (const call of both) expect((await failure(call)).code).toBe('transport.closed');
        await until(() => rig.shop.seen.aborted === 1);
        rig.shop.letGo();
        await until(() => rig.shop.seen.finished === 1);
      });
    });

    if (kind.callsOnly === true) return;

    describe('streams', () => {
      it('give one snapshot, then every patch in order', async () => {
        rig.shop.count(1);
        const { heard, observer } = recorder();
        connection.client.counter.watch({ from: 100 }, observer);
        await until(() => heard.length === 1);
        for (const number of [2, 3, 4]) rig.shop.count(number);
        await until(() => heard.length === 4);
        expect(heard).toEqual([[101], 102, 103, 104]);
      });

      it('stop at their source when they are closed', async () => {
        const { heard, observer } = recorder();
        const stop = connection.client.counter.watch({ from: 0 }, observer);
        await until(() => rig.shop.openStreams() === 1);
        stop();
        stop();
        await until(() => rig.shop.openStreams() === 0);
        rig.shop.count(5);
        await connection.client.sum.add({ left: 1 });
        expect(heard.flat()).not.toContain(5);
      });

      it('end with the error when their input is refused', async () => {
        const { heard, observer } = recorder();
        connection.client.counter.watch({ from: 9999 }, observer);
        await until(() => heard.length === 1);
        expect(heard).toEqual(['input.invalid']);
      });

      it('end when a patch does not fit, without a word to the source or to other streams', async () => {
        const first = recorder();
        const other = recorder();
        connection.client.counter.watch({ from: 0 }, first.observer);
        connection.client.counter.watch({ from: Number.NaN }, other.observer);
        await until(() => first.heard.length === 1 && other.heard.length === 1);
        expect(other.heard).toEqual(['input.invalid']);
        rig.shop.count(Number.POSITIVE_INFINITY);
        await until(() => first.heard.length === 2);
        expect(first.heard[1]).toBe('internal');
        expect(rig.shop.openStreams()).toBe(0);
      });

      it('are opened again after a gap and end up with the whole truth', async () => {
        let isLost = false;
        const transport = tampered(await rig.connect(), frame => {
          const { t, seq } = frame as { t: string; seq: number };
          if (t !== 'patch' || seq !== 2 || isLost) return frame;
          isLost = true;
          return undefined;
        });
        const watching = createClient(sampleContract, transport);
        const { heard, observer } = recorder();
        watching.client.counter.watch({ from: 0 }, observer);
        await until(() => heard.length === 1);
        for (const number of [1, 2, 3]) rig.shop.count(number);
        await until(() => heard.length === 3);
        rig.shop.count(4);
        await until(() => heard.length === 4);
        expect(heard).toEqual([[], 1, [1, 2, 3], 4]);
        expect(rig.shop.openStreams()).toBe(1);
        watching.close();
      });

      it('are dropped with their connection', async () => {
        connection.client.counter.watch({ from: 0 }, recorder().observer);
        connection.client.counter.watch({ from: 1 }, recorder().observer);
        await until(() => rig.shop.openStreams() === 2);
        connection.close();
        await until(() => rig.shop.openStreams() === 0);
      });
    });

    describe('against a hostile or broken client', () => {
      it('refuses procedures that the contract does not have', async () => {
        const transport = await rig.connect();
        const answers = listen(transport);
        transport.send({ t: 'hello', version: '1' });
        const paths = ['sum.nothing', 'nothing.add', 'constructor.name', 'sum.toString', 'counter.watch'];
        paths.forEach((path, id) => {
          transport.send({ t: 'call', id, path, input: {} });
        });
        await until(() => answers.length === 1 + paths.length);
        expect(answers.slice(1).map(codeOf)).toEqual(paths.map(() => 'input.not_found'));
        transport.close();
      });

      it('survives frames that are none, and serves this and other connections', async () => {
        const transport = await rig.connect();
        const answers = listen(transport);
        transport.send({ t: 'hello', version: '1' });
        for (const frame of malformed) transport.send(frame as ClientFrame);
        transport.send({ t: 'call', id: 50, path: 'sum.add', input: { left: 1 } });
        await until(() => answers.some(answer => (answer as { id?: number }).id === 50));
        expect(answers.at(-1)).toEqual({ t: 'ok', id: 50, output: { sum: 2 } });
        expect(await connection.client.sum.add({ left: 1 })).toEqual({ sum: 2 });
        transport.close();
      });

      it('closes a connection that sends nothing else', async () => {
        const transport = await rig.connect();
        const closed = new Promise<void>(resolve => {
          transport.onClose(resolve);
        });
        for (let count = 0; count < 200; count += 1) transport.send({ t: 'nonsense' } as never);
        await closed;
        expect(await connection.client.sum.add({ left: 1 })).toEqual({ sum: 2 });
      });

      it('refuses an oversized input by name, and goes on', async () => {
        const error = await failure(connection.client.sum.echo('x'.repeat(maxFrameBytes + 1)));
        expect(error.code).toBe('input.invalid');
        expect(error.message).toContain(String(maxFrameBytes));
        expect(await connection.client.sum.echo('x'.repeat(100))).toHaveLength(100);
      });

      it('answers nothing but the version before the greeting', async () => {
        const transport = await rig.connect();
        const answers = listen(transport);
        transport.send({ t: 'call', id: 1, path: 'shop.buy', input: { what: 'cable' } });
        transport.send({ t: 'open', id: 2, path: 'counter.watch', input: { from: 0 } });
        await until(() => answers.length === 2);
        expect(answers.map(codeOf)).toEqual(['transport.version', 'transport.version']);
        expect(rig.shop.seen.bought).toEqual([]);
        transport.close();
      });

      it('refuses more than so many calls at once, and takes no id twice', async () => {
        const calls = Array.from({ length: 9 }, () => connection.client.sum.wait({}).catch(codeOfError));
        expect(await Promise.race(calls)).toBe('input.invalid');
        expect(rig.shop.seen.started).toBe(8);

        const transport = await rig.connect();
        const answers = listen(transport);
        transport.send({ t: 'hello', version: '1' });
        for (const _ of [1, 2]) transport.send({ t: 'call', id: 1, path: 'sum.wait', input: {} });
        transport.send({ t: 'call', id: 2, path: 'sum.add', input: { left: 1 } });
        await until(() => answers.length === 2);
        expect(rig.shop.seen.started).toBe(9);
        transport.close();
      });
    });

    describe('when versions or engines change', () => {
      it('does not talk to an engine of another version', async () => {
        const states: string[] = [];
        const old = createClient(sampleContract, () => rig.connect(), {
          version: '0',
          onState: state => void states.push(state.is),
        });
        expect((await failure(old.client.shop.buy({ what: 'cable' }))).code).toBe('transport.version');
        expect(old.state()).toEqual({ is: 'incompatible', theirs: '1', ours: '0' });
        expect(states).toEqual(['connecting', 'incompatible']);
        expect(rig.shop.seen.bought).toEqual([]);
      });

      it('fails what was under way when the engine ends, and says that it is closed', async () => {
        const waiting = connection.client.sum.wait({});
        await until(() => rig.shop.seen.started === 1);
        rig.closeAll();
        const error = await failure(waiting);
        expect(error.code).toBe('transport.closed');
        expect(error.retryable).toBe(true);
        expect(connection.state().is).toBe('closed');
        expect((await failure(connection.client.sum.add({ left: 1 }))).code).toBe('transport.closed');
      });

      it('connects again with a connector, and opens its streams with a new snapshot', async () => {
        const again = createClient(sampleContract, () => rig.connect(), { backOffMs: () => 0 });
        const { heard, observer } = recorder();
        again.client.counter.watch({ from: 0 }, observer);
        await until(() => heard.length === 1);
        rig.closeAll();
        rig.shop.count(7);
        await until(() => heard.length === 2);
        rig.shop.count(8);
        await until(() => heard.length === 3);
        expect(heard).toEqual([[], [7], 8]);
        expect(await again.client.sum.add({ left: 1 })).toEqual({ sum: 2 });
        again.close();
      });
    });
  });
}

function listen(transport: ClientTransport): unknown[] {
  const answers: unknown[] = [];
  transport.onFrame(frame => void answers.push(frame));
  return answers;
}

function codeOf(answer: unknown): unknown {
  return (answer as { error?: { code?: unknown } }).error?.code;
}

function codeOfError(error: unknown): unknown {
  return error instanceof CodedError ? error.code : error;
}
