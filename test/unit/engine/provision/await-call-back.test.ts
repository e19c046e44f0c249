import { expect, it } from 'vitest';
import { createAgentService } from '#engine/provision/agent/agent-service.ts';
import { awaitCallBack } from '#engine/provision/agent/await-call-back.ts';
import type { ProvisionServices } from '#engine/provision/services.ts';
import { openStore } from '#engine/store/store.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aNode, deploymentId, nodeId } from '#test/fakes/rows.ts';

const never = new AbortController().signal;

function services() {
  const clock = manualClock();
  const store = openStore(':memory:', new Uint8Array(32), () => clock.now());
  store.nodes.save(aNode());
  const agent = createAgentService({
    sessions: store.agentSessions,
    agentKey: new Uint8Array(32),
    clock,
    addressBelongsTo: () => true,
    nodeName: () => '',
    onHello: () => ({ inventory: {} as never }),
    isRunning: () => true,
    onRefused: () => undefined,
    holdMs: 1000,
  });
  return { clock, store, agent } as unknown as ProvisionServices & { clock: ReturnType<typeof manualClock> };
}

it('a ramdisk that never calls back is reported with the time that was waited', async () => {
  const parts = services();
  const waited = expect(awaitCallBack(parts, aNode(), deploymentId, never)).rejects.toMatchObject({
    code: 'deploy.timed_out',
    details: { afterSeconds: 1800, hint: 'no-call-back' },
  });
  await parts.clock.advance(1_800_000);
  await waited;
});

it('a ramdisk of another purpose is not the one that is waited for', async () => {
  const parts = services();
  let called = false;
  const waiting = awaitCallBack(parts, aNode(), deploymentId, never).then(() => {
    called = true;
  });
  parts.agent.hello(parts.agent.newBoot(nodeId, 'inspect'), 'B'.repeat(43), {}, '10.0.0.1');
  await parts.clock.advance(1);
  expect(called).toBe(false);
  parts.agent.hello(parts.agent.newBoot(nodeId, deploymentId), 'B'.repeat(43), {}, '10.0.0.1');
  await waiting;
});
