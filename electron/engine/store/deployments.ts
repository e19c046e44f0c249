import { z } from 'zod';
import {
  cleanRequest,
  type Deployment,
  type DeploymentStep,
  deployment as deploymentShape,
  deployRequest,
  diskIdentity,
  diskRule,
  node as nodeShape,
  profile as profileShape,
  rescueExits,
  deploymentStep as stepShape,
  storedLayout,
} from '#shared/contract/index.ts';
import type { DeploymentId, ImageId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { profileText } from './profiles.ts';
import { type Column, defineTable, json, plain, storedError, word } from './table.ts';

export interface StoredStep extends DeploymentStep {
  readonly deploymentId: DeploymentId;
  readonly position: number;
  /** Grows with each retry, so that the agent can tell a repeated request from a new one. */
  readonly attempt: number;
}

/** A profile as it was when a deployment was made, with the texts of its own; passwords are sealed under the deployment. */
const frozenProfile = profileShape.extend({ texts: z.array(profileText) });
export type FrozenProfile = z.infer<typeof frozenProfile>;

/** A disk as it was when a deployment was made. Null: a system of ours has been at work there, so nobody knows. */
export const reviewedDisk = diskIdentity.extend({ contents: z.array(z.string()).nullable() });
export type ReviewedDisk = z.infer<typeof reviewedDisk>;

/** `reviewed`: all that may be overwritten; null where the server had no inventory. */
export const storedRequest = deployRequest.omit({ rootPassword: true, confirmed: true }).extend({
  storage: storedLayout.nullable().default(null),
  reviewed: z.array(reviewedDisk).nullable().default(null),
});

/**
 * The request as kept: with its profile, which may be edited or removed while this one runs, is tried again, or is all that
 * tells which disks were left alone. Without the root password, which is sealed under `deployment:<id>`.
 */
export type StoredRequest = z.infer<typeof storedRequest> & { readonly profile: FrozenProfile | null };

type StoredDeployment = Omit<Deployment, 'steps'> & {
  readonly request: z.infer<typeof storedRequest> | StoredCleanRequest | StoredRescueRequest;
  readonly cancelRequestedAt: number | null;
};

export interface DeploymentRepository {
  list(): Deployment[];
  /** Each server's newest one, the one that it has, and every one that runs: what a screen begins with. */
  current(): Deployment[];
  find(id: DeploymentId): Deployment | undefined;
  running(): Deployment[];
  ofNode(nodeId: NodeId): Deployment[];
  /** What was asked for; of a cleaning by `cleanRequest`, of a rescue by `rescueRequest`. */
  request(id: DeploymentId): StoredRequest;
  cleanRequest(id: DeploymentId): StoredCleanRequest;
  rescueRequest(id: DeploymentId): StoredRescueRequest;
  saveRescueRequest(id: DeploymentId, request: StoredRescueRequest): void;
  /** All of a new deployment at once: its row and every step, before anything happens. */
  create(deployment: Deployment, request: StoredRequest | StoredCleanRequest | StoredRescueRequest): void;
  /** Its profile is read no more: that may be a megabyte. */
  forgetProfile(id: DeploymentId): void;
  /** The row without its steps. */
  save(deployment: Deployment): void;
  steps(id: DeploymentId): StoredStep[];
  saveStep(step: StoredStep): void;
  /** Shown, not stored. */
  showProgress(id: DeploymentId, stepName: string, progress: DeploymentStep['progress']): void;
  /** Kept before anything is stopped: an engine that is killed in between ends the deployment at its next start. */
  requestCancel(id: DeploymentId, at: number): void;
  cancelRequested(id: DeploymentId): boolean;
  runningOf(nodeId: NodeId): Deployment | undefined;
  /** The newest so many that succeeded. */
  succeeded(limit: number): Deployment[];
  /** The newest successful ones of this kind on servers of this make, without the given one: their steps that were done. */
  doneStepsLike(id: DeploymentId, runs: number): DoneStep[];
}

/** A step of another deployment, for comparison. */
export interface DoneStep {
  readonly name: string;
  readonly durationMs: number;
  readonly imageId: ImageId | null;
}

/** And a cleaning with the rules of the profiles that its server was installed with, list by list. */
const storedCleanRequest = cleanRequest.omit({ confirmed: true }).extend({
  profileRules: z.array(z.array(diskRule)).default([]),
  /** All that the inventory knew when it was asked for; null: nobody knew any. */
  knownDisks: z.array(diskIdentity).nullable().default(null),
});
export type StoredCleanRequest = z.infer<typeof storedCleanRequest>;

/** A rescue with what its server was before, to which it goes back. */
const storedRescueRequest = z.object({
  nodeId: nodeShape.shape.id,
  former: nodeShape.pick({
    provisionState: true,
    targetProvisionState: true,
    bootTarget: true,
    deploymentId: true,
    lastError: true,
  }),
  /** How it is being left; null: nobody asked for that. */
  leaving: z.enum(rescueExits).nullable(),
});
export type StoredRescueRequest = z.infer<typeof storedRescueRequest>;

/** A text column that may not be NULL for an id that there may not be. */
function nothingAsEmpty<Id extends string>(): Column<Id | null> {
  return { read: stored => (stored === '' ? null : (stored as Id)), write: id => id ?? '' };
}

function claimedAddresses(request: StoredDeployment['request']): Ipv4[] {
  if (!('networks' in request)) return [];
  return request.networks.flatMap(({ address }) => (address.method === 'static' ? [address.address] : []));
}

export function deploymentRepository(db: Database, feed: ChangeFeed): DeploymentRepository {
  const { shape } = deploymentShape;
  const table = defineTable<StoredDeployment>(
    db,
    'deployments',
    ['id'],
    {
      id: plain(),
      nodeId: plain(),
      nodeName: plain(),
      kind: word(shape.kind),
      imageId: nothingAsEmpty(),
      imageName: plain(),
      hostName: plain(),
      state: word(shape.state),
      request: json(z.union([storedRequest, storedCleanRequest, storedRescueRequest])),
      disk: json(shape.disk),
      error: storedError,
      createdAt: plain(),
      finishedAt: plain(),
      cancelRequestedAt: plain(),
    },
    'created_at',
  );
  const stepTable = defineTable<StoredStep>(
    db,
    'deployment_steps',
    ['deploymentId', 'position'],
    {
      deploymentId: plain(),
      position: plain(),
      name: plain(),
      state: word(stepShape.shape.state),
      attempt: plain(),
      startedAt: plain(),
      finishedAt: plain(),
      progress: json(stepShape.shape.progress),
      phase: json(stepShape.shape.phase),
      evidence: json(z.record(z.string(), z.unknown())),
      error: storedError,
    },
    'deployment_id, position',
  );
  // Beside the row, which is read at each progress of a step: scripts and templates may be long.
  const profiles = defineTable<{ deploymentId: DeploymentId; profile: FrozenProfile }>(
    db,
    'deployment_profiles',
    ['deploymentId'],
    { deploymentId: plain(), profile: json(frozenProfile) },
    'deployment_id',
  );
  const liveProgress = new Map<string, DeploymentStep['progress']>();
  const stepsOf = (id: DeploymentId) => stepTable.select('deployment_id = ?', id);

  function shown({ request: _r, cancelRequestedAt: _c, ...row }: StoredDeployment): Deployment {
    const steps = stepsOf(row.id).map(({ deploymentId, position: _p, attempt: _a, ...step }) => ({
      ...step,
      progress: liveProgress.get(`${deploymentId} ${step.name}`) ?? step.progress,
    }));
    return { ...row, steps };
  }
  function find(id: DeploymentId): Deployment | undefined {
    const found = table.first('id = ?', id);
    return found === undefined ? undefined : shown(found);
  }
  function publish(id: DeploymentId): void {
    const row = find(id);
    if (row !== undefined) feed.publish({ op: 'put', table: 'deployments', row });
  }
  function stored(id: DeploymentId): StoredDeployment {
    const found = table.first('id = ?', id);
    if (found === undefined) throw new Error(`no deployment ${id}`);
    return found;
  }

  /** A page that stays open for weeks keeps what it would begin with (`current`), and no more. */
  const newestBefore = db.prepare<[string, string], { id: string; state: string }>(
    'SELECT id, state FROM deployments WHERE node_id = ? AND id <> ? ORDER BY created_at DESC LIMIT 1',
  );
  const claim = db.prepare<[string, string]>(
    'INSERT OR IGNORE INTO deployment_addresses (deployment_id, address) VALUES (?, ?)',
  );

  const doneSteps = db.prepare<[string, number], { name: string; duration_ms: number; image_id: string }>(`
    WITH own AS (
      SELECT one.id, one.kind, server.inventory ->> '$.system.manufacturer' AS manufacturer,
        server.inventory ->> '$.system.product' AS product
      FROM deployments AS one JOIN nodes AS server ON server.id = one.node_id WHERE one.id = ?),
    alike AS (
      SELECT past.id, past.image_id FROM own
      JOIN deployments AS past ON past.kind = own.kind AND past.state = 'succeeded' AND past.id <> own.id
      JOIN nodes AS server ON server.id = past.node_id
        AND server.inventory ->> '$.system.manufacturer' = own.manufacturer
        AND server.inventory ->> '$.system.product' = own.product AND own.product <> ''
      ORDER BY past.created_at DESC LIMIT ?)
    SELECT step.name, step.finished_at - step.started_at AS duration_ms, alike.image_id
    FROM alike JOIN deployment_steps AS step ON step.deployment_id = alike.id
    WHERE step.state = 'done' AND step.started_at IS NOT NULL AND step.finished_at >= step.started_at
  `);

  return {
    list: () => table.select().map(shown),
    current: () =>
      table
        .select(
          `state = 'running' OR created_at = (SELECT max(created_at) FROM deployments AS same WHERE same.node_id = deployments.node_id)
            OR id IN (SELECT deployment_id FROM nodes)`,
        )
        .map(shown),
    find,
    ofNode: nodeId => table.select('node_id = ?', nodeId).map(shown),
    running: () => table.select("state = 'running'").map(shown),
    request: id => ({
      ...storedRequest.parse(stored(id).request),
      profile: profiles.first('deployment_id = ?', id)?.profile ?? null,
    }),
    cleanRequest: id => storedCleanRequest.parse(stored(id).request),
    rescueRequest: id => storedRescueRequest.parse(stored(id).request),
    saveRescueRequest: (id, request) => table.put({ ...stored(id), request }),
    create({ steps, ...deployment }, asked) {
      const { profile, ...request } = 'profile' in asked ? asked : { ...asked, profile: null };
      table.put({ ...deployment, request, cancelRequestedAt: null });
      if (profile !== null) profiles.put({ deploymentId: deployment.id, profile });
      for (const address of claimedAddresses(request)) claim.run(deployment.id, address);
      for (const [position, step] of steps.entries()) {
        stepTable.put({ ...step, deploymentId: deployment.id, position, attempt: 1 });
      }
      publish(deployment.id);
      const before = newestBefore.get(deployment.nodeId, deployment.id);
      // A rescue ends, and its server is again what the one before made of it.
      if (deployment.kind !== 'rescue' && before !== undefined && before.state !== 'running')
        feed.publish({ op: 'remove', table: 'deployments', ids: [before.id] });
    },
    forgetProfile: id => void profiles.delete('deployment_id = ?', id),
    save({ steps: _, ...deployment }) {
      const { request, cancelRequestedAt } = stored(deployment.id);
      // An end takes the request to cancel with it: a retry begins without one.
      const cancel = deployment.state === 'running' ? cancelRequestedAt : null;
      table.put({ ...deployment, request, cancelRequestedAt: cancel });
      publish(deployment.id);
    },
    steps: stepsOf,
    saveStep(step) {
      if (step.state !== 'running') liveProgress.delete(`${step.deploymentId} ${step.name}`);
      stepTable.put(step);
      publish(step.deploymentId);
    },
    showProgress(id, stepName, progress) {
      liveProgress.set(`${id} ${stepName}`, progress);
      publish(id);
    },
    requestCancel: (id, at) => table.put({ ...stored(id), cancelRequestedAt: at }),
    cancelRequested: id => stored(id).cancelRequestedAt !== null,
    runningOf(nodeId) {
      const found = table.first("node_id = ? AND state = 'running'", nodeId);
      return found === undefined ? undefined : shown(found);
    },
    succeeded: limit =>
      table
        .select(
          "id IN (SELECT id FROM deployments WHERE state = 'succeeded' ORDER BY created_at DESC LIMIT ?)",
          limit,
        )
        .map(shown),
    doneStepsLike: (id, runs) =>
      doneSteps.all(id, runs).map(row => ({
        name: row.name,
        durationMs: row.duration_ms,
        imageId: row.image_id === '' ? null : (row.image_id as ImageId),
      })),
  };
}
