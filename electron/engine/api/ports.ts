import { randomUUID } from 'node:crypto';
import { addPort } from '#engine/inventory/nodes.ts';
import { requireNode } from '#engine/provision/node-state.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type Port, type Portgroup, type RacksideHandlers } from '#shared/contract/index.ts';
import type { PortgroupId, PortId } from '#shared/model/ids.ts';

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
      const changed: Port = {
        ...port,
        pxeEnabled: change.pxeEnabled ?? port.pxeEnabled,
        physicalNetwork: change.physicalNetwork ?? port.physicalNetwork,
        segmentationId: change.segmentationId === undefined ? port.segmentationId : change.segmentationId,
        portgroupId: group === undefined ? port.portgroupId : group,
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
