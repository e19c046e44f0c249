import type { Deployment, DeploymentStep, TimelineEvent } from '#shared/contract/index.ts';
import { firstAfter } from './clusters.ts';

/** The events that had happened by then; the list itself where all of them had. */
export function eventsUntil(events: readonly TimelineEvent[], atMs: number): readonly TimelineEvent[] {
  const last = events.at(-1);
  if (last === undefined || last.at <= atMs) return events;
  return events.slice(0, firstAfter(events, Math.floor(atMs) + 1));
}

/** The deployment as it was known at that moment; undefined before it was asked for. */
export function knownAt(
  deployment: Deployment,
  events: readonly TimelineEvent[],
  atMs: number,
): Deployment | undefined {
  if (deployment.createdAt > atMs) return undefined;
  const news = newsOf(events);
  const past = eventsUntil(news, atMs);
  const state = stateAt(deployment, past, atMs);
  const wasTold = new Set(news.filter(isStepNews).map(({ details }) => details['step']));
  const steps = deployment.steps.map(step =>
    wasTold.has(step.name) ? stepByEvents(step, past, atMs) : stepByRow(step, atMs),
  );
  const hasEnded = state !== 'running';
  return {
    ...deployment,
    state,
    steps,
    error: hasEnded && state === deployment.state ? deployment.error : null,
    finishedAt: hasEnded ? (past.findLast(isEnd)?.at ?? deployment.finishedAt) : null,
  };
}

const newsByEvents = new WeakMap<readonly TimelineEvent[], readonly TimelineEvent[]>();

/** Those that say how far it is: few among thousands of packets, and looked for once, not for each picture of a replay. */
function newsOf(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const known =
    newsByEvents.get(events) ??
    events.filter(({ message }) => /^(?:step|deployment|installer)\./.test(message));
  newsByEvents.set(events, known);
  return known;
}

const ends: Readonly<Record<string, Deployment['state']>> = {
  'deployment.succeeded': 'succeeded',
  'deployment.failed': 'failed',
  'deployment.cancelled': 'cancelled',
};

function isEnd({ message }: TimelineEvent): boolean {
  return message in ends;
}

function isStepStart({ message }: TimelineEvent): boolean {
  return message === 'step.started';
}

function isStepNews({ message }: TimelineEvent): boolean {
  return message in stepNews;
}

function stateAt(
  { state, finishedAt }: Deployment,
  past: readonly TimelineEvent[],
  atMs: number,
): Deployment['state'] {
  const news = past.findLast(event => isEnd(event) || event.message === 'deployment.retried');
  if (news !== undefined) return ends[news.message] ?? 'running';
  return finishedAt !== null && finishedAt <= atMs ? state : 'running';
}

const stepNews: Readonly<Record<string, DeploymentStep['state']>> = {
  'step.started': 'running',
  'step.done': 'done',
  'step.skipped': 'skipped',
};

const notBegun = { state: 'pending', startedAt: null, finishedAt: null } as const;
const unknown = { progress: null, phase: null, evidence: {}, error: null } as const;

function stepByRow(step: DeploymentStep, atMs: number): DeploymentStep {
  const { startedAt, finishedAt } = step;
  if (startedAt === null || startedAt > atMs) return { ...step, ...notBegun, ...unknown };
  if (finishedAt !== null && finishedAt <= atMs) return step;
  return { ...step, ...unknown, state: 'running', finishedAt: null };
}

function stepByEvents(step: DeploymentStep, past: readonly TimelineEvent[], atMs: number): DeploymentStep {
  const from = past.findLastIndex(
    ({ message, details }) => message === 'deployment.retried' && details['from'] === 'power-on',
  );
  const own = past.slice(from + 1).filter(({ details }) => details['step'] === step.name);
  const start = own.findLast(isStepStart);
  if (start === undefined) return { ...step, ...notBegun, ...unknown };
  const news = own.findLast(isStepNews) ?? start;
  // A step begins when the one before is done, though nobody may have told that.
  const end = past.slice(past.indexOf(start) + 1).find(event => isEnd(event) || isStepStart(event));
  const isStopped = news === start && end !== undefined;
  const isDone = end !== undefined && (isStepStart(end) || ends[end.message] === 'succeeded');
  const state = isStopped ? (isDone ? 'done' : 'failed') : (stepNews[news.message] ?? 'running');
  const endedAt = isStopped ? end.at : news === start ? null : news.at;
  const isLastWord = state === step.state && step.finishedAt !== null && step.finishedAt <= atMs;
  return {
    ...step,
    ...unknown,
    ...(isLastWord && { evidence: step.evidence, error: step.error, phase: step.phase }),
    ...(state === 'running' && { progress: progressOf(own), phase: phaseOf(past, start) }),
    state,
    startedAt: start.at,
    finishedAt: endedAt,
  };
}

function progressOf(own: readonly TimelineEvent[]): DeploymentStep['progress'] {
  const told = own.findLast(({ message }) => message === 'step.progress');
  if (told === undefined) return null;
  const number = (name: string) => Number(told.details[name] ?? 0);
  const [doneBytes, totalBytes, bytesPerSecond] = [
    number('doneBytes'),
    number('totalBytes'),
    number('bytesPerSecond'),
  ];
  const etaSeconds = bytesPerSecond > 0 ? (totalBytes - doneBytes) / bytesPerSecond : null;
  return { doneBytes, totalBytes, bytesPerSecond, etaSeconds };
}

const troubles: Readonly<Record<string, NonNullable<DeploymentStep['phase']>['trouble']>> = {
  'installer.phase': null,
  'installer.goes_on': null,
  'installer.stalled': 'stalled',
  'installer.needs_person': 'needs-person',
};

function phaseOf(past: readonly TimelineEvent[], start: TimelineEvent): DeploymentStep['phase'] {
  const since = past.filter(({ seq, message }) => seq > start.seq && message in troubles);
  const told = since.findLast(({ message }) => message === 'installer.phase');
  if (told === undefined) return null;
  return {
    name: String(told.details['phase']),
    percent: Number(told.details['percent']),
    changedAt: told.at,
    trouble: troubles[since.at(-1)?.message ?? ''] ?? null,
    lines: [],
  };
}
