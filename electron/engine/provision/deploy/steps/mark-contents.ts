import { findAgain } from '#shared/model/disk-identity.ts';
import { changeNode } from '../../node-state.ts';
import { chosenMembers } from '../raid-members.ts';
import type { StepContext } from '../step.ts';

/** What the inventory told of these disks is no longer true. It is what the next person sees before the next overwriting. */
export function markContents(context: StepContext): void {
  const { services, deployment, node, image } = context;
  const { inventory } = node;
  if (inventory === null || deployment.disk === null) return;
  const written = [deployment.disk, ...chosenMembers(context)].flatMap(disk =>
    findAgain(disk, inventory.disks),
  );
  const disks = inventory.disks.map(disk =>
    written.includes(disk)
      ? { ...disk, contents: [`image "${image.name}"`], signatures: [], groups: [] }
      : disk,
  );
  changeNode(services.store, node.id, { inventory: { ...inventory, disks } }, services.clock.now());
}
