import type { Store } from '#engine/store/store.ts';
import { CodedError } from '#shared/contract/index.ts';
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

/**
 * The hash of a password that a machine is to have; undefined: it was given none.
 * @throws CodedError `secret.sealed_elsewhere` for one that this computer's key does not open, as after the restore of
 * another one's backup: a system without the password that was asked for is worse than none.
 */
export function passwordHash(store: Store, owner: string, name: string, user = 'root'): string | undefined {
  const hash = store.secrets.get(owner, name);
  if (hash !== undefined || !store.secrets.has(owner, name)) return hash;
  throw new CodedError('secret.sealed_elsewhere', `the password of ${user} does not open here`, { user });
}
