import { describe, expect, it } from 'vitest';
import { clustersOf, firstAfter } from '#renderer/features/timeline/lanes/clusters.ts';
import { nextFound, searchEvents } from '#renderer/features/timeline/lanes/event-search.ts';
import { eventAt, nextEvent } from '#renderer/features/timeline/lanes/lane-row.ts';
import { bootPhasesOf, rangeOf, segmentsOf } from '#renderer/features/timeline/lanes/segments.ts';
import { withEvents } from '#renderer/features/timeline/lanes/use-lane-events.ts';
import { idsOfRoute } from '#renderer/features/timeline/open-timeline.ts';
import { isSlow, slowStepOf } from '#renderer/features/timeline/usual/slowness.ts';
import type { EventKind, TimelineEvent } from '#shared/contract/index.ts';
import { aDeployment, aStep, deploymentId } from '#test/fakes/rows.ts';
import { anEvent } from '../../rows.ts';

let seq = 0;
function told(at: number, message: string, details: Record<string, unknown> = {}, kind: EventKind = 'step') {
  seq += 1;
  return anEvent({ seq, at, kind, message, details, deploymentId });
}
const started = (at: number, step: string) => told(at, 'step.started', { step });
const done = (at: number, step: string) => told(at, 'step.done', { step });

describe('segments of a lane', () => {
  it('are each attempt of a step, which the row of the step forgets', () => {
    const events = [
      started(1000, 'prepare'),
      done(2000, 'prepare'),
      started(2000, 'write-image'),
      told(5000, 'deployment.failed', { code: 'x', text: '' }),
      told(8000, 'deployment.retried', { from: 'failed-step' }),
      started(8000, 'write-image'),
    ];
    const deployment = aDeployment({
      steps: [aStep('prepare'), aStep('write-image', { state: 'running', startedAt: 8000 })],
    });
    expect(segmentsOf(deployment, events)).toEqual([
      { step: 'prepare', startMs: 1000, endMs: 2000, state: 'done' },
      { step: 'write-image', startMs: 2000, endMs: 5000, state: 'failed' },
      { step: 'write-image', startMs: 8000, endMs: null, state: 'running' },
    ]);
  });

  it('come from the rows where events are gone', () => {
    const deployment = aDeployment({
      steps: [
        aStep('prepare', { state: 'done', startedAt: 1000, finishedAt: 2000 }),
        aStep('write-image', { state: 'running', startedAt: 2000 }),
        aStep('boot-from-disk'),
      ],
    });
    expect(segmentsOf(deployment, []).map(({ step, endMs }) => [step, endMs])).toEqual([
      ['prepare', 2000],
      ['write-image', null],
    ]);
  });

  it('end where the row says, when the events between its beginning and a later step are not at hand', () => {
    const deployment = aDeployment({
      steps: [
        aStep('prepare', { state: 'done', startedAt: 1000, finishedAt: 2000 }),
        aStep('power-on', { state: 'done', startedAt: 2000, finishedAt: 3000 }),
        aStep('write-image', { state: 'running', startedAt: 9000 }),
      ],
    });
    const events = [started(1000, 'prepare'), started(9000, 'write-image')];
    expect(segmentsOf(deployment, events).map(({ step, endMs }) => [step, endMs])).toEqual([
      ['prepare', 2000],
      ['power-on', 3000],
      ['write-image', null],
    ]);
  });

  it('do not go on after the end of the deployment', () => {
    const deployment = aDeployment({ state: 'cancelled', finishedAt: 4000, steps: [aStep('prepare')] });
    expect(segmentsOf(deployment, [started(1000, 'prepare')])[0]).toMatchObject({
      endMs: 4000,
      state: 'failed',
    });
  });
});

describe('what a machine does while a step waits', () => {
  const waiting = { step: 'wait-call-back', startMs: 0, endMs: 100, state: 'done' } as const;

  it('is told by what it asks for', () => {
    const events = [
      told(40, 'dhcp.offered', {}, 'dhcp'),
      told(45, 'tftp.done', {}, 'tftp'),
      told(50, 'boot.ramdisk_given', {}, 'boot'),
      told(60, 'http.done', {}, 'http'),
    ];
    expect(
      bootPhasesOf(waiting, events, 500).map(({ name, startMs, endMs }) => [name, startMs, endMs]),
    ).toEqual([
      ['post', 0, 40],
      ['dhcp', 40, 45],
      ['boot-program', 45, 50],
      ['kernel', 50, 100],
    ]);
  });

  it('is POST until now while nothing is heard, and is nothing in a step that does not wait', () => {
    expect(bootPhasesOf({ ...waiting, endMs: null }, [], 500)).toEqual([
      { name: 'post', startMs: 0, endMs: 500 },
    ]);
    expect(bootPhasesOf({ ...waiting, step: 'write-image' }, [], 500)).toEqual([]);
  });
});

describe('marks', () => {
  const view = { startMs: 0, endMs: 1000 };
  const at = (...times: number[]) => times.map(time => told(time, 'agent.inspected'));

  it('gather events that would lie on each other, and stay the same groups while the clock moves', () => {
    const events = at(10, 12, 300, 310, 315, 900);
    const groups = clustersOf(events, view, 500, 20).map(cluster => cluster.events.length);
    expect(groups).toEqual([2, 3, 1]);
    const moved = clustersOf(events, { startMs: 3, endMs: 1003 }, 500, 20);
    expect(moved.map(cluster => cluster.events.length)).toEqual(groups);
  });

  it('never lie on each other', () => {
    const events = at(...Array.from({ length: 60 }, (_, index) => index * index * 0.27).map(Math.round));
    const clusters = clustersOf(events, view, 500, 20);
    const ends = clusters.map(({ x, events: own }) => (own.length === 1 ? [x - 4, x + 4] : [x - 8, x + 8]));
    for (const [index, [left = 0]] of ends.entries())
      expect(left).toBeGreaterThanOrEqual((ends[index - 1]?.[1] ?? Number.NEGATIVE_INFINITY) - 1e-6);
  });

  it('are only those in view, and never more than there is room for', () => {
    const events = at(...Array.from({ length: 5000 }, (_, index) => index * 2));
    const clusters = clustersOf(events, { startMs: 4000, endMs: 5000 }, 600, 20);
    expect(clusters.length).toBeLessThanOrEqual(32);
    expect(
      clusters.flatMap(cluster => cluster.events).every(event => event.at >= 3900 && event.at <= 5000),
    ).toBe(true);
    expect(clustersOf(events, view, 0, 20)).toEqual([]);
    expect(firstAfter(events, 4001)).toBe(2001);
  });
});

describe('events of many lanes', () => {
  it('leave the list of a lane alone that got none', () => {
    const other = '33333333-3333-4333-8333-33333333333f' as typeof deploymentId;
    const before = withEvents(new Map(), [told(1, 'a'), { ...told(2, 'b'), deploymentId: other }], 9);
    const after = withEvents(before, [told(3, 'c')], 9);
    expect(after.get(other)).toBe(before.get(other));
    expect(after.get(deploymentId)?.map(({ message }) => message)).toEqual(['a', 'c']);
  });

  it('are as many as a lane may have, the newest, in order of time though the clock was set back', () => {
    const known = withEvents(new Map(), [told(50, 'a'), told(60, 'b')], 3);
    const events = withEvents(known, [told(40, 'c'), told(70, 'd')], 3).get(deploymentId);
    expect(events?.map(({ message }) => message)).toEqual(['a', 'b', 'd']);
  });

  it('are found by words and kind, in order of time, round and round', () => {
    const events = new Map([
      [deploymentId, [told(9, 'late fault', {}, 'warning'), told(1, 'early fault'), told(2, 'x')]],
    ]);
    const sentence = (event: TimelineEvent) => event.message;
    const found = searchEvents(events, { text: 'FAULT', kind: '' }, sentence) ?? [];
    expect(found.map(({ message }) => message)).toEqual(['early fault', 'late fault']);
    expect(searchEvents(events, { text: '', kind: 'warning' }, sentence)).toHaveLength(1);
    expect(searchEvents(events, { text: ' ', kind: '' }, sentence)).toBeNull();
    const first = nextFound(found, null, 1);
    expect(first).toBe(found[0]);
    expect(nextFound(found, found[1]?.seq ?? null, 1)).toBe(found[0]);
    expect(nextFound(found, null, -1)).toBe(found[1]);
  });

  it('are stepped through from end to end', () => {
    const events = [told(1, 'a'), told(2, 'b')];
    expect(nextEvent(events, null, 1)).toBe(events[0]);
    expect(nextEvent(events, null, -1)).toBe(events[1]);
    expect(nextEvent(events, events[1]?.seq ?? null, 1)).toBe(events[1]);
  });
});

describe('a click on a lane', () => {
  it('takes what was known at that moment: the newest event until then', () => {
    const events = [told(10, 'a'), told(20, 'b'), told(20, 'c')];
    expect(eventAt(events, 9.9)).toBeUndefined();
    expect(eventAt(events, 10)).toBe(events[0]);
    expect(eventAt(events, 19.9)).toBe(events[0]);
    expect(eventAt(events, 500)).toBe(events[2]);
  });
});

describe('the range of the lanes', () => {
  it('goes from the first beginning to the last end, or to now', () => {
    const ended = aDeployment({ state: 'succeeded', createdAt: 100, finishedAt: 500 });
    expect(rangeOf([ended], 9000)).toEqual({ startMs: 100, endMs: 500 });
    expect(rangeOf([ended, aDeployment({ createdAt: 300 })], 9000)).toEqual({ startMs: 100, endMs: 9000 });
  });

  it('is named in the address, where anything may stand', () => {
    expect(idsOfRoute(undefined)).toBeUndefined();
    expect(idsOfRoute('x,../..')).toBeUndefined();
    expect(idsOfRoute(`${deploymentId},x`)).toEqual([deploymentId]);
  });
});

describe('a step compared with past runs', () => {
  const past = {
    manufacturer: 'Dell Inc.',
    product: 'R740',
    steps: [{ name: 'wait-call-back', runs: 5, medianMs: 60_000, slowMs: 90_000 }],
  };
  const waiting = aDeployment({ steps: [aStep('wait-call-back', { state: 'running', startedAt: 0 })] });

  it('is slow only beyond the bound, and only where there is one', () => {
    expect(slowStepOf(waiting, past, 90_000)).toBeUndefined();
    expect(slowStepOf(waiting, past, 90_001)).toMatchObject({
      durationMs: 90_001,
      usual: { medianMs: 60_000 },
    });
    expect(slowStepOf(waiting, undefined, 900_000)).toBeUndefined();
    expect(isSlow(past, 'write-image', 900_000)).toBe(false);
    expect(isSlow(past, 'wait-call-back', null)).toBe(false);
  });
});
