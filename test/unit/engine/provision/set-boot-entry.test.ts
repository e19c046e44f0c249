import { expect, it } from 'vitest';
import { setBootEntry } from '#engine/provision/deploy/disk-image/agent-steps.ts';
import type { StepContext } from '#engine/provision/deploy/step.ts';
import { openStore } from '#engine/store/store.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aDeployment, aDisk, aNode } from '#test/fakes/rows.ts';

/** The step on a ramdisk that answers with this evidence. */
async function run(evidence: Record<string, unknown>) {
  const clock = manualClock();
  const store = openStore(':memory:', new Uint8Array(32), () => clock.now());
  const node = aNode();
  store.nodes.save(node);
  const context = {
    services: {
      store,
      clock,
      agent: { run: () => Promise.resolve({ ok: true, evidence }), lastHeardAt: () => clock.now() },
      bootServer: { watchDownload: () => () => undefined },
    },
    deployment: aDeployment({ disk: aDisk() }),
    request: { hostName: 'web-1' },
    node,
    stepId: 'step',
    signal: new AbortController().signal,
    showProgress: () => undefined,
  } as unknown as StepContext;
  const told = await setBootEntry.run(context);
  const events = store.timeline.list({}, 0, 100);
  return { told, warnings: events.filter(({ kind }) => kind === 'warning') };
}

it('a firmware that does not take the entry is a warning on the timeline, and the deployment goes on', async () => {
  const { told, warnings } = await run({ problem: 'not-first', entry: 'Boot0009' });
  expect(told).toMatchObject({ problem: 'not-first' });
  expect(warnings).toMatchObject([
    { message: 'agent.boot_entry_not_taken', details: { problem: 'not-first' } },
  ]);
});

it('an entry that was taken is no warning', async () => {
  expect((await run({ problem: null, entry: 'Boot0009' })).warnings).toEqual([]);
});
