import type { ServerPlan } from '#engine/store/batches.ts';
import type { StoredRequest } from '#engine/store/deployments.ts';
import { imageId, nodeId } from '../rows.ts';

export function aRequest(change: Partial<StoredRequest> = {}): StoredRequest {
  return {
    nodeId,
    imageId,
    disk: { by: 'hints', hints: { serial: 'SER-1' } },
    hostName: 'web-01',
    sshAuthorizedKeys: [],
    userData: '',
    profileId: null,
    profile: null,
    reviewed: null,
    storage: null,
    raidDisks: [],
    networks: [],
    growLastPartition: true,
    verify: 'readback',
    ...change,
  };
}

/** Of a server that waits in a batch. */
export function aServerPlan(change: Partial<StoredRequest> = {}): ServerPlan {
  const { profile: _p, reviewed: _r, ...request } = aRequest(change);
  return {
    request: { ...request, confirmed: null },
    seen: { provisionState: 'available', deploymentId: null, reviewed: null },
  };
}
