import { describe, expect, it } from 'vitest';
import { eventsUntil, knownAt } from '#renderer/features/timeline/lanes/replay.ts';
import { aDeployment, aStep, deploymentId } from '#test/fakes/rows.ts';
import { anEvent } from '../../rows.ts';

let seq = 0;
function told(at: number, message: string, details: Record<string, unknown> = {}) {
  seq += 1;
  return anEvent({ seq, at, message, details, deploymentId });
}

const failure = {
  code: 'internal',
  level: 'bug',
  retryable: true,
  message: 'later',
  details: { correlationId: 'x' },
} as const;

/** Fails at 5000, is retried at 8000, and succeeds at 12000. */
const events = [
  told(1000, 'step.started', { step: 'prepare' }),
  told(2000, 'step.done', { step: 'prepare' }),
  told(2000, 'step.started', { step: 'write-image' }),
  told(3000, 'step.progress', { step: 'write-image', doneBytes: 100, totalBytes: 400, bytesPerSecond: 50 }),
  told(5000, 'deployment.failed', { code: 'x', text: '' }),
  told(8000, 'deployment.retried', { from: 'failed-step' }),
  told(8000, 'step.started', { step: 'write-image' }),
  told(11_000, 'step.done', { step: 'write-image' }),
  told(12_000, 'deployment.succeeded', { host: 'web' }),
];
const deployment = aDeployment({
  createdAt: 900,
  finishedAt: 12_000,
  state: 'succeeded',
  steps: [
    aStep('prepare', { state: 'done', startedAt: 1000, finishedAt: 2000, evidence: { files: 3 } }),
    aStep('write-image', { state: 'done', startedAt: 8000, finishedAt: 11_000, evidence: { sha256: 'ab' } }),
  ],
});
const at = (moment: number) => knownAt(deployment, events, moment);
const stepsAt = (moment: number) => at(moment)?.steps.map(({ state }) => state);

describe('a deployment as it was known', () => {
  it('was nothing before it was asked for, and waited before its first step', () => {
    expect(at(899)).toBeUndefined();
    expect(at(950)).toMatchObject({ state: 'running', finishedAt: null });
    expect(stepsAt(950)).toEqual(['pending', 'pending']);
  });

  it('had the bytes, rate and time left that were told by then, and no evidence of later', () => {
    expect(at(3500)?.steps[1]).toMatchObject({
      state: 'running',
      startedAt: 2000,
      finishedAt: null,
      progress: { doneBytes: 100, totalBytes: 400, bytesPerSecond: 50, etaSeconds: 6 },
      evidence: {},
    });
    expect(at(2500)?.steps[1]?.progress).toBeNull();
    expect(at(3500)?.steps[0]?.evidence).toEqual({ files: 3 });
  });

  it('had failed before it was retried, and runs again after', () => {
    expect(at(6000)).toMatchObject({ state: 'failed', finishedAt: 5000, error: null });
    expect(stepsAt(6000)).toEqual(['done', 'failed']);
    expect(at(9000)).toMatchObject({ state: 'running', finishedAt: null });
    expect(stepsAt(9000)).toEqual(['done', 'running']);
    expect(at(12_000)).toEqual(deployment);
  });

  it('had done a step when the next one began, or all of them were done, though nobody told that', () => {
    const untold = events.filter(({ message }) => message !== 'step.done');
    const seen = (moment: number) => knownAt(deployment, untold, moment)?.steps.map(({ state }) => state);
    expect(seen(1500)).toEqual(['running', 'pending']);
    expect(seen(2000)).toEqual(['done', 'running']);
    expect(seen(12_000)).toEqual(['done', 'done']);
  });

  it('does every step anew after a retry from power-on', () => {
    const again = [
      ...events.slice(0, 5),
      told(8000, 'deployment.retried', { from: 'power-on' }),
      told(8500, 'step.started', { step: 'prepare' }),
    ];
    expect(knownAt(deployment, again, 8200)?.steps.map(({ state }) => state)).toEqual(['pending', 'pending']);
    expect(knownAt(deployment, again, 8600)?.steps.map(({ state }) => state)).toEqual(['running', 'pending']);
  });

  it('is told by its rows where its events are gone', () => {
    const failed = { ...deployment, state: 'failed' as const, error: failure };
    expect(knownAt(failed, [], 9000)).toMatchObject({ state: 'running', error: null });
    expect(knownAt(failed, [], 9000)?.steps.map(({ state }) => state)).toEqual(['done', 'running']);
    expect(knownAt(failed, [], 12_000)).toMatchObject({
      state: 'failed',
      error: failure,
      finishedAt: 12_000,
    });
  });

  it('had its installer where that said it was, and in trouble when it was', () => {
    const installing = [
      told(1000, 'step.started', { step: 'install' }),
      told(1500, 'installer.phase', { phase: 'packages', percent: 40 }),
      told(3000, 'installer.stalled', { phase: 'packages', seconds: 1, usualSeconds: 1, line: '' }),
    ];
    const row = aDeployment({
      createdAt: 900,
      steps: [aStep('install', { state: 'running', startedAt: 1000 })],
    });
    expect(knownAt(row, installing, 2000)?.steps[0]?.phase).toMatchObject({
      name: 'packages',
      percent: 40,
      trouble: null,
    });
    expect(knownAt(row, installing, 3000)?.steps[0]?.phase).toMatchObject({
      changedAt: 1500,
      trouble: 'stalled',
    });
  });
});

describe('events until a moment', () => {
  it('are the list itself once all have happened, so that nothing is drawn again', () => {
    expect(eventsUntil(events, 12_000)).toBe(events);
    expect(eventsUntil(events, 2000)).toHaveLength(3);
  });
});
