import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Deployment, DeploymentStep, Image, Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { ProvisionServices } from '../services.ts';

export type Evidence = Readonly<Record<string, unknown>>;

/** What a step sees. Node and deployment are read anew for each step. */
export interface StepContext {
  readonly services: ProvisionServices;
  readonly deployment: Deployment;
  /** Throws in a cleaning, which has one of its own. */
  readonly request: StoredRequest;
  readonly node: Node;
  /** Throws where nothing is installed. */
  readonly image: Image;
  /** The same when the engine was killed and asks again; another one after a retry. */
  readonly stepId: string;
  readonly signal: AbortSignal;
  readonly showProgress: (progress: DeploymentStep['progress']) => void;
}

/**
 * One step of a deployment. `run` is idempotent: after a kill it is called again from its beginning, finds what is
 * done already and goes on. What it resolves with is stored before the next step begins.
 */
export interface DeployStep {
  readonly name: string;
  /** Why there is nothing to do here, as evidence. */
  readonly skip?: (context: StepContext) => Evidence | undefined;
  /** Stored together with the step's start. Called again with it after a kill. */
  readonly begin?: (context: StepContext) => void;
  readonly run: (context: StepContext) => Promise<Evidence>;
  /**
   * Takes back what would go on by itself when the deployment fails or is cancelled after this step began. Gets no more
   * than this, because anything else may be gone: it must end the deployment whatever the store holds.
   */
  readonly undo?: (services: ProvisionServices, nodeId: NodeId) => void;
}
