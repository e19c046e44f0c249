import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import type { NetworkAssignment, Node } from '#shared/contract/index.ts';
import { isGuess, reasonsOfGuess } from '#shared/placement/network-guess.ts';
import { nameOfRequest } from '#shared/placement/network-rules.ts';
import { networksOf } from './network-plan.ts';

interface NetworkGuess {
  readonly network: string;
  /** Name and address of the NIC, or the bond's name. */
  readonly nic: string;
  readonly reasons: readonly NetworkAssignment['reasons'][number][];
}

/** Networks that went to a NIC of whose VLANs nobody knows: a person hears of it before, and in the timeline. */
export function networkGuesses(
  store: Store,
  node: Node,
  request: Pick<StoredRequest, 'networks'>,
  assignments: readonly NetworkAssignment[],
): readonly NetworkGuess[] {
  const asked = networksOf(store, node, request);
  const known = store.networks.list();
  return assignments.filter(isGuess).flatMap(assignment => {
    const wanted = asked[assignment.request];
    if (wanted === undefined) return [];
    return [
      {
        network: nameOfRequest(wanted, known),
        nic: linkName(store, node, assignment),
        reasons: reasonsOfGuess(assignment),
      },
    ];
  });
}

function linkName(store: Store, node: Node, { portId, portgroupId }: NetworkAssignment): string {
  const bond = store.portgroups.ofNode(node.id).find(({ id }) => id === portgroupId);
  if (bond !== undefined) return bond.name;
  const port = store.ports.ofNode(node.id).find(({ id }) => id === portId);
  return [port?.name, port?.address].filter(Boolean).join(' ');
}
