import type { DeploymentId } from '#shared/model/ids.ts';

/** Under which a deployment's secrets are sealed. */
export function deploymentSecrets(id: DeploymentId): string {
  return `deployment:${id}`;
}
