import type { Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { useWorld } from '../../client/world-store.ts';

/** As it is now; undefined: it was removed. */
export function presentNode(id: NodeId): Node | undefined {
  return useWorld.getState().nodes.get(id);
}
