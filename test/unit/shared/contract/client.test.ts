import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ClientTransport, type ConnectionState, createClient } from '#shared/contract/client.ts';
import { CodedError, codedErrorFrom } from '#shared/contract/errors.ts';
import type { ClientFrame } from '#shared/contract/frames.ts';
import { command, stream } from '#shared/contract/procedure.ts';

const contract = {
  rack: { power: command(z.object({}), z.number()), watch: stream(z.object({}), z.number(), z.number()) },
};

/** A wire whose other end is the test: what was sent, and a way to answer. */
class Wire implements ClientTransport {
  readonly sent: ClientFrame[] = [];
  isClosed = false;
  #onFrame: (frame: unknown) => void = () => undefined;
  #onClose: () => void = () => undefined;

  send(frame: ClientFrame): void {
    this.sent.push(frame);
  }
  onFrame(callback: (frame: unknown) => void): void {
    this.#onFrame = callback;
  }
  onClose(callback: () => void): void {
    this.#onClose = callback;
  }
  close(): void {
    this.isClosed = true;
  }
  answer(frame: unknown): void {
    this.#onFrame(frame);
  }
  breakOff(): void {
    this.#onClose();
  }
}

/** Timers that run when the test says so. */
class Timers {
  readonly waiting: { callback: () => void; delayMs: number }[] = [];
  schedule = (callback: () => void, delayMs: number) => {
    const timer = { callback, delayMs };
    this.waiting.push(timer);
    return () => {
      const index = this.waiting.indexOf(timer);
      if (index >= 0) this.waiting.splice(index, 1);
    };
  };
  delays = () => this.waiting.map(({ delayMs }) => delayMs);
  fire(): void {
    for (const { callback } of this.waiting.splice(0)) callback();
  }
}

/** Lets promises that are settled already run their reactions. */
const settle = () => new Promise(resolve => setImmediate(resolve));
const welcome = { t: 'welcome', version: '1' };

let timers: Timers;
let wires: Wire[];
let states: ConnectionState[];
let refuseWith: Error | undefined;

beforeEach(() => {
  timers = new Timers();
  wires = [];
  states = [];
  refuseWith = undefined;
});

const lastWire = (): Wire => {
  const wire = wires.at(-1);
  if (wire === undefined) throw new Error('no connection was tried');
  return wire;
};

function start() {
  const connector = async () => {
    wires.push(new Wire());
    if (refuseWith !== undefined) throw refuseWith;
    return lastWire();
  };
  const onState = (state: ConnectionState) => void states.push(state);
  return createClient(contract, connector, { schedule: timers.schedule, onState });
}

async function startOpen() {
  const connection = start();
  await settle();
  lastWire().answer(welcome);
  return connection;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof CodedError ? error.code : error),
  );

describe('a client with a connector', () => {
  it('greets first and sends nothing else before the welcome', async () => {
    const { client } = start();
    const answer = client.rack.power({});
    await settle();
    expect(lastWire().sent).toEqual([{ t: 'hello', version: '1' }]);
    lastWire().answer(welcome);
    expect(lastWire().sent[1]).toEqual({ t: 'call', id: 1, path: 'rack.power', input: {} });
    lastWire().answer({ t: 'ok', id: 1, output: 7 });
    expect(await answer).toBe(7);
  });

  it('waits longer each time that nobody answers, up to five seconds', async () => {
    refuseWith = new Error('connection refused');
    const { client } = start();
    const waiting = codeOf(client.rack.power({}));
    const delays: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      await settle();
      delays.push(...timers.delays());
      timers.fire();
    }
    expect(delays).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    refuseWith = undefined;
    await settle();
    timers.fire();
    await settle();
    lastWire().answer(welcome);
    lastWire().answer({ t: 'ok', id: 1, output: 1 });
    expect(await waiting).toBe('resolved');
  });

  it('begins with the shortest wait again after a good connection', async () => {
    await startOpen();
    lastWire().breakOff();
    expect(states.at(-1)).toEqual({ is: 'lost', attempt: 1, retryInMs: 250 });
    timers.fire();
    await settle();
    lastWire().answer(welcome);
    lastWire().breakOff();
    expect(states.at(-1)).toEqual({ is: 'lost', attempt: 1, retryInMs: 250 });
    expect(states.map(({ is }) => is)).toEqual(['connecting', 'open', 'lost', 'connecting', 'open', 'lost']);
  });

  it('never sends a command twice: what was under way fails, and so does what comes while there is no connection', async () => {
    const { client } = await startOpen();
    const underWay = codeOf(client.rack.power({}));
    lastWire().breakOff();
    expect(await underWay).toBe('transport.closed');
    expect(await codeOf(client.rack.power({}))).toBe('transport.closed');
    timers.fire();
    await settle();
    lastWire().answer(welcome);
    expect(lastWire().sent).toEqual([{ t: 'hello', version: '1' }]);
  });

  it('stops when it is refused, until somebody says to try again', async () => {
    refuseWith = new CodedError('auth.denied', 'not signed in', {});
    const { client, retryNow } = start();
    const waiting = codeOf(client.rack.power({}));
    await settle();
    expect(states.at(-1)).toMatchObject({ is: 'refused' });
    expect(timers.delays()).toEqual([]);
    expect(await waiting).toBe('auth.denied');
    refuseWith = undefined;
    retryNow();
    await settle();
    lastWire().answer(welcome);
    expect(states.at(-1)).toEqual({ is: 'open' });
  });

  it('gives up a channel on which no welcome comes', async () => {
    start();
    await settle();
    expect(timers.delays()).toEqual([10_000]);
    timers.fire();
    expect(lastWire().isClosed).toBe(true);
    expect(states.at(-1)).toMatchObject({ is: 'lost' });
  });

  it('drops a channel that comes after it was closed', async () => {
    const connection = start();
    connection.close();
    await settle();
    expect(lastWire().isClosed).toBe(true);
    expect(lastWire().sent).toEqual([]);
    connection.retryNow();
    await settle();
    expect([wires.length, states.at(-1)]).toEqual([1, { is: 'closed' }]);
  });

  it('does not listen to a channel that it has given up', async () => {
    const { client } = await startOpen();
    const old = lastWire();
    const seen: number[] = [];
    client.rack.watch(
      {},
      { onSnapshot: value => void seen.push(value), onPatch: value => void seen.push(value) },
    );
    old.breakOff();
    timers.fire();
    await settle();
    lastWire().answer(welcome);
    old.answer({ t: 'snapshot', id: 1, seq: 0, value: 1 });
    old.breakOff();
    lastWire().answer({ t: 'snapshot', id: 2, seq: 0, value: 2 });
    expect(seen).toEqual([2]);
    expect(states.at(-1)).toEqual({ is: 'open' });
  });

  it('ignores frames that are none and answers to nothing', async () => {
    const { client } = await startOpen();
    const answer = client.rack.power({});
    for (const frame of [
      undefined,
      7,
      {},
      { t: 'ok' },
      { t: 'ok', id: 99, output: 1 },
      { t: 'patch', id: 1, seq: 0 },
    ])
      lastWire().answer(frame);
    lastWire().answer({ t: 'ok', id: 1, output: 3 });
    expect(await answer).toBe(3);
  });
});

describe('a stream', () => {
  it('takes no patch before its snapshot and none twice', async () => {
    const { client } = await startOpen();
    const seen: number[] = [];
    client.rack.watch(
      {},
      { onSnapshot: value => void seen.push(value), onPatch: value => void seen.push(value) },
    );
    const wire = lastWire();
    wire.answer({ t: 'patch', id: 1, seq: 1, value: 11 });
    expect(wire.sent.slice(2)).toEqual([
      { t: 'close', id: 1 },
      { t: 'open', id: 2, path: 'rack.watch', input: {} },
    ]);
    wire.answer({ t: 'snapshot', id: 2, seq: 0, value: 0 });
    wire.answer({ t: 'patch', id: 2, seq: 1, value: 1 });
    wire.answer({ t: 'patch', id: 2, seq: 1, value: 1 });
    expect(wire.sent.at(-1)).toEqual({ t: 'open', id: 3, path: 'rack.watch', input: {} });
    expect(seen).toEqual([0, 1]);
  });

  it('closed while there is no connection is not opened again', async () => {
    const { client } = await startOpen();
    const observer = { onSnapshot: () => undefined, onPatch: () => undefined };
    const stop = client.rack.watch({}, observer);
    lastWire().breakOff();
    stop();
    timers.fire();
    await settle();
    lastWire().answer(welcome);
    expect(lastWire().sent).toHaveLength(1);
  });
});

describe('an error that crossed a process', () => {
  it('is what it was', () => {
    const error = new CodedError('net.port_in_use', 'port 67', {
      proto: 'udp',
      port: 67,
      owner: { pid: 1, name: 'dnsmasq' },
    });
    const copy = codedErrorFrom(structuredClone(error.toData()));
    expect(copy.toData()).toEqual(error.toData());
    expect(copy).toBeInstanceOf(CodedError);
  });

  it('is `internal` when its details are not those of its code', () => {
    const data = { ...new CodedError('auth.denied', 'no', {}).toData(), code: 'net.port_in_use' };
    expect(codedErrorFrom(data).code).toBe('internal');
    expect(codedErrorFrom('nonsense').code).toBe('internal');
  });
});
