import type { NetworkRequest, Port } from '#shared/contract/index.ts';
import type { PortId } from '#shared/model/ids.ts';
import { type NetworkMachine, networkLinks } from './network-links.ts';
import { allowed, refused, type Verdict } from './verdict.ts';

/** Whether these NICs of a machine may become one bond; `asked` are the networks that it is to have already. */
export function mayBond(
  members: readonly Port[],
  machine: NetworkMachine,
  asked: readonly NetworkRequest[],
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
  return wires.size > 1 ? refused('bond.other_wire') : allowed;
}
