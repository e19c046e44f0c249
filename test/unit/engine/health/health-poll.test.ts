import { afterEach, beforeEach, expect, it } from 'vitest';
import { startHealthPoll } from '#engine/health/health-poll.ts';
import type { RoundNews } from '#engine/health/round.ts';
import { bmcOf } from '#engine/inventory/nodes.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { CodedError } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aNode } from '#test/fakes/rows.ts';

const everyMs = 60_000;
const unreachable = new CodedError('bmc.unreachable', 'silence', { address: 'a', attempts: 4 });
const idOf = (number: number) =>
  `${Math.floor((number / 40) * 0xffffff)
    .toString(16)
    .padStart(6, '0')}00-0000-4000-8000-000000000000` as NodeId;

let clock: ReturnType<typeof manualClock>;
let store: Store;
let stop: () => void;
let reads: { id: NodeId; at: number }[];
let failed: NodeId[];
let errors: unknown[];
let answer: (id: NodeId) => Promise<RoundNews>;
let resting: (id: NodeId) => CodedError | undefined;

beforeEach(() => {
  clock = manualClock();
  store = openStore(':memory:', new Uint8Array(32), clock.now);
  [reads, failed, errors] = [[], [], []];
  answer = async nodeId => answered(nodeId);
  resting = () => undefined;
  stop = () => undefined;
});
afterEach(() => {
  stop();
  store.close();
});

function answered(nodeId: NodeId): RoundNews {
  const nothing = { known: undefined, readings: undefined, watts: undefined, log: undefined, error: null };
  return { kind: 'answered', nodeId, at: clock.now(), ...nothing };
}

function servers(count: number): void {
  for (let number = 0; number < count; number += 1)
    store.nodes.save(
      aNode({
        id: idOf(number),
        name: `r${number}`,
        bmc: bmcOf({ address: `10.0.0.${number + 1}`, port: 623, username: 'admin', password: 'x' }, null),
      }),
    );
}

async function poll(forMs: number): Promise<void> {
  stop = startHealthPoll({
    store,
    clock,
    read(id) {
      reads.push({ id, at: clock.now() });
      return answer(id);
    },
    restingOf: id => resting(id),
    async fail(id) {
      failed.push(id);
    },
    onError: error => errors.push(error),
  });
  await clock.advance(forMs);
}

it('reads each server once in the interval, spread over it', async () => {
  servers(40);
  await poll(5 * everyMs);
  for (let number = 0; number < 40; number += 1) {
    const times = reads.filter(({ id }) => id === idOf(number)).length;
    expect(times).toBeGreaterThanOrEqual(4);
    expect(times).toBeLessThanOrEqual(6);
  }
  const inOneSecond = Map.groupBy(reads, ({ at }) => Math.floor(at / 1000));
  expect(Math.max(...[...inOneSecond.values()].map(all => all.length))).toBeLessThanOrEqual(3);
});

it('is not held up by BMCs that never answer: the others go on', async () => {
  servers(40);
  answer = async id => (id === idOf(3) ? new Promise<RoundNews>(() => undefined) : answered(id));
  await poll(5 * everyMs);
  expect(reads.filter(({ id }) => id === idOf(3))).toHaveLength(1);
  expect(reads.filter(({ id }) => id === idOf(4)).length).toBeGreaterThanOrEqual(4);
});

it('reads a BMC that fails ever more rarely', async () => {
  servers(1);
  answer = async nodeId => ({ kind: 'failed', nodeId, at: clock.now(), error: unreachable.toData() });
  await poll(60 * everyMs);
  expect(reads.length).toBeLessThan(12);
  answer = async id => answered(id);
  await clock.advance(11 * everyMs);
  reads = [];
  await clock.advance(5 * everyMs);
  expect(reads.length).toBeGreaterThanOrEqual(4);
});

it('sends nothing to a BMC that is left in peace, and says that it failed', async () => {
  servers(1);
  resting = () => unreachable;
  await poll(3 * everyMs);
  expect(reads).toEqual([]);
  expect(failed.length).toBeGreaterThanOrEqual(2);
});

it('heeds a new interval and new servers, and 0 switches it off', async () => {
  store.settings.update({ healthPollSeconds: 0 });
  servers(1);
  await poll(5 * everyMs);
  expect(reads).toEqual([]);
  store.settings.update({ healthPollSeconds: 10 });
  await clock.advance(everyMs);
  expect(reads.length).toBeGreaterThanOrEqual(5);
  servers(2);
  await clock.advance(20_000);
  expect(new Set(reads.map(({ id }) => id)).size).toBe(2);
  store.nodes.remove(idOf(0));
  reads = [];
  await clock.advance(everyMs);
  expect(new Set(reads.map(({ id }) => id))).toEqual(new Set([idOf(1)]));
});

it('goes on after a fault of our own', async () => {
  servers(1);
  const fault = new Error('disk full');
  answer = async () => {
    throw fault;
  };
  await poll(2 * everyMs);
  expect(errors).toContain(fault);
  answer = async id => answered(id);
  reads = [];
  await clock.advance(2 * everyMs);
  expect(reads.length).toBeGreaterThan(0);
});
