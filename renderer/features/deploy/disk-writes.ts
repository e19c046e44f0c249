import type { Deployment, Disk, Node } from '#shared/contract/index.ts';

/**
 * The newest deployment that began to write on this disk after the inventory was taken: what the inventory says of the
 * disk's contents is then no longer true. Undefined if there is none.
 */
export function writtenSince(
  node: Pick<Node, 'id' | 'inventory'>,
  disk: Disk,
  deployments: Iterable<Deployment>,
): Deployment | undefined {
  const takenAt = node.inventory?.takenAt ?? 0;
  return [...deployments]
    .filter(deployment => deployment.nodeId === node.id && mayBe(deployment.disk, disk))
    .filter(deployment => (writeStartedAt(deployment) ?? 0) > takenAt)
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .at(-1);
}

/** Of each way to install, the step that begins to write. */
const writingSteps = ['write-image', 'make-layout', 'install'];

/** Epoch milliseconds; null while it has not begun. */
export function writeStartedAt({ steps }: Deployment): number | null {
  return steps.find(step => writingSteps.includes(step.name))?.startedAt ?? null;
}

/** Names change from boot to boot, serial numbers do not. A disk that the deployment does not name may be any. */
function mayBe(written: Deployment['disk'], disk: Disk): boolean {
  if (written === null) return true;
  if (written.wwn !== '' && disk.wwn !== '') return written.wwn === disk.wwn;
  if (written.serial !== '' && disk.serial !== '') return written.serial === disk.serial;
  return written.name === disk.name;
}
