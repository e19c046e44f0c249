import type { Deployment, DeploymentStep } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { translateLoose } from '../../i18n/i18n.ts';
import { bytesText, fraction, percentText, rateText } from '../../ui/measure-text.ts';
import { secondsText } from '../../ui/time-text.ts';

/** The step at work; else the one that failed; else none. */
export function presentStep({ steps }: Deployment): DeploymentStep | undefined {
  return steps.find(step => step.state === 'running') ?? steps.find(step => step.state === 'failed');
}

/** Writing the image takes most of the time that we can measure. */
const weightOfBytes = 6;

/** 0 to 1 over all steps, never going backwards while a deployment runs. */
export function overallFraction({ steps }: Deployment): number {
  const weights = steps.map(step => (/image/.test(step.name) ? weightOfBytes : 1));
  const done = steps.reduce((sum, step, index) => sum + (weights[index] ?? 0) * stepFraction(step), 0);
  return fraction(
    done,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
}

export function stepFraction({ state, progress }: DeploymentStep): number {
  if (state === 'done' || state === 'skipped') return 1;
  if (state !== 'running' || progress === null) return 0;
  return fraction(progress.doneBytes, progress.totalBytes);
}

export function stepName(name: string): string {
  return translateLoose(`step.${name}`, {});
}

/** `1.4 GB of 4.2 GB · 212 MB/s · 13 s left`; empty where no bytes are counted. */
export function bytesProgressText(t: Translate, { progress }: DeploymentStep): string {
  if (progress === null || progress.totalBytes === 0) return '';
  const parts = [
    t('progress.of', { done: bytesText(progress.doneBytes), total: bytesText(progress.totalBytes) }),
  ];
  if (progress.bytesPerSecond > 0) parts.push(rateText(progress.bytesPerSecond));
  if (progress.etaSeconds !== null)
    parts.push(t('progress.left', { duration: secondsText(t, progress.etaSeconds) }));
  return parts.join(' · ');
}

/** `Write image 43 %` */
export function shortProgressText(step: DeploymentStep): string {
  const { progress } = step;
  const name = stepName(step.name);
  if (progress === null || progress.totalBytes === 0) return name;
  return `${name} ${percentText(progress.doneBytes, progress.totalBytes)}`;
}

/** From the start to the end, or to now while it runs. Null before it began. */
export function stepDurationMs(step: DeploymentStep, now: number): number | null {
  if (step.startedAt === null) return null;
  return Math.max(0, (step.finishedAt ?? now) - step.startedAt);
}
