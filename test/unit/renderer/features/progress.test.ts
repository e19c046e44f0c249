import { beforeAll, describe, expect, it } from 'vitest';
import { errorEvent, eventAtStep } from '#renderer/features/timeline/find-event.ts';
import {
  bytesProgressText,
  overallFraction,
  phaseText,
  presentStep,
  shortProgressText,
  stepDurationMs,
  stepProgressText,
} from '#renderer/features/timeline/progress.ts';
import { startI18n, translate } from '#renderer/i18n/i18n.ts';
import { aDeployment, aStep } from '#test/fakes/rows.ts';
import { anEvent } from '../rows.ts';

beforeAll(() => startI18n('en'));

const writing = aStep('write-image', {
  state: 'running',
  startedAt: 1000,
  progress: { doneBytes: 1e9, totalBytes: 4e9, bytesPerSecond: 2e8, etaSeconds: 15 },
});

describe('a deployment', () => {
  it('shows the step at work, else the one that failed', () => {
    const failed = aStep('power-on', { state: 'failed' });
    expect(presentStep(aDeployment({ steps: [failed, writing] }))).toBe(writing);
    expect(presentStep(aDeployment({ steps: [failed, aStep('write-image')] }))).toBe(failed);
    expect(presentStep(aDeployment())).toBeUndefined();
  });

  it('grows with every step and every byte, from 0 to 1', () => {
    const done = (name: string) => aStep(name, { state: 'done' });
    const fractions = [
      [aStep('power-on'), aStep('write-image')],
      [done('power-on'), aStep('write-image')],
      [done('power-on'), writing],
      [done('power-on'), done('write-image')],
    ].map(steps => overallFraction(aDeployment({ steps })));
    expect(fractions[0]).toBe(0);
    expect(fractions[3]).toBe(1);
    expect([...fractions].sort((a, b) => a - b)).toEqual(fractions);
    expect(new Set(fractions).size).toBe(4);
  });

  it('says bytes, rate and time left with their units', () => {
    expect(bytesProgressText(translate, writing)).toBe('1 GB of 4 GB · 200 MB/s · 15 s left');
    expect(shortProgressText(writing)).toBe('Write the image 25 %');
    expect(bytesProgressText(translate, aStep('power-on', { state: 'running' }))).toBe('');
  });

  it('has durations that run on until the step ends', () => {
    expect(stepDurationMs(writing, 4000)).toBe(3000);
    expect(stepDurationMs({ ...writing, finishedAt: 2500 }, 9000)).toBe(1500);
    expect(stepDurationMs(aStep('power-on'), 9000)).toBeNull();
  });
});

describe('the event to look at', () => {
  const events = [
    anEvent({ seq: 1, message: 'step.started', details: { step: 'write-image' } }),
    anEvent({ seq: 2, message: 'agent.step_refused', details: { step: 'write-image' } }),
    anEvent({ seq: 3, message: 'step.started', details: { step: 'write-image' } }),
    anEvent({ seq: 4, message: 'agent.step_refused', details: { step: 'write-image' } }),
    anEvent({ seq: 5, message: 'deployment.failed' }),
  ];

  it('after a failure is its newest cause, not the news of it', () => {
    expect(errorEvent(events)?.seq).toBe(4);
    expect(errorEvent(events.slice(4))?.seq).toBe(5);
    expect(errorEvent([])).toBeUndefined();
  });

  it('for a step is its last beginning', () => {
    expect(eventAtStep(events, 'write-image')?.seq).toBe(3);
    expect(eventAtStep(events, 'power-on')).toBeUndefined();
  });
});

describe("an installer's step", () => {
  const phase = { name: 'packages', percent: 60, changedAt: 1000, trouble: null, lines: [] };
  const installing = aStep('install', { state: 'running', startedAt: 1000, phase });

  it('shows where the installer says that it is, and fills the bar by it', () => {
    expect(stepProgressText(translate, installing)).toBe('packages · 60 %');
    expect(shortProgressText(installing)).toBe('Install 60 %');
    const before = aStep('install', { state: 'running', startedAt: 1000 });
    const fraction = (step: typeof installing) => overallFraction(aDeployment({ steps: [step] }));
    expect(fraction(before)).toBe(0);
    expect(fraction(installing)).toBe(0.6);
  });

  it('keeps a phase that a person named as it was written', () => {
    expect(phaseText('boot loader')).toBe('boot loader');
    expect(phaseText('Stufe 7: Datenbank')).toBe('Stufe 7: Datenbank');
  });
});
