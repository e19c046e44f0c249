import { describe, expect, it } from 'vitest';
import { emptyWorld } from '#renderer/client/world.ts';
import { type Board, createBoardServers } from '#renderer/features/board/board-servers.ts';
import {
  allowedTargets,
  changeOfDrop,
  type Held,
  ofSelection,
  type Target,
  verdictOf,
} from '#renderer/features/board/carry.ts';
import { changedPlan, emptyPlan, type Plan, type PlanChange } from '#renderer/features/board/plan.ts';
import type { NetworkId, NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk, aNetwork, aNode, anImage, aPort, imageId } from '#test/fakes/rows.ts';

const GB = 1e9;
const nodeIdOf = (number: number) => `11111111-1111-4111-8111-11111111111${number}` as NodeId;
const portIdOf = (number: number, nic: number) =>
  `55555555-5555-4555-8555-5555555555${number}${nic}` as PortId;
const networkIdOf = (number: number) => `44444444-4444-4444-8444-44444444444${number}` as NetworkId;
const vlan120 = aNetwork({ id: networkIdOf(1), name: 'customer', segmentationId: 120 });
const image = anImage({ rawSizeBytes: 40 * GB });
const heldImage: Held = { is: 'image', imageId };
const heldNetwork: Held = { is: 'network', networkId: vlan120.id };
const selection: Target = { is: 'selection' };
const serverTarget = (number: number): Target => ({ is: 'server', nodeId: nodeIdOf(number) });
const nicTarget = (number: number, nic: number): Target => ({
  is: 'link',
  nodeId: nodeIdOf(number),
  place: { by: 'port', portId: portIdOf(number, nic) },
});

/** Three servers with a NIC in VLAN 120 and one in 100; the third has a small disk. */
function boardOf(plan: Plan = emptyPlan, selected: readonly number[] = []): Board {
  const numbers = [1, 2, 3];
  const servers = createBoardServers()(
    {
      ...emptyWorld,
      nodes: new Map(
        numbers.map(number => {
          const disks = [aDisk({ sizeBytes: number === 3 ? 32 * GB : 240 * GB })];
          const node = aNode({
            id: nodeIdOf(number),
            name: `r${number}`,
            inventory: anInventory({ disks }),
          });
          return [node.id, node];
        }),
      ),
      ports: new Map(
        numbers.flatMap(number =>
          [1, 2].map(nic => {
            const row = aPort({
              id: portIdOf(number, nic),
              nodeId: nodeIdOf(number),
              name: `eth${nic}`,
              address: `52:54:00:aa:0${number}:0${nic}` as Mac,
              segmentationId: nic === 1 ? 120 : 100,
            });
            return [row.id, row] as const;
          }),
        ),
      ),
    },
    plan,
  );
  return {
    servers,
    byId: new Map(servers.map(server => [server.node.id, server])),
    images: new Map([[image.id, image]]),
    networks: [vlan120],
    selected: new Set(selected.map(nodeIdOf)),
  };
}

describe('a drop', () => {
  it('of an image on one of the selected servers goes to all of them that can take it', () => {
    const board = boardOf(emptyPlan, [1, 2, 3]);
    const change: PlanChange = { is: 'image', nodeIds: [nodeIdOf(1), nodeIdOf(2)], imageId };
    expect(changeOfDrop(heldImage, serverTarget(1), board)).toEqual(change);
    expect(changeOfDrop(heldImage, selection, board)).toEqual(change);
    expect(ofSelection(heldImage, board).refusals).toMatchObject([
      { server: { node: { name: 'r3' } }, refusal: { code: 'disk.too_small' } },
    ]);
  });

  it('of an image on a server that is not selected goes to that one alone', () => {
    expect(changeOfDrop(heldImage, serverTarget(1), boardOf(emptyPlan, [2]))).toEqual({
      is: 'image',
      nodeIds: [nodeIdOf(1)],
      imageId,
    });
  });

  it('on what cannot take it changes nothing', () => {
    expect(changeOfDrop(heldImage, serverTarget(3), boardOf())).toBeUndefined();
    expect(verdictOf(heldNetwork, nicTarget(1, 2), boardOf())).toMatchObject({ code: 'network.other_vlan' });
    expect(changeOfDrop(heldNetwork, nicTarget(1, 2), boardOf())).toBeUndefined();
    expect(verdictOf(heldImage, nicTarget(1, 1), boardOf())).toBeUndefined();
  });

  it('of a network on a server goes by its VLAN, on a NIC to that NIC', () => {
    const rowOf = (target: Target) => {
      const change = changeOfDrop(heldNetwork, target, boardOf(emptyPlan, [1, 2]));
      return change?.is === 'networks' ? change.given.map(({ nodeId, row }) => [nodeId, row.place]) : [];
    };
    expect(rowOf(serverTarget(3))).toEqual([[nodeIdOf(3), { by: 'match' }]]);
    expect(rowOf(selection)).toEqual([
      [nodeIdOf(1), { by: 'match' }],
      [nodeIdOf(2), { by: 'match' }],
    ]);
    expect(rowOf(nicTarget(1, 1))).toEqual([[nodeIdOf(1), { by: 'port', portId: portIdOf(1, 1) }]]);
  });

  it('of a network that is staged there already is refused', () => {
    const plan = changedPlan(
      emptyPlan,
      changeOfDrop(heldNetwork, nicTarget(1, 1), boardOf()) ?? { is: 'clear' },
    );
    expect(verdictOf(heldNetwork, nicTarget(1, 1), boardOf(plan))).toMatchObject({ code: 'network.taken' });
  });

  it('of a NIC on another one makes a bond, on which a network can be put then', () => {
    const alike = boardOf();
    const held: Held = { is: 'nic', nodeId: nodeIdOf(1), portId: portIdOf(1, 1) };
    expect(verdictOf(held, nicTarget(1, 2), alike)).toMatchObject({ code: 'bond.other_vlan' });
    expect(verdictOf(held, nicTarget(2, 2), alike)).toMatchObject({ code: 'bond.other_server' });
    const board = { ...alike, byId: new Map(withoutVlans(alike)) };
    const change = changeOfDrop(held, nicTarget(1, 2), board);
    expect(change).toMatchObject({
      is: 'bond',
      nodeId: nodeIdOf(1),
      bond: { name: 'bond0', portIds: [portIdOf(1, 2), portIdOf(1, 1)] },
    });
  });
});

it('a NIC is not dropped on a bond that the server has already', () => {
  const board = boardOf();
  const held: Held = { is: 'nic', nodeId: nodeIdOf(1), portId: portIdOf(1, 1) };
  const bond = '77777777-7777-4777-8777-777777777777' as PortgroupId;
  const target: Target = {
    is: 'link',
    nodeId: nodeIdOf(1),
    place: { by: 'portgroup', portgroupId: bond },
  };
  expect(verdictOf(held, target, board)).toEqual({ ok: false, code: 'bond.made', values: {} });
});

function withoutVlans(board: Board) {
  return [...board.byId].map(([id, server]) => {
    const ports = server.machine.ports.map(port => ({ ...port, segmentationId: null }));
    return [id, { ...server, machine: { ...server.machine, ports } }] as const;
  });
}

it('a server of which nothing has changed stays the same object', () => {
  const nodes = [1, 2].map(number => aNode({ id: nodeIdOf(number), name: `r${number}` }));
  const world = { ...emptyWorld, nodes: new Map(nodes.map(node => [node.id, node])) };
  const serversOf = createBoardServers();
  const [first, second] = serversOf(world, emptyPlan);
  expect(first?.node.name).toBe('r1');
  const change: PlanChange = { is: 'image', nodeIds: [nodeIdOf(2)], imageId };
  const after = serversOf(world, changedPlan(emptyPlan, change));
  expect(after[0]).toBe(first);
  expect(after[1]).not.toBe(second);
  expect(after[1]?.staged.imageId).toBe(imageId);
  const busy = new Map(world.nodes).set(nodeIdOf(1), aNode({ id: nodeIdOf(1), name: 'z' }));
  expect(serversOf({ ...world, nodes: busy }, emptyPlan).map(({ node }) => node.name)).toEqual(['r2', 'z']);
});

describe('the places for the arrow keys', () => {
  it('are those that can take it, the selection first', () => {
    expect(allowedTargets(heldImage, boardOf())).toEqual([serverTarget(1), serverTarget(2)]);
    expect(allowedTargets(heldImage, boardOf(emptyPlan, [2]))[0]).toEqual(selection);
    expect(allowedTargets(heldNetwork, boardOf()).slice(0, 2)).toEqual([serverTarget(1), nicTarget(1, 1)]);
  });
});
