import type { TimelineEvent } from '#shared/contract/index.ts';

const ofFailure: readonly string[] = [
  'agent.step_refused',
  'agent.silent',
  'deployment.failed',
  'deployment.cancelled',
  'bmc.failed',
];

/** Where to look when something failed: the newest cause, else the news of the failure itself. */
export function errorEvent(events: readonly TimelineEvent[]): TimelineEvent | undefined {
  const failures = events.filter(event => ofFailure.includes(event.message));
  const causes = failures.filter(event => !event.message.startsWith('deployment.'));
  return causes.at(-1) ?? failures.at(-1) ?? events.findLast(event => event.kind === 'warning');
}

/** The last time that this step began. */
export function eventAtStep(events: readonly TimelineEvent[], step: string): TimelineEvent | undefined {
  const ofStep = events.filter(event => event.details['step'] === step);
  return ofStep.findLast(event => event.message === 'step.started') ?? ofStep[0];
}
