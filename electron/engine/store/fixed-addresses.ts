import type { DeploymentId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Database } from './database.ts';

/** Addresses that belong to one machine, so that a pool around them gives them to nobody. */
export interface FixedAddresses {
  /**
   * Reserved for a NIC, a BMC's, or set by hand in what is deployed on a server, other than the one given. Quick: asked
   * for each free address.
   */
  has(address: Ipv4, deployedElsewhereThan?: NodeId): boolean;
  /** Servers in whose current deployment it was set by hand, whatever became of that. */
  deployedOn(address: Ipv4): readonly { readonly nodeId: NodeId; readonly deploymentId: DeploymentId }[];
  /** All that were set by hand in what is deployed now. */
  deployed(): readonly { readonly nodeId: NodeId; readonly address: Ipv4 }[];
}

export function fixedAddresses(db: Database): FixedAddresses {
  const known = db.prepare<[string, string, string, string | null], { known: number }>(
    `SELECT EXISTS (SELECT 1 FROM ports WHERE reserved_address = ?)
         OR EXISTS (SELECT 1 FROM nodes WHERE json_extract(bmc, '$.address') = ?)
         OR EXISTS (SELECT 1 FROM deployment_addresses JOIN nodes USING (deployment_id)
                    WHERE address = ? AND nodes.id IS NOT ?) AS known`,
  );
  const deployed = db.prepare<[string], { nodeId: NodeId; deploymentId: DeploymentId }>(
    `SELECT nodes.id AS nodeId, deployment_id AS deploymentId
       FROM deployment_addresses JOIN nodes USING (deployment_id) WHERE address = ?`,
  );
  const all = db.prepare<[], { nodeId: NodeId; address: Ipv4 }>(
    `SELECT nodes.id AS nodeId, address FROM deployment_addresses JOIN nodes USING (deployment_id)
       ORDER BY address`,
  );
  return {
    deployed: () => all.all(),
    deployedOn: address => deployed.all(address),
    has: (address, deployedElsewhereThan) =>
      known.get(address, address, address, deployedElsewhereThan ?? null)?.known === 1,
  };
}
