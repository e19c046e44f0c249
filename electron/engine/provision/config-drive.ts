import { createHash } from 'node:crypto';
import { buildConfigDrive } from '#engine/identity/config-drive.ts';
import { type Identity, type IdentityInput, parseIdentity } from '#engine/identity/identity.ts';
import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type Deployment, type Node } from '#shared/contract/index.ts';
import { parseIpv4 } from '#shared/model/ip.ts';

/** Refuses a request whose identity could not be given to a machine, with every problem by its field. */
export function checkedIdentity(
  request: Omit<StoredRequest, 'disk'>,
  mac: string | undefined,
  more: Partial<IdentityInput>,
): Identity {
  const parsed = parseIdentity({
    hostName: request.hostName,
    sshAuthorizedKeys: request.sshAuthorizedKeys,
    userData: request.userData,
    nics: mac === undefined ? [] : [{ mac, ...nicOf(request.network) }],
    ...more,
  });
  if (parsed.ok) return parsed.identity;
  throw new CodedError('input.invalid', parsed.problems[0]?.reason ?? 'invalid', {
    issues: parsed.problems.map(({ field, code, values, reason }) => ({
      path: field,
      message: reason,
      code,
      values: { ...values },
    })),
  });
}

/** The same bytes each time for one deployment: its checksum was given to the agent before a restart. */
export function configDriveOf(store: Store, deployment: Deployment, request: StoredRequest, node: Node) {
  const identity = checkedIdentity(request, provisioningMac(store, node), {
    rootPasswordHash: store.secrets.get(`deployment:${deployment.id}`, 'root-password-hash'),
  });
  const bytes = buildConfigDrive(identity, { instanceId: deployment.id, createdAtMs: deployment.createdAt });
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * The NIC through which the machine speaks to us: its ramdisk's session is bound to the address that we leased to it.
 * Before there is one, the NIC with the newest lease, else the first that may PXE-boot.
 */
export function provisioningMac(store: Store, node: Node): string | undefined {
  const ports = store.ports.ofNode(node.id).filter(port => port.pxeEnabled);
  const spokeFrom = parseIpv4(store.agentSessions.find(node.id)?.clientAddress ?? '');
  const speaker = spokeFrom === undefined ? undefined : store.leases.holderOf(spokeFrom);
  if (ports.some(({ address }) => address === speaker?.mac)) return speaker?.mac;
  const newest = ports
    .map(port => ({ port, lease: store.leases.newestOf(port.address) }))
    .sort((a, b) => (b.lease?.expiresAtMs ?? 0) - (a.lease?.expiresAtMs ?? 0))[0];
  return newest?.port.address;
}

function nicOf(network: StoredRequest['network']) {
  if (network.method === 'dhcp') return { method: 'dhcp' } as const;
  return {
    method: 'static',
    address: `${network.address}/${network.prefixLength}`,
    gateway: network.gateway ?? undefined,
    dnsServers: network.dns,
  } as const;
}
