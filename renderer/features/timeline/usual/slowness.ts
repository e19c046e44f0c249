import type { Deployment, DeploymentStep, PastPhases } from '#shared/contract/index.ts';
import { stepDurationMs } from '../progress.ts';

type UsualStep = PastPhases['steps'][number];

export interface SlowStep {
  readonly step: DeploymentStep;
  readonly durationMs: number;
  readonly usual: UsualStep;
}

export function usualOf(past: PastPhases | undefined, step: string): UsualStep | undefined {
  return past?.steps.find(({ name }) => name === step);
}

export function isSlow(past: PastPhases | undefined, step: string, durationMs: number | null): boolean {
  const usual = usualOf(past, step);
  return usual !== undefined && durationMs !== null && durationMs > usual.slowMs;
}

/** The step at work when it takes longer than past runs make usual. */
export function slowStepOf(
  { steps }: Deployment,
  past: PastPhases | undefined,
  nowMs: number,
): SlowStep | undefined {
  const step = steps.find(({ state }) => state === 'running');
  const usual = step && usualOf(past, step.name);
  const durationMs = step && stepDurationMs(step, nowMs);
  if (step === undefined || usual === undefined || typeof durationMs !== 'number') return undefined;
  return durationMs > usual.slowMs ? { step, durationMs, usual } : undefined;
}
