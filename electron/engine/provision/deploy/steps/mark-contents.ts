import { isSameDisk } from '#shared/model/disk-identity.ts';
import { changeNode } from '../../node-state.ts';
import type { StepContext } from '../step.ts';

/** What the inventory told of this disk is no longer true. It is what the next person sees before the next overwriting. */
export function markContents({ services, deployment, node, image }: StepContext): void {
  const { inventory } = node;
  const written = deployment.disk;
  if (inventory === null || written === null) return;
  const disks = inventory.disks.map(disk =>
    isSameDisk(written, disk) ? { ...disk, contents: [`image "${image.name}"`] } : disk,
  );
  changeNode(services.store, node.id, { inventory: { ...inventory, disks } }, services.clock.now());
}
