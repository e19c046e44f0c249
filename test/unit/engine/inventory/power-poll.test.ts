import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBmcTroubles } from '#engine/inventory/bmc-troubles.ts';
import { startPowerPoll } from '#engine/inventory/power-poll.ts';
import { CodedError, type Node } from '#shared/contract/index.ts';
import type { PowerState } from '#shared/model/provision-state.ts';
import { nodeId } from '#test/fakes/rows.ts';
import { type SimulatedBmcs, simulatedBmcs } from './simulated-bmcs.ts';

const pollMs = 60_000;
let rack: SimulatedBmcs;
let stop: () => void;
let reads: number;
let rounds: number[];
let errors: unknown[];
let answer: () => PowerState;

beforeEach(async () => {
  rack = await simulatedBmcs();
  rack.store.settings.update({ powerPollSeconds: pollMs / 1000 });
  rack.serverAt('10.0.0.2');
  reads = 0;
  rounds = [];
  errors = [];
  answer = () => 'power on';
});
afterEach(() => {
  stop();
});

async function poll(forMs: number): Promise<void> {
  stop = startPowerPoll({
    store: rack.store,
    clock: rack.clock,
    troubles: createBmcTroubles(rack.store, rack.clock),
    async read() {
      reads += 1;
      return answer();
    },
    onRound: silent => rounds.push(silent),
    onError: error => errors.push(error),
  });
  await rack.time.advance(forMs);
}

const fails = (error: unknown) => () => {
  throw error;
};
const wrongPassword = new CodedError('bmc.auth_failed', 'no', { address: 'a', reason: 'wrong_password' });
const unreachable = new CodedError('bmc.unreachable', 'silence', { address: 'a', attempts: 4 });
const powerOf = () => rack.store.nodes.find(nodeId)?.powerState;

it('reads every minute and tells a change once', async () => {
  await poll(3 * pollMs);
  expect(reads).toBe(4);
  expect(powerOf()).toBe('power on');
  expect(rack.messages()).toEqual(['power.changed']);
});

it('does not try a refused password again until it is changed, and says why once', async () => {
  answer = fails(wrongPassword);
  await poll(100 * pollMs);
  expect(reads).toBe(1);
  expect(rounds.at(-1)).toBe(1);
  expect(rack.messages().filter(message => message === 'bmc.failed')).toHaveLength(1);
  answer = () => 'power off';
  rack.serverAt('10.0.0.2', { password: 'corrected' });
  await rack.time.advance(pollMs);
  expect(powerOf()).toBe('power off');
});

it('asks a silent BMC ever more rarely, and at its pace again when it answers', async () => {
  answer = fails(unreachable);
  await poll(60 * pollMs);
  expect(reads).toBeLessThan(12);
  expect(powerOf()).toBe('unknown');
  expect(rack.messages().filter(message => message === 'bmc.failed')).toHaveLength(1);
  answer = () => 'power on';
  await rack.time.advance(11 * pollMs);
  reads = 0;
  await rack.time.advance(5 * pollMs);
  expect(reads).toBe(5);
});

it('asks again as soon as somebody else has heard from the BMC', async () => {
  answer = fails(wrongPassword);
  await poll(pollMs);
  const node = rack.store.nodes.find(nodeId) as Node;
  rack.store.nodes.save({ ...node, powerState: 'power off' });
  answer = () => 'power on';
  await rack.time.advance(pollMs);
  expect(powerOf()).toBe('power on');
});

it('goes on after a fault of our own', async () => {
  const { save } = rack.store.nodes;
  const fault = new Error('disk full');
  Object.assign(rack.store.nodes, { save: fails(fault) });
  await poll(pollMs);
  expect(errors).toEqual([fault, fault]);
  Object.assign(rack.store.nodes, { save });
  await rack.time.advance(pollMs);
  expect(powerOf()).toBe('power on');
});

it('leaves a server alone that is gone, or whose credentials nobody has proven', async () => {
  const node = rack.store.nodes.find(nodeId) as Node;
  rack.store.nodes.save({ ...node, provisionState: 'enroll' });
  await poll(pollMs);
  expect(reads).toBe(0);
  expect(rounds).toEqual([0, 0]);
});
