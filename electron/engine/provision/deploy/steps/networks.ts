import { z } from 'zod';
import { CodedError, type Node } from '#shared/contract/index.ts';
import { backToProvisioning, moveToTenantNetworks } from '../../attachments.ts';
import { assignmentsOf } from '../../config-drive.ts';
import { matchError, matchRequest, networkModelOf, networksOf } from '../../network-plan.ts';
import { requireNode } from '../../node-state.ts';
import type { DeployStep, StepContext } from '../step.ts';
import { onAgent } from './on-agent.ts';

/** Every network to its NIC, by what the machine is now; kept, so that all that follows says the same. */
export const matchNetworks: DeployStep = {
  name: 'match-networks',
  run({ services, node, request }) {
    const match = matchRequest(services.store, requireNode(services.store, node.id), request);
    if (!match.ok) throw matchError(match);
    return Promise.resolve({ assignments: match.assignments });
  },
};

/** Of the step's evidence in `assets/ramdisk/protocol.md`. */
const probed = z.array(z.object({ address: z.string(), result: z.string(), holder: z.string().nullable() }));

/** Addresses that a person wrote down may be somebody's already: the machine asks on its own wires (RFC 5227 §2.1). */
export const probeAddresses: DeployStep = {
  name: 'probe-addresses',
  skip: context => (addressLines(context) === '' ? { reason: 'no-fixed-address' } : undefined),
  async run(context) {
    const evidence = await onAgent(context, 'probe-addresses', { addresses: addressLines(context) });
    const taken = probed.parse(evidence['addresses']).find(({ result }) => result === 'taken');
    if (taken !== undefined) {
      const { address, holder } = taken;
      throw new CodedError('deploy.address_taken', `${address} belongs to ${holder ?? 'somebody'}`, {
        address,
        mac: holder ?? '',
      });
    }
    return evidence;
  },
};

/** What the machine's DHCP answers come from when its own system starts. */
export const switchNetworks: DeployStep = {
  name: 'switch-networks',
  run({ services, node, request, deployment }) {
    const { store } = services;
    const now = requireNode(store, node.id);
    const attachments = moveToTenantNetworks(
      store,
      node.id,
      networksOf(store, now, request),
      assignmentsOf(store, deployment, request, now),
    );
    return Promise.resolve({
      networks: attachments.map(({ networkId, vlanId, mac }) => ({ networkId, vlanId, mac })),
    });
  },
  undo: ({ store }, nodeId) => backToProvisioning(store, nodeId),
};

/** MAC of a NIC, VLAN or `-`, address; a line each. A bond is asked for through its first member. */
function addressLines({ services, node, request, deployment }: StepContext): string {
  const { store } = services;
  const now: Node = requireNode(store, node.id);
  const model = networkModelOf(store, now, request, assignmentsOf(store, deployment, request, now));
  if (model?.ok !== true) return '';
  const { links } = model.network;
  const nicMac = (name: string): string => {
    const link = links.find(each => each.name === name);
    if (link === undefined) return '';
    if (link.kind === 'nic') return link.mac;
    return nicMac(link.kind === 'vlan' ? link.over : (link.members[0] ?? ''));
  };
  return links
    .flatMap(link => {
      if (link.addressing.method !== 'static') return [];
      const vlan = link.kind === 'vlan' ? String(link.vlanId) : '-';
      return [[nicMac(link.name), vlan, link.addressing.address].join('\t')];
    })
    .join('\n');
}
