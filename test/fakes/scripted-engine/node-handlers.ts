import { randomUUID } from 'node:crypto';
import { withLabels } from '#engine/inventory/nodes.ts';
import { CodedError, type Node, type RacksideHandlers } from '#shared/contract/index.ts';
import type { DeploymentId, NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import { aDeployment, aNode, aPort, aPortgroup, aStep } from '#test/fakes/rows.ts';
import { find, given, type Play } from './play.ts';

type NodeHandlers = RacksideHandlers['nodes'];

const goodBmc = {
  manufacturer: 'Dell Inc.',
  firmware: '2.86',
  cipherSuite: 17,
  powerState: 'power off' as const,
  roundTripMs: 4.2,
};

export function putNode({ world, patch }: Play, id: NodeId, change: Partial<Node>): Node {
  const row = { ...find(world.nodes, id, 'node'), ...change };
  patch({ op: 'put', table: 'nodes', row });
  return row;
}

export function nodeHandlers(play: Play, testBmc: NodeHandlers['testBmc'] | undefined): NodeHandlers {
  const { world, patch, note } = play;
  return {
    list: async () => world.nodes,
    get: async ({ id }) => find(world.nodes, id, 'node'),
    enroll: async input => enroll(play, input),
    update: async ({ id, bmc, labels, ...change }) => {
      note('nodes.update', given({ id, bmc, labels, ...change }));
      const node = find(world.nodes, id, 'node');
      const extra = withLabels(change.extra ?? node.extra, labels ?? {});
      const credentials = bmc && node.bmc && { ...node.bmc, ...given(bmc) };
      return putNode(play, id, {
        ...(given(change) as Partial<Node>),
        extra,
        ...(credentials && { bmc: credentials }),
      });
    },
    remove: async ({ id }) => {
      note('nodes.remove', { id });
      patch({ op: 'remove', table: 'nodes', ids: [id] });
      return {};
    },
    testBmc: testBmc ?? (async () => goodBmc),
    setPower: async input => {
      note('nodes.setPower', input);
      const isOn = input.target === 'power on' || input.target === 'power cycle';
      putNode(play, input.id, { powerState: isOn ? 'power on' : 'power off' });
      return {};
    },
    setBootDevice: async input => {
      note('nodes.setBootDevice', input);
      return { accepted: true, readBack: input.device };
    },
    identify: async input => {
      note('nodes.identify', input);
      return {};
    },
    setProvisionState: async input => {
      note('nodes.setProvisionState', input);
      const provisionState = input.verb === 'inspect' ? 'inspecting' : 'available';
      return putNode(play, input.id, { provisionState });
    },
    match: async () => ({ matches: [], nearest: [] }),
    clean: async input => {
      note('nodes.clean', input);
      const { name } = find(world.nodes, input.nodeId, 'node');
      const row = aDeployment({
        id: randomUUID() as DeploymentId,
        nodeId: input.nodeId,
        nodeName: name,
        kind: 'cleaning',
        imageId: null,
        imageName: '',
        hostName: '',
        createdAt: Date.now(),
        steps: [aStep('power-on', { state: 'running', startedAt: Date.now() }), aStep('erase-disks')],
      });
      patch({ op: 'put', table: 'deployments', row });
      return row;
    },
    reviewClean: async ({ nodeId }) => ({
      disks: find(world.nodes, nodeId, 'node').inventory?.disks ?? [],
      filtered: [],
      warnings: [],
      blockers: [],
    }),
    forgetDiscovered: async ({ mac }) => {
      patch({ op: 'remove', table: 'discovered', ids: [mac] });
      return {};
    },
  };
}

function enroll({ world, patch, note }: Play, input: Parameters<NodeHandlers['enroll']>[0]): Node {
  note('nodes.enroll', input);
  const { name } = input;
  if (world.nodes.some(node => node.name === name))
    throw new CodedError('input.conflict', 'name taken', { what: 'node', field: 'name', value: name });
  const row = aNode({
    id: randomUUID() as NodeId,
    name,
    provisionState: 'available',
    resourceClass: input.resourceClass,
    extra: input.extra,
    createdAt: Date.now(),
  });
  patch({ op: 'put', table: 'nodes', row });
  for (const address of input.macs) {
    patch({
      op: 'put',
      table: 'ports',
      row: aPort({ id: randomUUID() as PortId, nodeId: row.id, address }),
    });
    if (world.discovered.some(machine => machine.mac === address))
      patch({ op: 'remove', table: 'discovered', ids: [address] });
  }
  return row;
}

export function portHandlers({ world, patch, note }: Play): Pick<RacksideHandlers, 'ports' | 'portgroups'> {
  const join = (portgroupId: PortgroupId, members: readonly PortId[]) => {
    for (const port of world.ports) {
      const isMember = members.includes(port.id);
      if (isMember === (port.portgroupId === portgroupId)) continue;
      patch({ op: 'put', table: 'ports', row: { ...port, portgroupId: isMember ? portgroupId : null } });
    }
  };
  return {
    ports: {
      create: async input => {
        const row = aPort({ ...input, id: randomUUID() as PortId });
        patch({ op: 'put', table: 'ports', row });
        return row;
      },
      update: async ({ id, ...change }) => {
        const row = { ...find(world.ports, id, 'port'), ...given(change) } as ReturnType<typeof aPort>;
        patch({ op: 'put', table: 'ports', row });
        return row;
      },
      remove: async ({ id }) => {
        patch({ op: 'remove', table: 'ports', ids: [id] });
        return {};
      },
    },
    portgroups: {
      create: async ({ portIds, ...input }) => {
        note('portgroups.create', { portIds, ...input });
        const row = aPortgroup({ ...input, id: randomUUID() as PortgroupId });
        patch({ op: 'put', table: 'portgroups', row });
        join(row.id, portIds);
        return row;
      },
      update: async ({ id, portIds, ...change }) => {
        note('portgroups.update', { id, portIds, ...change });
        const known = find(world.portgroups, id, 'portgroup');
        const row = { ...known, ...given(change) } as ReturnType<typeof aPortgroup>;
        patch({ op: 'put', table: 'portgroups', row });
        if (portIds !== undefined) join(id, portIds);
        return row;
      },
      remove: async ({ id }) => {
        join(id, []);
        patch({ op: 'remove', table: 'portgroups', ids: [id] });
        return {};
      },
    },
  };
}
