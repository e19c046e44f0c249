import { z } from 'zod';
import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type Deployment } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { backToProvisioning, moveToTenantNetworks } from '../../attachments.ts';
import { assignmentsOf, identityError } from '../../config-drive.ts';
import { networkGuesses } from '../../network-guesses.ts';
import { matchError, matchRequest, networkModelOf, networksOf } from '../../network-plan.ts';
import { requireNode } from '../../node-state.ts';
import { noteDeployment } from '../../stored-deployment.ts';
import type { DeployStep, StepContext } from '../step.ts';
import { onAgent } from './on-agent.ts';

/** Every network to its NIC, by what the machine is now; kept, so that all that follows says the same. */
export const matchNetworks: DeployStep = {
  name: 'match-networks',
  run({ services, node, request, deployment }) {
    const { store } = services;
    const now = requireNode(store, node.id);
    const match = matchRequest(store, now, request);
    if (!match.ok) throw matchError(match);
    const model = networkModelOf(store, now, request, match.assignments);
    // Before a disk is written: what the system is told is made from it long after.
    if (model?.ok === false) throw identityError(model.problems);
    for (const { network, nic } of networkGuesses(store, now, request, match.assignments))
      noteDeployment(store, deployment, { message: 'step.network_guessed', details: { network, nic } });
    return Promise.resolve({ assignments: match.assignments });
  },
};

/** Of the step's evidence in `assets/ramdisk/protocol.md`. */
const probed = z.array(z.object({ address: z.string(), result: z.string(), holder: z.string().nullable() }));

/**
 * Addresses that a person wrote down may be somebody's already: the machine asks on its own wires (RFC 5227 §2.1). What it
 * could not ask for, because no cable is in, is told and does not stop it.
 */
export const probeAddresses: DeployStep = {
  name: 'probe-addresses',
  skip: context => (addressLines(context) === '' ? { reason: 'no-fixed-address' } : undefined),
  async run(context) {
    const evidence = await onAgent(context, 'probe-addresses', { addresses: addressLines(context) });
    const results = probed.parse(evidence['addresses']);
    const taken = results.find(({ result }) => result === 'taken');
    if (taken !== undefined) throw addressTaken(taken.address, taken.holder);
    const asked = new Set(results.flatMap(({ result, address }) => (result === 'free' ? [address] : [])));
    const notAsked = new Map(
      results.filter(({ address }) => !asked.has(address)).map(({ address, result }) => [address, result]),
    );
    for (const [address, result] of notAsked)
      tellNotAsked(context.services.store, context.deployment, address, result);
    return { ...evidence, notAsked: [...notAsked.keys()] };
  },
};

/**
 * The same of a server that an installer installs: there is no ramdisk, so we ask from where we are, on the networks that we
 * serve. Its system of before may still have the address.
 */
export const askAddresses: DeployStep = {
  name: 'probe-addresses',
  skip: ({ request }) => (fixedAddresses(request).length === 0 ? { reason: 'no-fixed-address' } : undefined),
  async run({ services, node, request, deployment }) {
    const { store, bootServer } = services;
    const clients = [
      ...store.ports.ofNode(node.id).map(({ address }) => address),
      ...store.portgroups.ofNode(node.id).flatMap(({ address }) => address ?? []),
    ];
    const notAsked: string[] = [];
    for (const { networkId, address } of fixedAddresses(request)) {
      const answer = await bootServer.askAddress(networkId, address, clients);
      if (answer.result === 'taken')
        throw answer.holder === null ? ourAddress(address) : addressTaken(address, answer.holder);
      if (answer.result === 'free') continue;
      notAsked.push(address);
      tellNotAsked(store, deployment, address, answer.result);
    }
    return { notAsked };
  },
};

function fixedAddresses({ networks }: StoredRequest): { networkId: NetworkId | null; address: Ipv4 }[] {
  return networks.flatMap(({ networkId, address }) =>
    address.method === 'static' ? [{ networkId, address: address.address }] : [],
  );
}

function addressTaken(address: string, holder: string | null): CodedError {
  return new CodedError('deploy.address_taken', `${address} belongs to ${holder ?? 'somebody'}`, {
    address,
    mac: holder ?? '',
  });
}

function ourAddress(address: string): CodedError {
  return new CodedError('deploy.address_in_use', `${address} is our own`, { address, server: 'Rackside' });
}

function tellNotAsked(store: Store, deployment: Deployment, address: string, why: string): void {
  noteDeployment(store, deployment, { message: 'step.address_not_asked', details: { address, why } });
}

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

/**
 * MAC of a NIC, VLAN or `-`, address; a line each. A bond is asked for through each of its members, because some of them
 * may have no cable.
 */
function addressLines({ services, node, request, deployment }: StepContext): string {
  const { store } = services;
  const now = requireNode(store, node.id);
  const model = networkModelOf(store, now, request, assignmentsOf(store, deployment, request, now));
  if (model === undefined) return '';
  if (!model.ok) throw identityError(model.problems);
  const { links } = model.network;
  const nicMacs = (name: string): string[] => {
    const link = links.find(each => each.name === name);
    if (link === undefined) return [];
    if (link.kind === 'nic') return [link.mac];
    return link.kind === 'vlan' ? nicMacs(link.over) : link.members.flatMap(nicMacs);
  };
  return links
    .flatMap(link => {
      const { addressing } = link;
      if (addressing.method !== 'static') return [];
      const vlan = link.kind === 'vlan' ? String(link.vlanId) : '-';
      return nicMacs(link.name).map(mac => [mac, vlan, addressing.address].join('\t'));
    })
    .join('\n');
}
