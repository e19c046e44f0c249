import { randomUUID } from 'node:crypto';
import { addPort } from '#engine/inventory/nodes.ts';
import { refuseWhileAtWork } from '#engine/provision/busy-nodes.ts';
import { requireNode } from '#engine/provision/node-state.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { CodedError, type Port, type Portgroup, type RacksideHandlers } from '#shared/contract/index.ts';
import type { NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import { broadcastAddress, type Ipv4, parseCidr, subnetContains } from '#shared/model/ip.ts';

export function portHandlers(store: Store, clock: Pick<Clock, 'now'>): RacksideHandlers['ports'] {
  return {
    async create(input) {
      requireNode(store, input.nodeId);
      return addPort(store, input);
    },
    async update({ id, ...change }) {
      const port = requirePort(store, id);
      refuseWhileAtWork(store, port.nodeId, port.address);
      const group = change.portgroupId;
      if (group !== undefined && group !== null && store.portgroups.find(group)?.nodeId !== port.nodeId) {
        throw new CodedError('input.not_found', 'no such bond on this server', {
          what: 'portgroup',
          id: group,
        });
      }
      const { reservedAddress } = change;
      if (reservedAddress !== undefined && reservedAddress !== null)
        mayReserve(store, port, reservedAddress, clock.now());
      const changed: Port = {
        ...port,
        pxeEnabled: change.pxeEnabled ?? port.pxeEnabled,
        physicalNetwork: change.physicalNetwork ?? port.physicalNetwork,
        segmentationId: change.segmentationId === undefined ? port.segmentationId : change.segmentationId,
        portgroupId: group === undefined ? port.portgroupId : group,
        reservedAddress: reservedAddress === undefined ? port.reservedAddress : reservedAddress,
      };
      store.ports.save(changed);
      return changed;
    },
    async remove({ id }) {
      const { nodeId, address } = requirePort(store, id);
      refuseWhileAtWork(store, nodeId, address);
      store.ports.remove(id);
      return {};
    },
  };
}

export function portgroupHandlers(store: Store): RacksideHandlers['portgroups'] {
  return {
    async create({ portIds, ...input }) {
      requireNode(store, input.nodeId);
      const portgroup: Portgroup = { ...input, id: randomUUID() as PortgroupId, address: null };
      return savePortgroup(store, portgroup, portIds);
    },
    async update({ id, portIds, ...change }) {
      const before = requirePortgroup(store, id);
      const portgroup: Portgroup = {
        ...before,
        name: change.name ?? before.name,
        mode: change.mode ?? before.mode,
        properties: change.properties ?? before.properties,
      };
      return savePortgroup(store, portgroup, portIds);
    },
    async remove({ id }) {
      const { nodeId, name } = requirePortgroup(store, id);
      refuseWhileAtWork(store, nodeId, name);
      store.transaction(() => {
        setMembers(store, nodeId, id, []);
        store.portgroups.remove(id);
      });
      return {};
    },
  };
}

/** All or nothing. Without `portIds` its members stay. */
function savePortgroup(
  store: Store,
  portgroup: Portgroup,
  portIds: readonly PortId[] | undefined,
): Portgroup {
  const { id, nodeId, name } = portgroup;
  refuseWhileAtWork(store, nodeId, name);
  const foreign = portIds?.find(portId => requirePort(store, portId).nodeId !== nodeId);
  if (foreign !== undefined) {
    throw new CodedError('input.not_found', 'the NIC is of another server', { what: 'port', id: foreign });
  }
  // A bond's name is an interface's on the installed system.
  if (store.portgroups.ofNode(nodeId).some(other => other.id !== id && other.name === name)) {
    throw new CodedError('input.conflict', `there is a bond ${name} on this server`, {
      what: 'portgroup',
      field: 'name',
      value: name,
    });
  }
  store.transaction(() => {
    store.portgroups.save(portgroup);
    if (portIds !== undefined) setMembers(store, nodeId, id, portIds);
  });
  return portgroup;
}

function setMembers(store: Store, nodeId: NodeId, id: PortgroupId, members: readonly PortId[]): void {
  for (const port of store.ports.ofNode(nodeId)) {
    const isMember = members.includes(port.id);
    if (isMember !== (port.portgroupId === id))
      store.ports.save({ ...port, portgroupId: isMember ? id : null });
  }
}

function requirePortgroup(store: Store, id: PortgroupId): Portgroup {
  const portgroup = store.portgroups.find(id);
  if (portgroup === undefined)
    throw new CodedError('input.not_found', 'no such bond', { what: 'portgroup', id });
  return portgroup;
}

function requirePort(store: Store, id: PortId): Port {
  const port = store.ports.find(id);
  if (port === undefined) throw new CodedError('input.not_found', 'no such NIC', { what: 'port', id });
  return port;
}

/** Within one of our networks, no address of the network itself, and nobody else's. Throws when it may not. */
function mayReserve(store: Store, port: Port, address: Ipv4, nowMs: number): void {
  const invalid = (message: string) =>
    new CodedError('input.invalid', `reservedAddress: ${message}`, {
      issues: [{ path: 'reservedAddress', message }],
    });
  const network = store.networks.list().find(({ cidr }) => {
    const subnet = parseCidr(cidr);
    return subnet !== undefined && subnetContains(subnet, address);
  });
  const subnet = network === undefined ? undefined : parseCidr(network.cidr);
  if (network === undefined || subnet === undefined) throw invalid(`${address} is in no network of ours`);
  if ([subnet.address, broadcastAddress(subnet), network.gateway].includes(address))
    throw invalid(`${address} is not for machines`);
  const holder = store.ports.findByReservation(address);
  const isFixed =
    holder === undefined ? store.fixedAddresses.has(address, port.nodeId) : holder.id !== port.id;
  const lease = store.leases.findByAddress(network.id, address);
  const isLeased = lease !== undefined && lease.mac !== port.address && lease.expiresAtMs > nowMs;
  if (isFixed || isLeased)
    throw new CodedError('input.conflict', `${address} belongs to another machine`, {
      what: 'port',
      field: 'reservedAddress',
      value: address,
    });
}
