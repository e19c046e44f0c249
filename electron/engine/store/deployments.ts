import { z } from 'zod';
import {
  type Deployment,
  type DeploymentStep,
  type DeployRequest,
  deployment as deploymentShape,
  deployRequest,
  deploymentStep as stepShape,
} from '#shared/contract/index.ts';
import type { DeploymentId, ImageId, NodeId } from '#shared/model/ids.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { defineTable, json, plain, word } from './table.ts';

export interface StoredStep extends DeploymentStep {
  readonly deploymentId: DeploymentId;
  readonly position: number;
  /** Grows with each retry, so that the agent can tell a repeated request from a new one. */
  readonly attempt: number;
}

/** The request as kept: without the root password, which is sealed under `deployment:<id>`. */
export type StoredRequest = Omit<DeployRequest, 'rootPassword'>;

type StoredDeployment = Omit<Deployment, 'steps'> & { readonly request: StoredRequest };

export interface DeploymentRepository {
  list(): Deployment[];
  find(id: DeploymentId): Deployment | undefined;
  running(): Deployment[];
  request(id: DeploymentId): StoredRequest;
  /** All of a new deployment at once: its row and every step, before anything happens. */
  create(deployment: Deployment, request: StoredRequest): void;
  /** The row without its steps. */
  save(deployment: Deployment): void;
  steps(id: DeploymentId): StoredStep[];
  saveStep(step: StoredStep): void;
  /** Shown, not stored. */
  showProgress(id: DeploymentId, stepName: string, progress: DeploymentStep['progress']): void;
  usesImage(imageId: ImageId): boolean;
  runningOf(nodeId: NodeId): Deployment | undefined;
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
      imageId: plain(),
      imageName: plain(),
      hostName: plain(),
      state: word(shape.state),
      request: json(deployRequest.omit({ rootPassword: true }) as unknown as z.ZodType<StoredRequest>),
      disk: json(shape.disk),
      error: json(shape.error as z.ZodType<Deployment['error']>),
      createdAt: plain(),
      finishedAt: plain(),
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
      evidence: json(z.record(z.string(), z.unknown())),
      error: json(stepShape.shape.error as z.ZodType<DeploymentStep['error']>),
    },
    'deployment_id, position',
  );
  const liveProgress = new Map<string, DeploymentStep['progress']>();
  const stepsOf = (id: DeploymentId) => stepTable.select('deployment_id = ?', id);

  function shown({ request: _, ...stored }: StoredDeployment): Deployment {
    const steps = stepsOf(stored.id).map(({ deploymentId, position: _p, attempt: _a, ...step }) => ({
      ...step,
      progress: liveProgress.get(`${deploymentId} ${step.name}`) ?? step.progress,
    }));
    return { ...stored, steps };
  }
  function find(id: DeploymentId): Deployment | undefined {
    const stored = table.first('id = ?', id);
    return stored === undefined ? undefined : shown(stored);
  }
  function publish(id: DeploymentId): void {
    const row = find(id);
    if (row !== undefined) feed.publish({ op: 'put', table: 'deployments', row });
  }
  function request(id: DeploymentId): StoredRequest {
    const stored = table.first('id = ?', id);
    if (stored === undefined) throw new Error(`no deployment ${id}`);
    return stored.request;
  }

  return {
    list: () => table.select().map(shown),
    find,
    running: () => table.select("state = 'running'").map(shown),
    request,
    create({ steps, ...deployment }, deployRequest) {
      table.put({ ...deployment, request: deployRequest });
      for (const [position, step] of steps.entries()) {
        stepTable.put({ ...step, deploymentId: deployment.id, position, attempt: 1 });
      }
      publish(deployment.id);
    },
    save({ steps: _, ...deployment }) {
      table.put({ ...deployment, request: request(deployment.id) });
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
    usesImage: imageId => table.first("image_id = ? AND state = 'running'", imageId) !== undefined,
    runningOf(nodeId) {
      const stored = table.first("node_id = ? AND state = 'running'", nodeId);
      return stored === undefined ? undefined : shown(stored);
    },
  };
}
