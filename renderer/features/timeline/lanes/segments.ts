import type { Deployment, DeploymentStep, TimelineEvent } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { TimeView } from './time-scale.ts';

/** One attempt of a step, as a stretch of a lane. */
export interface Segment {
  readonly step: string;
  readonly startMs: number;
  /** Null while it runs. */
  readonly endMs: number | null;
  readonly state: DeploymentStep['state'];
}

type Draft = { -readonly [Key in keyof Segment]: Segment[Key] };

/**
 * A deployment's steps in time, oldest first: each attempt by its own events, which a retry does not overwrite; a step
 * whose events are gone or were never told by what its row says.
 */
export function segmentsOf(deployment: Deployment, events: readonly TimelineEvent[]): readonly Segment[] {
  const told: Draft[] = [];
  for (const event of events) takeEvent(told, event);
  const names = new Set(told.map(({ step }) => step));
  for (const step of deployment.steps) {
    if (step.startedAt === null) continue;
    const { name, startedAt, finishedAt, state } = step;
    const latest = told.findLast(segment => segment.step === name);
    if (!names.has(name)) told.push({ step: name, startMs: startedAt, endMs: finishedAt, state });
    // The row knows its latest attempt, also where the events of its end were not told or are not at hand.
    else if (latest !== undefined && finishedAt !== null && finishedAt >= latest.startMs)
      close(latest, finishedAt, state);
  }
  const last = told.at(-1);
  if (deployment.finishedAt !== null && last?.endMs === null)
    close(last, deployment.finishedAt, deployment.state === 'succeeded' ? 'done' : 'failed');
  return told.toSorted((one, other) => one.startMs - other.startMs);
}

function takeEvent(told: Draft[], { message, details, at }: TimelineEvent): void {
  const present = told.at(-1);
  const open = present?.endMs === null ? present : undefined;
  const step = typeof details['step'] === 'string' ? details['step'] : '';
  switch (message) {
    case 'step.started':
      // A step begins when the one before is done, though nobody may have told that.
      if (open) close(open, at, open.step === step ? 'failed' : 'done');
      told.push({ step, startMs: at, endMs: null, state: 'running' });
      return;
    case 'step.done':
    case 'step.skipped':
      if (open?.step === step) close(open, at, message === 'step.done' ? 'done' : 'skipped');
      return;
    case 'deployment.failed':
    case 'deployment.cancelled':
      if (open) close(open, at, 'failed');
      return;
    default:
  }
}

function close(segment: Draft, endMs: number, state: Segment['state']): void {
  segment.endMs = Math.max(segment.startMs, endMs);
  segment.state = state;
}

/** What a machine does while a step waits for it, told by what it asks us for. */
export interface BootPhase {
  readonly name: 'post' | 'dhcp' | 'boot-program' | 'kernel' | 'first-boot';
  readonly startMs: number;
  readonly endMs: number;
}

const waitingSteps = ['wait-call-back', 'wait-installer', 'boot-from-disk'] as const;
type WaitingStep = (typeof waitingSteps)[number];

/** Parts of a segment in which we only wait: firmware, DHCP, boot program, kernel or first boot. None of other segments. */
export function bootPhasesOf(
  segment: Segment,
  events: readonly TimelineEvent[],
  nowMs: number,
): readonly BootPhase[] {
  const step = waitingSteps.find(name => name === segment.step);
  if (step === undefined) return [];
  const endMs = segment.endMs ?? nowMs;
  const within = events.filter(({ at }) => at >= segment.startMs && at <= endMs);
  const starts: readonly PhaseStart[] = [['post', segment.startMs], ...phaseStarts(step, within)];
  const seen = starts.flatMap(([name, startMs]) => (startMs === undefined ? [] : [{ name, startMs }]));
  return seen
    .map((phase, index) => ({ ...phase, endMs: seen[index + 1]?.startMs ?? endMs }))
    .filter(phase => phase.endMs > phase.startMs);
}

/** Undefined: it was not seen to begin. */
type PhaseStart = readonly [name: BootPhase['name'], startMs: number | undefined];

function phaseStarts(step: WaitingStep, events: readonly TimelineEvent[]): readonly PhaseStart[] {
  const firstOf = (...kinds: readonly TimelineEvent['kind'][]) =>
    events.find(({ kind }) => kinds.includes(kind))?.at;
  switch (step) {
    case 'wait-call-back':
    case 'wait-installer':
      return [
        ['dhcp', firstOf('dhcp')],
        ['boot-program', firstOf('tftp', 'http', 'boot')],
        ['kernel', firstOf('boot')],
      ];
    case 'boot-from-disk':
      return [['first-boot', firstOf('dhcp')]];
    default:
      return assertNever(step);
  }
}

/** From the first to the last moment of these deployments; of those that run, to now. */
export function rangeOf(deployments: readonly Deployment[], nowMs: number): TimeView {
  if (deployments.length === 0) return { startMs: nowMs - 600_000, endMs: nowMs };
  return {
    startMs: Math.min(...deployments.map(({ createdAt }) => createdAt)),
    endMs: Math.max(
      ...deployments.map(({ createdAt, finishedAt }) => finishedAt ?? Math.max(createdAt, nowMs)),
    ),
  };
}
