import type { Node, RacksideClient } from '#shared/contract/index.ts';
import { presentNode } from '../present-node.ts';
import { type BulkForm, bulkUndo } from './bulk-form.ts';

/** One of the servers as it was before; what was taken back already, or is another's change by now, stays. */
export async function undoEdit(client: RacksideClient, form: BulkForm, before: Node): Promise<void> {
  const now = presentNode(before.id);
  const change = now === undefined ? null : bulkUndo(form, before, now);
  if (change !== null) await client.nodes.update({ ...change, id: before.id });
}
