import type { Store } from '#engine/store/store.ts';
import type { batchConflicts, DeployRequest } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { mayBeOne, type Wire, wireOf } from '../addresses-of-others.ts';

export interface Conflict {
  readonly code: (typeof batchConflicts)[number];
  readonly details: Readonly<Record<string, string | readonly string[]>>;
}

/** Of many others these are enough to know where to look. */
const maxNamed = 5;

/** For each request, in their order: what it and another one of them cannot both have. */
export function conflictsAmong(store: Store, requests: readonly DeployRequest[]): Conflict[][] {
  const byServer = Map.groupBy(requests, ({ nodeId }) => nodeId);
  const byHostName = Map.groupBy(requests, hostNameKey);
  const claims = requests.flatMap(request => claimsOf(store, request));
  const byAddress = Map.groupBy(claims, ({ address }) => address);
  const names = (others: readonly DeployRequest[]) =>
    [...new Set(others)].slice(0, maxNamed).map(({ nodeId }) => nameOf(store, nodeId));
  return requests.map(request => {
    const { nodeId, hostName } = request;
    const conflicts: Conflict[] = [];
    if ((byServer.get(nodeId)?.length ?? 0) > 1) conflicts.push({ code: 'same_server', details: {} });
    const batch = store.batches.holding(nodeId);
    if (batch !== undefined) conflicts.push({ code: 'waits_in_batch', details: { batch: batch.name } });
    const namesakes = byHostName.get(hostNameKey(request))?.filter(other => other !== request) ?? [];
    if (namesakes.length > 0)
      conflicts.push({ code: 'same_host_name', details: { hostName, servers: names(namesakes) } });
    for (const claim of claims.filter(own => own.request === request)) {
      const others = byAddress.get(claim.address)?.filter(other => clash(claim, other)) ?? [];
      const servers = names(others.map(other => other.request));
      if (servers.length > 0)
        conflicts.push({ code: 'same_address', details: { address: claim.address, servers } });
    }
    return conflicts;
  });
}

function nameOf(store: Store, id: NodeId): string {
  return store.nodes.find(id)?.name ?? id;
}

function hostNameKey({ hostName }: DeployRequest): string {
  return hostName.toLowerCase();
}

interface Claim {
  readonly request: DeployRequest;
  readonly address: string;
  readonly wire: Wire;
}

function claimsOf(store: Store, request: DeployRequest): Claim[] {
  return request.networks.flatMap(network =>
    network.address.method === 'static'
      ? [{ request, address: network.address.address, wire: wireOf(store, network) }]
      : [],
  );
}

function clash(one: Claim, other: Claim): boolean {
  return one.request !== other.request && mayBeOne(one.wire, other.wire);
}
