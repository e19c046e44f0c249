import { z } from 'zod';
import {
  type Batch,
  type BatchServer,
  batch as batchShape,
  type Deployment,
  deployment as deploymentShape,
  deployRequest,
  storedLayout,
} from '#shared/contract/index.ts';
import type { BatchId, DeploymentId, NodeId } from '#shared/model/ids.ts';
import { provisionStates } from '#shared/model/provision-state.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { reviewedDisk, storedRequest } from './deployments.ts';
import { defineTable, json, plain, storedError, word } from './table.ts';

/** The server as it was when the batch was made, so that a person's confirmation counts for nothing else. */
const seenServer = z.object({
  provisionState: z.enum(provisionStates),
  deploymentId: deploymentShape.shape.id.nullable(),
  reviewed: z.array(reviewedDisk).nullable(),
});
export type SeenServer = z.infer<typeof seenServer>;

/** A layout is read by its form only, as in a deployment's request. */
const plannedRequest = deployRequest
  .omit({ rootPassword: true })
  .extend({ storage: storedLayout.nullable().default(null) });

/** What was asked for a server whose turn has not come; the hash of its root password is sealed. */
export interface ServerPlan {
  readonly request: z.infer<typeof plannedRequest>;
  readonly seen: SeenServer;
}

interface WaitingServer {
  readonly batch: Pick<Batch, 'id' | 'name'>;
  readonly request: Pick<ServerPlan['request'], 'imageId' | 'networks' | 'profileId'>;
  /** Its own, which is to be tried again; null: it has none yet. */
  readonly deploymentId: DeploymentId | null;
}

export interface BatchRepository {
  list(): Batch[];
  /** Those that have not ended, and the newest 20: what a screen begins with. */
  current(): Batch[];
  /** Those that have not ended. */
  open(): Batch[];
  find(id: BatchId): Batch | undefined;
  ofDeployment(id: DeploymentId): Batch | undefined;
  /** In which this server waits or runs. */
  holding(nodeId: NodeId): Batch | undefined;
  /** What was asked for servers that wait, for their first turn or to be tried again. */
  waiting(): WaitingServer[];
  create(batch: Batch, plans: readonly ServerPlan[]): void;
  /** With its servers, which stay the same ones in the same order. */
  save(batch: Batch): void;
  plan(id: BatchId, nodeId: NodeId): ServerPlan | undefined;
  forgetPlan(id: BatchId, nodeId: NodeId): void;
  /** Of batches that have ended and are not among the newest 20: nobody will try those again. */
  oldPlans(): { readonly batchId: BatchId; readonly nodeId: NodeId }[];
  /** Up to so many that ended before then (epoch ms), with no deployment that was tried again by itself since and runs. */
  endedBefore(before: number, limit: number): BatchId[];
  /** The servers of which it is still known what was asked for. */
  plannedIn(id: BatchId): NodeId[];
  /** With their servers and what was asked for them. */
  remove(ids: readonly BatchId[]): void;
  /** How the deployments of its servers are now. */
  deployments(id: BatchId): BatchedDeployment[];
}

export type BatchedDeployment = Pick<Deployment, 'id' | 'state' | 'error'>;

type StoredServer = BatchServer & { readonly batchId: BatchId; readonly position: number };
type StoredPlan = ServerPlan & { readonly batchId: BatchId; readonly nodeId: NodeId };

const newest = '(SELECT id FROM batches ORDER BY created_at DESC, id LIMIT 20)';

export function batchRepository(db: Database, feed: ChangeFeed): BatchRepository {
  const { shape } = batchShape;
  const batches = defineTable<Omit<Batch, 'servers'>>(
    db,
    'batches',
    ['id'],
    {
      id: plain(),
      name: plain(),
      concurrency: plain(),
      state: word(shape.state),
      createdAt: plain(),
      finishedAt: plain(),
    },
    'created_at, id',
  );
  const servers = defineTable<StoredServer>(
    db,
    'batch_servers',
    ['batchId', 'position'],
    {
      batchId: plain(),
      position: plain(),
      nodeId: plain(),
      nodeName: plain(),
      hostName: plain(),
      imageName: plain(),
      state: word(shape.servers.element.shape.state),
      deploymentId: plain(),
      error: storedError,
    },
    'position',
  );
  const plans = defineTable<StoredPlan>(
    db,
    'batch_plans',
    ['batchId', 'nodeId'],
    { batchId: plain(), nodeId: plain(), request: json(plannedRequest), seen: json(seenServer) },
    'batch_id, node_id',
  );
  const addAddress = db.prepare<[BatchId, NodeId, string]>(
    'INSERT OR IGNORE INTO batch_addresses (batch_id, node_id, address) VALUES (?, ?, ?)',
  );
  const addPlan = (batchId: BatchId, plan: ServerPlan): void => {
    const { nodeId, networks } = plan.request;
    plans.put({ ...plan, batchId, nodeId });
    for (const { address } of networks)
      if (address.method === 'static') addAddress.run(batchId, nodeId, address.address);
  };
  const planKeys = db.prepare<[], { batchId: BatchId; nodeId: NodeId }>(
    `SELECT batch_id AS batchId, node_id AS nodeId FROM batch_plans
      WHERE batch_id IN (SELECT id FROM batches WHERE state = 'ended' AND id NOT IN ${newest})`,
  );
  const planned = db.prepare<[BatchId], NodeId>('SELECT node_id FROM batch_plans WHERE batch_id = ?').pluck();
  const over = db
    .prepare<[number, number], BatchId>(
      `SELECT id FROM batches WHERE state = 'ended' AND finished_at < ? AND NOT EXISTS (
          SELECT 1 FROM batch_servers JOIN deployments ON deployments.id = deployment_id
            WHERE batch_id = batches.id AND deployments.state = 'running')
        ORDER BY finished_at LIMIT ?`,
    )
    .pluck();
  const waitingAgain = db.prepare<[], { batchId: BatchId; deploymentId: DeploymentId; request: string }>(
    `SELECT batch_id AS batchId, deployments.id AS deploymentId, request
      FROM batch_servers JOIN deployments ON deployments.id = deployment_id
      WHERE batch_servers.state = 'waiting'`,
  );
  const deployments = defineTable<BatchedDeployment>(
    db,
    'deployments',
    ['id'],
    { id: plain(), state: word(deploymentShape.shape.state), error: storedError },
    'id',
  );

  const whole = (row: Omit<Batch, 'servers'>): Batch => ({
    ...row,
    servers: servers.select('batch_id = ?', row.id).map(({ batchId: _b, position: _p, ...server }) => server),
  });
  const wholeOrNone = (row: Omit<Batch, 'servers'> | undefined) =>
    row === undefined ? undefined : whole(row);
  const withServer = (condition: string, id: string) =>
    wholeOrNone(batches.first(`id IN (SELECT batch_id FROM batch_servers WHERE ${condition})`, id));
  const put = ({ servers: rows, ...batch }: Batch): void => {
    batches.put(batch);
    for (const [position, server] of rows.entries()) servers.put({ ...server, batchId: batch.id, position });
  };
  const publish = (row: Batch) => feed.publish({ op: 'put', table: 'batches', row });

  return {
    list: () => batches.select().map(whole),
    current: () => batches.select(`state <> 'ended' OR id IN ${newest}`).map(whole),
    open: () => batches.select("state <> 'ended'").map(whole),
    find: id => wholeOrNone(batches.first('id = ?', id)),
    ofDeployment: id => withServer('deployment_id = ?', id),
    holding: nodeId => withServer("node_id = ? AND state IN ('waiting', 'running')", nodeId),
    waiting() {
      const first = plans.select(
        `(batch_id, node_id) IN (SELECT batch_id, node_id FROM batch_servers WHERE state = 'waiting')`,
      );
      const again = waitingAgain.all().map(({ request, ...server }) => ({
        ...server,
        request: storedRequest.parse(JSON.parse(request)),
      }));
      return [...first.map(plan => ({ ...plan, deploymentId: null })), ...again].flatMap(
        ({ batchId, deploymentId, request }) => {
          const batch = batches.first('id = ?', batchId);
          return batch === undefined
            ? []
            : [{ batch: { id: batchId, name: batch.name }, request, deploymentId }];
        },
      );
    },
    create(batch, planned) {
      put(batch);
      for (const plan of planned) addPlan(batch.id, plan);
      publish(batch);
    },
    save(batch) {
      put(batch);
      publish(batch);
    },
    plan(id, nodeId) {
      const found = plans.first('batch_id = ? AND node_id = ?', id, nodeId);
      return found === undefined ? undefined : { request: found.request, seen: found.seen };
    },
    forgetPlan: (id, nodeId) => void plans.delete('batch_id = ? AND node_id = ?', id, nodeId),
    oldPlans: () => planKeys.all(),
    endedBefore: (before, limit) => over.all(before, limit),
    plannedIn: id => planned.all(id),
    remove(ids) {
      for (const id of ids) batches.delete('id = ?', id);
      if (ids.length > 0) feed.publish({ op: 'remove', table: 'batches', ids: [...ids] });
    },
    deployments: id =>
      deployments.select('id IN (SELECT deployment_id FROM batch_servers WHERE batch_id = ?)', id),
  };
}
