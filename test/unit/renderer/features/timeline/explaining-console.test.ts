import { describe, expect, it } from 'vitest';
import { explainingEvent } from '#renderer/features/timeline/explaining-console.ts';
import { aStep } from '#test/fakes/rows.ts';
import { anEvent } from '../../rows.ts';

const done = aStep('power-on', { state: 'done', startedAt: 1000, finishedAt: 2000 });
const running = aStep('wait-call-back', { state: 'running', startedAt: 2000, finishedAt: null });
const failed = { ...running, state: 'failed', finishedAt: 5000 } as const;
const said = (at: number, meaning: string) =>
  anEvent({ seq: at, at, kind: 'console', message: 'console.said', details: { meaning, line: 'text' } });

describe('what a console said explains', () => {
  it('a step that goes on, with the newest of it', () => {
    const events = [said(2500, 'waits_for_key'), said(3000, 'no_boot_device'), anEvent({ at: 4000 })];
    expect(explainingEvent({ steps: [done, running] }, events)?.seq).toBe(3000);
  });

  it('a step that failed, with what came before its end', () => {
    const events = [said(3000, 'kernel_panic'), said(6000, 'firmware_setup')];
    expect(explainingEvent({ steps: [done, failed] }, events)?.seq).toBe(3000);
  });

  it('nothing that came before the step, and nothing when a login prompt followed', () => {
    expect(explainingEvent({ steps: [done, running] }, [said(1500, 'no_boot_device')])).toBeUndefined();
    const got = [said(2500, 'machine_check'), said(3000, 'login_prompt')];
    expect(explainingEvent({ steps: [done, running] }, got)).toBeUndefined();
  });

  it('nothing where no step goes on or has failed', () => {
    expect(explainingEvent({ steps: [done] }, [said(1500, 'kernel_panic')])).toBeUndefined();
  });
});
