import type { DeploymentId } from '#shared/model/ids.ts';

/** Under which a deployment's secrets are sealed. */
export function deploymentSecrets(id: DeploymentId): string {
  return `deployment:${id}`;
}

export const rootPasswordHash = 'root-password-hash';

/** The password hash of a user of its profile, beside that of root. A user's name has no colon. */
export function userSecret(name: string): string {
  return `user:${name}`;
}
