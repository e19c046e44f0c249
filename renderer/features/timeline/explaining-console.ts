import type { Deployment, TimelineEvent } from '#shared/contract/index.ts';

/**
 * What its console said last while the step ran that goes on or has failed, if that tells why it does not come to its end. A
 * login prompt after it says that the machine has got over it.
 */
export function explainingEvent(
  { steps }: Pick<Deployment, 'steps'>,
  events: readonly TimelineEvent[],
): TimelineEvent | undefined {
  const step = steps.find(({ state }) => state === 'running' || state === 'failed');
  const startedAt = step?.startedAt ?? null;
  if (step === undefined || startedAt === null) return undefined;
  const endedAt = step.finishedAt ?? Number.POSITIVE_INFINITY;
  const last = events.findLast(
    ({ message, at }) => message === 'console.said' && at >= startedAt && at <= endedAt,
  );
  return last?.details['meaning'] === 'login_prompt' ? undefined : last;
}
