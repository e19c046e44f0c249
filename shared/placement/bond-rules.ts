import type { Network, NetworkRequest, Port, Portgroup } from '#shared/contract/index.ts';
import type { NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import { type NetworkMachine, networkLinks } from './network-links.ts';
import { matchNetworks } from './network-matching.ts';
import { firstNewProblem, nameOfRequest } from './network-rules.ts';
import { allowed, refused, type Verdict } from './verdict.ts';

/** Whether these NICs of a machine may become one bond; `asked` are the networks that it is to have already. */
export function mayBond(
  members: readonly Port[],
  machine: NetworkMachine,
  asked: readonly NetworkRequest[],
  networks: readonly Network[],
): Verdict {
  const ids = new Set<PortId>(members.map(({ id }) => id));
  if (ids.size < 2) return refused('bond.one_nic');
  if (new Set(members.map(({ nodeId }) => nodeId)).size > 1) return refused('bond.other_server');
  if (members.some(({ portgroupId }) => portgroupId !== null)) return refused('bond.member');
  if (asked.some(({ place }) => place.by === 'port' && ids.has(place.portId)))
    return refused('bond.has_network');
  const free = machine.ports.map(port => (ids.has(port.id) ? { ...port, portgroupId: null } : port));
  const links = networkLinks({ ...machine, ports: free }).filter(
    ({ portId }) => portId !== null && ids.has(portId),
  );
  const vlans = new Set(links.flatMap(({ own }) => own?.vlanId ?? []));
  if (vlans.size > 1) return refused('bond.other_vlan');
  const wires = new Set(links.map(link => link.physicalNetwork).filter(name => name !== ''));
  if (wires.size > 1) return refused('bond.other_wire');
  const before = matchNetworks(asked, machine, networks);
  const left = firstNewProblem(before, matchNetworks(asked, bonded(machine, ids), networks));
  const network = left === undefined ? undefined : asked[left.request];
  return network === undefined
    ? allowed
    : refused('network.displaces', { network: nameOfRequest(network, networks) });
}

/** The machine with these NICs as one: as the bond that some of them are in already, or as a new one. */
function bonded(machine: NetworkMachine, ids: ReadonlySet<PortId>): NetworkMachine {
  const members = machine.ports.filter(({ id }) => ids.has(id));
  const known = members.find(({ portgroupId }) => portgroupId !== null)?.portgroupId;
  const made: Portgroup = {
    id: 'new' as PortgroupId,
    nodeId: members[0]?.nodeId ?? ('' as NodeId),
    name: '',
    address: null,
    mode: 'active-backup',
    properties: {},
  };
  const portgroupId = known ?? made.id;
  return {
    ...machine,
    ports: machine.ports.map(port => (ids.has(port.id) ? { ...port, portgroupId } : port)),
    portgroups: known == null ? [...machine.portgroups, made] : machine.portgroups,
  };
}
