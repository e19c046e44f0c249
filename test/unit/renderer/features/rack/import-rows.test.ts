import { describe, expect, it } from 'vitest';
import { checkRows } from '#renderer/features/rack/transfer/import-check.ts';
import { meaningsOf } from '#renderer/features/rack/transfer/import-columns.ts';
import { countsOf, importOne, itemsOf } from '#renderer/features/rack/transfer/import-rows.ts';
import { knownServers } from '#renderer/features/rack/transfer/known-servers.ts';
import type { Node, Port } from '#shared/contract/index.ts';
import type { NodeId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNode, aPort } from '#test/fakes/rows.ts';
import { aBmc } from '../../rows.ts';

const header = ['Name', 'BMC', 'User', 'MAC', 'Rack', 'U'];
const rows = [
  ['r1', '10.0.0.1', 'root', '02:00:00:00:00:01 02:00:00:00:00:02', 'R1', '1'],
  ['r2', '10.0.0.2', 'root', '02:00:00:00:00:03', 'R1', '2'],
];

/** Tables as the engine keeps them, with the calls that an import makes. */
function stored() {
  const nodes = new Map<string, Node>();
  const ports = new Map<string, Port>();
  const calls: string[] = [];
  const addPort = (nodeId: string, address: string) => {
    const port = aPort({
      id: `port-${ports.size}` as PortId,
      nodeId: nodeId as NodeId,
      address: address as Mac,
    });
    ports.set(port.id, port);
    return port;
  };
  const client: Parameters<typeof importOne>[0] = {
    nodes: {
      async enroll({ name, bmc, macs = [], extra = {} }) {
        calls.push(`enroll ${name}`);
        const bmcOf = bmc ? { ...aBmc, address: bmc.address, username: bmc.username ?? '' } : null;
        const node = aNode({ id: `node-${nodes.size}` as NodeId, name, bmc: bmcOf, extra });
        nodes.set(node.id, node);
        for (const mac of macs) addPort(node.id, mac);
        return node;
      },
      async update({ id }) {
        calls.push(`update ${id}`);
        return aNode({ id: id as NodeId });
      },
    },
    ports: {
      async create({ nodeId, address }) {
        calls.push(`port ${address}`);
        return addPort(nodeId, address);
      },
    },
  };
  const outcomes = (lines = rows) =>
    checkRows(lines, meaningsOf(header), knownServers(nodes, ports.values()));
  return { world: { nodes, ports }, client, calls, outcomes };
}

describe('an import that was interrupted', () => {
  it('goes on with the same file: what is stored is the same already, the rest is new', async () => {
    const { world, client, outcomes } = stored();
    const [first] = itemsOf(outcomes(), false);
    if (first) await importOne(client, world, first);
    expect(countsOf(outcomes())).toEqual({ bad: 0, created: 1, known: 1, changed: 0 });
  });

  it('does not store a row again whose answer was lost', async () => {
    const { world, client, calls, outcomes } = stored();
    const items = itemsOf(outcomes(), false);
    for (const item of [...items, ...items]) await importOne(client, world, item);
    expect(calls).toEqual(['enroll r1', 'enroll r2']);
  });

  it('enrolls a row whose name another server has meanwhile: the engine says why not', async () => {
    const { world, client, calls, outcomes } = stored();
    const [item] = itemsOf(outcomes(), false);
    await client.nodes.enroll({ name: 'r1' });
    if (item) await importOne(client, world, item);
    expect(calls).toEqual(['enroll r1', 'enroll r1']);
  });

  it('adds of the NICs of a known server only those that it has not got yet', async () => {
    const { world, client, calls, outcomes } = stored();
    const node = await client.nodes.enroll({ name: 'r1' });
    const [item] = itemsOf(outcomes(), true);
    await client.ports.create({ nodeId: node.id, address: '02:00:00:00:00:01' as Mac });
    if (item) await importOne(client, world, item);
    expect(calls.slice(2)).toEqual([`update ${node.id}`, 'port 02:00:00:00:00:02']);
  });
});
