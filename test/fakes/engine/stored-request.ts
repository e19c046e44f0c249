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
