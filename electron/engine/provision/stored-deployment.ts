import type { Store } from '#engine/store/store.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import { CodedError, type Deployment, type Image } from '#shared/contract/index.ts';
import type { DeploymentId, ImageId } from '#shared/model/ids.ts';

export function requireDeployment(store: Store, id: DeploymentId): Deployment {
  const found = store.deployments.find(id);
  if (found !== undefined) return found;
  throw new CodedError('input.not_found', `no deployment ${id}`, { what: 'deployment', id });
}

export function noteDeployment(store: Store, deployment: Deployment, told: ToldEvent): void {
  store.timeline.append({ kind: 'step', nodeId: deployment.nodeId, deploymentId: deployment.id, ...told });
}

export function requireImage(store: Store, id: ImageId | null): Image {
  const image = id === null ? undefined : store.images.find(id);
  if (image !== undefined) return image;
  throw new CodedError('input.not_found', 'the image is gone', { what: 'image', id: id ?? '' });
}

/** Of each way to install, the step that begins to write. */
const overwritingSteps: ReadonlySet<string> = new Set(['write-image', 'make-layout', 'install']);

/** Or may have, at any attempt: its disks are not what they were. */
export function hasWritten(store: Store, id: DeploymentId): boolean {
  return store.deployments
    .steps(id)
    .some(
      ({ name, startedAt, attempt }) => overwritingSteps.has(name) && (startedAt !== null || attempt > 1),
    );
}

/** A step at its beginning. */
export const notBegun = {
  state: 'pending',
  startedAt: null,
  finishedAt: null,
  progress: null,
  phase: null,
  evidence: {},
  error: null,
} as const;
