import type { DoneStep } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type PastPhases } from '#shared/contract/index.ts';
import type { DeploymentId, ImageId } from '#shared/model/ids.ts';

/** Older ones were made with other firmware and another network. */
const newestRuns = 50;
/** Fewer tell nothing about what is usual. */
const leastRuns = 3;
/** How long these take is a matter of what is written, so only the same image says what is usual. */
const stepsOfTheImage: ReadonlySet<string> = new Set(['write-image', 'write-root-file-system', 'install']);

/** What is usual for the steps of a deployment: from successful ones of its kind on servers of the same maker and model. */
export function pastPhasesOf(store: Store, id: DeploymentId): PastPhases {
  const deployment = store.deployments.find(id);
  if (deployment === undefined)
    throw new CodedError('input.not_found', `no deployment ${id}`, { what: 'deployment', id });
  const system = store.nodes.find(deployment.nodeId)?.inventory?.system;
  return {
    manufacturer: system?.manufacturer ?? '',
    product: system?.product ?? '',
    steps: usualSteps(store.deployments.doneStepsLike(id, newestRuns), deployment.imageId),
  };
}

export function usualSteps(past: readonly DoneStep[], imageId: ImageId | null): PastPhases['steps'] {
  const comparable = past.filter(step => !stepsOfTheImage.has(step.name) || step.imageId === imageId);
  return [...Map.groupBy(comparable, step => step.name)].flatMap(([name, steps]) => {
    if (steps.length < leastRuns) return [];
    const durations = steps.map(({ durationMs }) => durationMs);
    return [{ name, runs: steps.length, medianMs: median(durations), slowMs: slowBound(durations) }];
  });
}

/** A step of milliseconds is not slow because it took some more. */
const leastExcessMs = 5000;
/** Of the median: what varies little must not be called slow for a moment. */
const leastExcessShare = 0.5;
/** Three standard deviations, from the median absolute deviation, which one odd run does not move. */
const excessPerDeviation = 3 * 1.4826;

function slowBound(durations: readonly number[]): number {
  const middle = median(durations);
  const deviation = median(durations.map(durationMs => Math.abs(durationMs - middle)));
  const excess = Math.max(leastExcessMs, middle * leastExcessShare, deviation * excessPerDeviation);
  return Math.round(middle + excess);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}
