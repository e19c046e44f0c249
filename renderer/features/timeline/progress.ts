import type { Deployment, DeploymentKind, DeploymentStep } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { hasMessage, translateLoose } from '../../i18n/i18n.ts';
import { bytesText, fraction, percentText, rateText } from '../../ui/measure-text.ts';
import { secondsText } from '../../ui/time-text.ts';

/** The step at work; else the one that failed; else none. */
export function presentStep({ steps }: Deployment): DeploymentStep | undefined {
  return steps.find(step => step.state === 'running') ?? steps.find(step => step.state === 'failed');
}

/** Where most of the time goes: writing an image, an installer, erasing. */
const longSteps = /image|root-file-system|^install$|^erase-disks$/;
const weightOfLongStep = 6;

/** 0 to 1 over all steps, never going backwards while a deployment runs. */
export function overallFraction({ steps }: Deployment): number {
  const weights = steps.map(step => (longSteps.test(step.name) ? weightOfLongStep : 1));
  const done = steps.reduce((sum, step, index) => sum + (weights[index] ?? 0) * stepFraction(step), 0);
  return fraction(
    done,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
}

export function stepFraction(step: DeploymentStep): number {
  if (step.state === 'done' || step.state === 'skipped') return 1;
  return (step.state === 'running' && countedFraction(step)) || 0;
}

/** How far a step says that it is; undefined where it counts nothing. */
export function countedFraction({ progress, phase }: DeploymentStep): number | undefined {
  if (phase !== null) return fraction(phase.percent, 100);
  if (progress === null || progress.totalBytes === 0) return undefined;
  return fraction(progress.doneBytes, progress.totalBytes);
}

/** The installer's own word for where it is; one that a person wrote into the phrases stays as it is. */
export function phaseText(name: string): string {
  const key = `installerPhase.${name}`;
  return hasMessage(key) ? translateLoose(key, {}) : name;
}

/** What is to be said of a step at work: bytes, or the installer's phase. */
export function stepProgressText(t: Translate, step: DeploymentStep): string {
  const { phase } = step;
  if (phase === null) return bytesProgressText(t, step);
  return `${phaseText(phase.name)} · ${percentText(phase.percent, 100)}`;
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
  const name = stepName(step.name);
  const done = countedFraction(step);
  return done === undefined ? name : `${name} ${percentText(done, 1)}`;
}

/** Of those that install nothing. */
const spokenWords: Partial<Record<DeploymentKind, 'cleaning.spoken' | 'rescue.spoken'>> = {
  cleaning: 'cleaning.spoken',
  rescue: 'rescue.spoken',
};
const progressWords: Partial<Record<DeploymentKind, 'cleaning.progressOf' | 'rescue.progressOf'>> = {
  cleaning: 'cleaning.progressOf',
  rescue: 'rescue.progressOf',
};

/** For a screen reader: each new step, not each percent. */
export function spokenText(t: Translate, deployment: Deployment): string {
  const step = presentStep(deployment);
  return t(spokenWords[deployment.kind] ?? 'timeline.spoken', {
    state: t(`deployment.${deployment.state}`),
    step: step ? stepName(step.name) : '',
  });
}

/** What the bar is of. */
export function progressLabel(t: Translate, { kind, nodeName }: Deployment): string {
  return t(progressWords[kind] ?? 'rack.progressOf', { name: nodeName });
}

/** From the start to the end, or to now while it runs. Null before it began. */
export function stepDurationMs(step: DeploymentStep, now: number): number | null {
  if (step.startedAt === null) return null;
  return Math.max(0, (step.finishedAt ?? now) - step.startedAt);
}
