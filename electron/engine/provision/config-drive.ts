import { createHash } from 'node:crypto';
import { z } from 'zod';
import { buildConfigDrive } from '#engine/identity/config-drive.ts';
import { type Identity, type IdentityInput, parseIdentity } from '#engine/identity/identity.ts';
import { buildNoCloudDrive } from '#engine/identity/nocloud.ts';
import type { IdentityProblem } from '#engine/identity/problem.ts';
import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import {
  CodedError,
  type Deployment,
  type IdentityDrive,
  type NetworkAssignment,
  type Node,
  networkAssignment,
} from '#shared/contract/index.ts';
import { deploymentSecrets, passwordHash, rootPasswordHash } from './deployment-secrets.ts';
import { matchRequest, networkModelOf } from './network-plan.ts';

/**
 * Refuses a request whose identity could not be given to a machine. Networks that cannot be placed yet are another
 * step's refusal.
 */
export function checkedIdentity(
  store: Store,
  node: Node,
  request: Pick<StoredRequest, 'hostName' | 'imageId' | 'networks' | 'sshAuthorizedKeys' | 'userData'>,
  assignments: readonly NetworkAssignment[],
  more: Partial<IdentityInput>,
): Identity {
  const planned = networkModelOf(store, node, request, assignments);
  const parsed = parseIdentity({
    hostName: request.hostName,
    sshAuthorizedKeys: request.sshAuthorizedKeys,
    userData: request.userData,
    network: planned?.ok === true ? planned.network : undefined,
    ...more,
  });
  const isPlanned = planned === undefined || planned.ok;
  if (parsed.ok && isPlanned) return parsed.identity;
  throw identityError([...(parsed.ok ? [] : parsed.problems), ...(isPlanned ? [] : planned.problems)]);
}

/** Every problem by its field. */
export function identityError(problems: readonly IdentityProblem[]): CodedError<'input.invalid'> {
  return new CodedError('input.invalid', problems[0]?.reason ?? 'invalid', {
    issues: problems.map(({ field, code, values, reason }) => ({
      path: field,
      message: reason,
      code,
      values: { ...values },
    })),
  });
}

/** Where its networks went, as `match-networks` decided; before that step, as it would decide now. */
export function assignmentsOf(
  store: Store,
  deployment: Deployment,
  request: StoredRequest,
  node: Node,
): readonly NetworkAssignment[] {
  const step = store.deployments.steps(deployment.id).find(({ name }) => name === 'match-networks');
  const kept = z.array(networkAssignment).safeParse(step?.evidence['assignments']);
  if (kept.success) return kept.data;
  const match = matchRequest(store, node, request);
  return match.ok ? match.assignments : [];
}

/**
 * An installer's networks are matched before its machine is switched on, and only when that asks for the installer it is known
 * through which NIC it boots now: what was asked for on that NIC goes there.
 */
export function matchAgain(store: Store, deployment: Deployment, node: Node): void {
  const request = store.deployments.request(deployment.id);
  const step = store.deployments.steps(deployment.id).find(({ name }) => name === 'match-networks');
  const match = matchRequest(store, node, request);
  if (step?.state !== 'done' || !match.ok) return;
  if (networkModelOf(store, node, request, match.assignments)?.ok === false) return;
  store.deployments.saveStep({ ...step, evidence: { assignments: match.assignments } });
}

/** Who this machine becomes, with the sealed hash of its root password. */
export function identityOfDeployment(
  store: Store,
  deployment: Deployment,
  request: StoredRequest,
  node: Node,
): Identity {
  return checkedIdentity(store, node, request, assignmentsOf(store, deployment, request, node), {
    rootPasswordHash: passwordHash(store, deploymentSecrets(deployment.id), rootPasswordHash),
  });
}

const buildersOfDrives: Readonly<Record<IdentityDrive, typeof buildConfigDrive>> = {
  'config-drive': buildConfigDrive,
  nocloud: buildNoCloudDrive,
};

/** The same bytes each time for one deployment: its checksum was given to the agent before a restart. */
export function configDriveOf(store: Store, deployment: Deployment, request: StoredRequest, node: Node) {
  const identity = identityOfDeployment(store, deployment, request, node);
  const build = buildersOfDrives[request.profile?.identityDrive ?? 'config-drive'];
  const bytes = build(identity, { instanceId: deployment.id, createdAtMs: deployment.createdAt });
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
