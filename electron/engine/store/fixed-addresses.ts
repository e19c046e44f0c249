import type { BatchId, DeploymentId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Database } from './database.ts';

/** Addresses that belong to one machine, so that a pool around them gives them to nobody. */
export interface FixedAddresses {
  /**
   * Reserved for a NIC, a BMC's, or set by hand in what is deployed on a server or waits for it in a batch, other than the
   * one given. Quick: asked for each free address.
   */
  has(address: Ipv4, setElsewhereThan?: NodeId): boolean;
  /** Servers in whose current deployment it was set by hand, whatever became of that. */
  deployedOn(address: Ipv4): readonly { readonly nodeId: NodeId; readonly deploymentId: DeploymentId }[];
  /** Servers that wait in a batch for a deployment in which it is set by hand. */
  waitedForBy(address: Ipv4): readonly { readonly nodeId: NodeId; readonly batchId: BatchId }[];
  /** All that were set by hand in what is deployed now, or waits in a batch. */
  setByHand(): readonly { readonly nodeId: NodeId; readonly address: Ipv4 }[];
}

const deployedRows = 'deployment_addresses JOIN nodes USING (deployment_id)';
const waitingRows = `batch_addresses JOIN batch_servers USING (batch_id, node_id) WHERE state = 'waiting'`;

export function fixedAddresses(db: Database): FixedAddresses {
  const known = db.prepare<{ address: string; except: string | null }, { known: number }>(
    `SELECT EXISTS (SELECT 1 FROM ports WHERE reserved_address = :address)
         OR EXISTS (SELECT 1 FROM nodes WHERE json_extract(bmc, '$.address') = :address)
         OR EXISTS (SELECT 1 FROM ${deployedRows} WHERE address = :address AND nodes.id IS NOT :except)
         OR EXISTS (SELECT 1 FROM ${waitingRows} AND address = :address AND node_id IS NOT :except) AS known`,
  );
  const deployed = db.prepare<[string], { nodeId: NodeId; deploymentId: DeploymentId }>(
    `SELECT nodes.id AS nodeId, deployment_id AS deploymentId FROM ${deployedRows} WHERE address = ?`,
  );
  const waiting = db.prepare<[string], { nodeId: NodeId; batchId: BatchId }>(
    `SELECT node_id AS nodeId, batch_id AS batchId FROM ${waitingRows} AND address = ?`,
  );
  const all = db.prepare<[], { nodeId: NodeId; address: Ipv4 }>(
    `SELECT nodes.id AS nodeId, address FROM ${deployedRows}
      UNION SELECT node_id AS nodeId, address FROM ${waitingRows} ORDER BY address`,
  );
  return {
    setByHand: () => all.all(),
    deployedOn: address => deployed.all(address),
    waitedForBy: address => waiting.all(address),
    has: (address, setElsewhereThan) => known.get({ address, except: setElsewhereThan ?? null })?.known === 1,
  };
}
