import { randomUUID } from 'node:crypto';
import { addPort } from '#engine/inventory/nodes.ts';
import { requireNode } from '#engine/provision/node-state.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type Port, type Portgroup, type RacksideHandlers } from '#shared/contract/index.ts';
import type { PortgroupId, PortId } from '#shared/model/ids.ts';
import { broadcastAddress, type Ipv4, parseCidr, subnetContains } from '#shared/model/ip.ts';

export function portHandlers(store: Store): RacksideHandlers['ports'] {
  return {
    async create(input) {
      requireNode(store, input.nodeId);
      return addPort(store, input);
    },
    async update({ id, ...change }) {
      const port = requirePort(store, id);
      const group = change.portgroupId;
      if (group !== undefined && group !== null && store.portgroups.find(group)?.nodeId !== port.nodeId) {
        throw new CodedError('input.not_found', 'no such bond on this server', {
          what: 'portgroup',
          id: group,
        });
      }
      const { reservedAddress } = change;
      if (reservedAddress !== undefined && reservedAddress !== null) mayReserve(store, port, reservedAddress);
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
      requirePort(store, id);
      store.ports.remove(id);
      return {};
    },
  };
}

export function portgroupHandlers(store: Store): RacksideHandlers['portgroups'] {
  return {
    async create({ portIds, ...input }) {
      requireNode(store, input.nodeId);
      const members = portIds.map(id => requirePort(store, id));
      const foreign = members.find(port => port.nodeId !== input.nodeId);
      if (foreign !== undefined) {
        throw new CodedError('input.not_found', 'the NIC is of another server', {
          what: 'port',
          id: foreign.id,
        });
      }
      const portgroup: Portgroup = { ...input, id: randomUUID() as PortgroupId, address: null };
      store.transaction(() => {
        store.portgroups.save(portgroup);
        for (const port of members) store.ports.save({ ...port, portgroupId: portgroup.id });
      });
      return portgroup;
    },
    async remove({ id }) {
      const portgroup = store.portgroups.find(id);
      if (portgroup === undefined)
        throw new CodedError('input.not_found', 'no such bond', { what: 'portgroup', id });
      store.transaction(() => {
        for (const port of store.ports.ofNode(portgroup.nodeId)) {
          if (port.portgroupId === id) store.ports.save({ ...port, portgroupId: null });
        }
        store.portgroups.remove(id);
      });
      return {};
    },
  };
}

function requirePort(store: Store, id: PortId): Port {
  const port = store.ports.find(id);
  if (port === undefined) throw new CodedError('input.not_found', 'no such NIC', { what: 'port', id });
  return port;
}

/** Within one of our networks, no address of the network itself, and of nobody else. Throws when it may not. */
function mayReserve(store: Store, port: Port, address: Ipv4): void {
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
  const isTaken =
    holder === undefined ? store.fixedAddresses.has(address, port.nodeId) : holder.id !== port.id;
  if (isTaken)
    throw new CodedError('input.conflict', `${address} belongs to another machine`, {
      what: 'port',
      field: 'reservedAddress',
      value: address,
    });
}
