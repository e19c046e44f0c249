import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgentService } from '#engine/provision/agent/agent-service.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aNode, deploymentId, nodeId } from '#test/fakes/rows.ts';

const bootId = 'B'.repeat(43);
const address = '10.77.0.21';
const step = { id: 'step-1', name: 'write-image', parameters: {} };
const never = new AbortController().signal;
let store: Store;
let clock: ReturnType<typeof manualClock>;
let refusals: string[];
let runningPurpose = '';

beforeEach(() => {
  clock = manualClock();
  refusals = [];
  runningPurpose = '';
  store = openStore(':memory:', new Uint8Array(32), clock.now);
  store.nodes.save(aNode());
});
afterEach(() => store.close());

function service() {
  return createAgentService({
    sessions: store.agentSessions,
    agentKey: new Uint8Array(32).fill(5),
    clock,
    addressBelongsTo: (_node, client) => client === address,
    nodeName: () => 'r1u01',
    onHello: () => ({ inventory: {} as never }),
    isRunning: purpose => purpose === runningPurpose,
    onRefused: (_node, _address, why) => refusals.push(why),
    holdMs: 1000,
  });
}

function sessionOf(agent: ReturnType<typeof service>): string {
  const answer = agent.hello(agent.newBoot(nodeId, deploymentId), bootId, {}, address);
  if (answer.status !== 200) throw new Error(answer.reason);
  return answer.session;
}

describe('the one-time token', () => {
  it('opens a session once', () => {
    const agent = service();
    const token = agent.newBoot(nodeId, deploymentId);
    const first = agent.hello(token, bootId, {}, address);
    expect(first).toMatchObject({ status: 200, node: 'r1u01' });
    agent.authenticate(first.status === 200 ? first.session : '', address);
    expect(agent.hello(token, bootId, {}, address)).toEqual({
      status: 403,
      reason: 'the token was used before',
    });
  });

  it('answers a repeated hello alike while the answer may have been lost, also after a restart', () => {
    const agent = service();
    const token = agent.newBoot(nodeId, deploymentId);
    expect(service().hello(token, bootId, {}, address)).toEqual(agent.hello(token, bootId, {}, address));
    expect(agent.hello(token, 'C'.repeat(43), {}, address)).toMatchObject({ status: 403 });
  });

  it('stolen and used from another address is refused, and the machine can still use it', () => {
    const agent = service();
    const token = agent.newBoot(nodeId, deploymentId);
    expect(agent.hello(token, bootId, {}, '10.77.0.99')).toMatchObject({ status: 403 });
    expect(refusals).toHaveLength(1);
    expect(agent.hello(token, bootId, {}, address)).toMatchObject({ status: 200 });
  });

  it.each(['', 'x', 'A'.repeat(43), 'A'.repeat(5000)])('that was never given is refused (%#)', token => {
    expect(service().hello(token, bootId, {}, address)).toMatchObject({ status: 401 });
  });

  it('dies with the next boot, and so does its session', () => {
    const agent = service();
    const session = sessionOf(agent);
    agent.newBoot(nodeId, deploymentId);
    expect(agent.authenticate(session, address)).toBeUndefined();
  });

  it('is not in the database', () => {
    const agent = service();
    const token = agent.newBoot(nodeId, deploymentId);
    const stored = JSON.stringify(store.agentSessions.find(nodeId));
    expect(stored).not.toContain(token);
  });
});

describe('a session', () => {
  it('works only from where it said hello', () => {
    const agent = service();
    const session = sessionOf(agent);
    expect(agent.authenticate(session, '10.77.0.99')).toBeUndefined();
    expect(agent.authenticate(session, address)?.nodeId).toBe(nodeId);
  });
});

describe('a step', () => {
  it('is given to the machine that waits for it, and its result ends it', async () => {
    const agent = service();
    sessionOf(agent);
    const asked = agent.nextStep(nodeId, never);
    const result = agent.run(nodeId, step, () => undefined, never);
    expect(await asked).toEqual(step);
    expect(agent.result(nodeId, 'step-1', { ok: true, evidence: { bytes: 1 } })).toBe('taken');
    expect(await result).toEqual({ ok: true, evidence: { bytes: 1 } });
  });

  it('is given again to a machine that lost its power and came back', async () => {
    const agent = service();
    sessionOf(agent);
    void agent.run(nodeId, step, () => undefined, never);
    expect(await agent.nextStep(nodeId, never)).toEqual(step);
    sessionOf(agent);
    expect(await agent.nextStep(nodeId, never)).toEqual(step);
  });

  it('whose result was taken before the engine died is not run again', async () => {
    const agent = service();
    sessionOf(agent);
    void agent.run(nodeId, step, () => undefined, never);
    agent.result(nodeId, 'step-1', { ok: true, evidence: { bytes: 1 } });
    const restarted = service();
    expect(await restarted.run(nodeId, step, () => undefined, never)).toEqual({
      ok: true,
      evidence: { bytes: 1 },
    });
    expect(restarted.result(nodeId, 'step-1', { ok: true, evidence: {} })).toBe('taken');
  });

  it('that nobody asked for is unknown', () => {
    const agent = service();
    sessionOf(agent);
    expect(agent.result(nodeId, 'step-9', { ok: true, evidence: {} })).toBe('unknown');
    expect(agent.progress(nodeId, 'step-9', { phase: 'writing', bytes: 1, total: 2, message: '' })).toBe(
      false,
    );
  });

  it('of a run that has just been taken up again is asked for later, not dropped', () => {
    runningPurpose = deploymentId;
    const agent = service();
    sessionOf(agent);
    expect(agent.result(nodeId, 'step-1', { ok: true, evidence: {} })).toBe('not-now');
  });

  it('that was cancelled is no longer wanted', async () => {
    const agent = service();
    sessionOf(agent);
    const abort = new AbortController();
    const result = agent.run(nodeId, step, () => undefined, abort.signal);
    abort.abort(new Error('cancelled'));
    await expect(result).rejects.toThrow('cancelled');
    expect(agent.progress(nodeId, 'step-1', { phase: 'writing', bytes: 1, total: 2, message: '' })).toBe(
      false,
    );
  });

  it('is asked for in vain for as long as the engine holds the call', async () => {
    const agent = service();
    sessionOf(agent);
    const asked = agent.nextStep(nodeId, never);
    await clock.advance(1000);
    expect(await asked).toBeUndefined();
  });
});

describe('a session whose task is over', () => {
  it('is taken up again by a retry, and is dead after the next boot', () => {
    const agent = service();
    const session = sessionOf(agent);
    agent.retireSession(nodeId);
    expect(agent.hasCalled(nodeId, deploymentId)).toBe(false);
    agent.reviveSession(nodeId);
    expect(agent.hasCalled(nodeId, deploymentId)).toBe(true);
    agent.retireSession(nodeId);
    agent.newBoot(nodeId, deploymentId);
    expect(agent.authenticate(session, address)).toBeUndefined();
  });

  it('cuts what is being sent, once', () => {
    const agent = service();
    sessionOf(agent);
    const before = agent.whileWanted(nodeId);
    agent.retireSession(nodeId);
    expect(before.aborted).toBe(true);
    expect(agent.whileWanted(nodeId).aborted).toBe(false);
  });

  it('gets no step, though the server has a new task', async () => {
    const agent = service();
    sessionOf(agent);
    agent.retireSession(nodeId);
    void agent.run(nodeId, step, () => undefined, never);
    expect(await agent.nextStep(nodeId, never)).toBeUndefined();
  });
});
