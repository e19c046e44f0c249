import type { Batch, Disk, Node, Port, RacksideHandlers, WorldSnapshot } from '#shared/contract/index.ts';
import type { BatchId, NetworkId, PortId } from '#shared/model/ids.ts';
import { aDisk, aNetwork, aPort, aReview } from '#test/fakes/rows.ts';
import { writeError } from '#test/fakes/scripted-engine/deployments.ts';
import { GB, macOf, nodeIdOf, uuid } from '#test/fakes/scripted-engine/ids.ts';
import { emptyWorld, scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { bootDisk, server } from '#test/fakes/scripted-engine/servers.ts';

type ReviewBatch = RacksideHandlers['batches']['review'];

const tiny = aDisk({ sizeBytes: 2 * GB, serial: 'TINY', contents: [] });

/** Three free servers: eno1 is in VLAN 100, eno2 in VLAN 120; the last has a disk for nothing. */
export function boardWorld(): WorldSnapshot {
  const now = Date.now();
  const numbers = [4, 8, 10];
  const nodes = numbers.map(number => {
    const node = server(number, now, { provisionState: 'available' });
    const disks = number === 10 ? [tiny] : [bootDisk];
    return { ...node, inventory: node.inventory && { ...node.inventory, disks } };
  });
  const port = (number: number, nic: number) =>
    aPort({
      id: uuid('d', number * 10 + nic) as PortId,
      nodeId: nodeIdOf(number),
      address: macOf(number, nic),
      name: `eno${nic + 1}`,
      segmentationId: nic === 0 ? 100 : 120,
    });
  return {
    ...emptyWorld(),
    nodes,
    ports: numbers.flatMap(number => [port(number, 0), port(number, 1)]),
    networks: [
      aNetwork({ id: uuid('e', 1) as NetworkId, dhcpMode: 'full', segmentationId: 100 }),
      aNetwork({
        id: uuid('e', 2) as NetworkId,
        name: 'customer',
        cidr: '10.120.0.0/24',
        segmentationId: 120,
        purposes: ['tenant'],
      }),
    ],
    images: scriptedWorld(now).snapshot.images,
  };
}

/** One server for each thing that keeps an image from it; `r4u08` has nothing but NICs of other wires. */
export function ruleWorld(): WorldSnapshot {
  const now = Date.now();
  const world = boardWorld();
  const [free] = world.nodes;
  if (free?.inventory == null) throw new Error('the free server was never inspected');
  const { inventory } = free;
  const on = (disk: Partial<Disk>) => ({ inventory: { ...inventory, disks: [aDisk(disk)] } });
  const changes: Readonly<Record<number, Partial<Node>>> = {
    1: { provisionState: 'deploying' },
    2: {},
    3: { inventory: null },
    5: {},
    6: on({ readOnly: true }),
    7: on({ sizeBytes: 2 * GB }),
    8: { inventory },
  };
  const numbers = Object.keys(changes).map(Number);
  const port = (number: number, nic: number, change: Partial<Port> = {}) =>
    aPort({
      id: uuid('d', number * 10 + nic) as PortId,
      nodeId: nodeIdOf(number),
      address: macOf(number, nic),
      name: `eno${nic + 1}`,
      ...change,
    });
  const others = numbers.filter(number => number !== 2 && number !== 8).map(number => port(number, 0));
  const [debian, ...images] = world.images;
  const batch = failingBatch();
  return {
    ...world,
    nodes: numbers.map(number => server(number, now, { provisionState: 'available', ...changes[number] })),
    ports: [
      ...others,
      port(8, 0, { segmentationId: 100 }),
      port(8, 1, { segmentationId: 120 }),
      port(8, 2, { physicalNetwork: 'wire-a' }),
      port(8, 3),
    ],
    networks: [
      ...world.networks,
      aNetwork({ id: uuid('e', 3) as NetworkId, name: 'storage', physicalNetwork: 'wire-b' }),
    ],
    images: debian === undefined ? images : [{ ...debian, boots: { bios: true, uefi: false } }, ...images],
    batches: [
      { ...batch, servers: batch.servers.slice(2).map(waiting => ({ ...waiting, nodeId: nodeIdOf(5) })) },
    ],
  };
}

/** A disk with data each. */
export const reviewBatch: ReviewBatch = async ({ servers }) =>
  servers.map(({ nodeId }) => ({
    nodeId,
    conflicts: [],
    review: aReview({
      disk: bootDisk,
      warnings: [{ code: 'disk.has_data', details: { disk: bootDisk, contents: bootDisk.contents } }],
    }),
  }));

/** One of three is done, one failed, one waits. */
export function failingBatch(now = Date.now()): Batch {
  const states = ['succeeded', 'failed', 'waiting'] as const;
  return {
    id: uuid('8', 1) as BatchId,
    name: 'web servers',
    concurrency: 2,
    state: 'running',
    createdAt: now,
    finishedAt: null,
    servers: [4, 8, 10].map((number, index) => ({
      nodeId: nodeIdOf(number),
      nodeName: `r4u${String(number).padStart(2, '0')}`,
      hostName: `web-0${index + 1}`,
      imageName: 'Debian 12 standard',
      state: states[index] ?? 'waiting',
      deploymentId: null,
      error: number === 8 ? writeError : null,
    })),
  };
}
