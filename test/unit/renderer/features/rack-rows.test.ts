import { describe, expect, it } from 'vitest';
import { worldFrom } from '#renderer/client/world.ts';
import {
  discoveredRows,
  filteredNodeRows,
  type NodeRow,
  nodeRows,
  portsOfNodes,
  rowKey,
} from '#renderer/features/rack/rack-rows.ts';
import { noFilter } from '#renderer/features/rack/views/rack-view.ts';
import type { RackFilter } from '#shared/contract/index.ts';
import type { NodeId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNode, aPort } from '#test/fakes/rows.ts';
import { aBmc, aDiscovered, anEvent, anInventory, aSnapshot } from '../rows.ts';

const other = '99999999-9999-4999-8999-999999999999' as NodeId;
const third = '88888888-8888-4888-8888-888888888888' as NodeId;
const world = worldFrom(
  aSnapshot({
    nodes: [
      aNode({ bmc: aBmc, inventory: anInventory() }),
      aNode({
        id: other,
        name: 'r2u07',
        provisionState: 'active',
        extra: { rack: 'R2', unit: '7', owner: 'web' },
      }),
    ],
    ports: [aPort({ address: 'b8:59:9f:00:01:00' as Mac })],
  }),
);
const none: ReadonlyMap<string, NodeRow> = new Map();
const portsOf = portsOfNodes(world.ports);
const rows = nodeRows(world, portsOf, new Map(), none);
const filter = (change: Partial<RackFilter>): RackFilter => ({ ...noFilter, ...change });
const found = (change: Partial<RackFilter>) =>
  filteredNodeRows([...rows.values()], filter(change)).map(row => row.node.name);

describe('the filter', () => {
  it('finds by name, BMC, MAC, serial number and model, all words at once', () => {
    for (const text of ['r1u01', '10.78.0.11', 'B8:59:9F', 'ser-1', 'cn7v1001', 'r740 r1u01'])
      expect(found({ text }), text).toEqual(['r1u01']);
    expect(found({ text: 'r740 r2u07' })).toEqual([]);
  });

  it('keeps the states that were chosen', () => {
    expect(found({ states: ['active', 'error'] })).toEqual(['r2u07']);
    expect(found({})).toEqual(['r1u01', 'r2u07']);
  });

  it('keeps racks and models, and those without one by an empty name', () => {
    expect(found({ racks: ['R2'] })).toEqual(['r2u07']);
    expect(found({ racks: [''] })).toEqual(['r1u01']);
    expect(found({ models: ['Dell Inc. PowerEdge R740'] })).toEqual(['r1u01']);
    expect(found({ racks: ['R2'], models: ['Dell Inc. PowerEdge R740'] })).toEqual([]);
  });

  it('finds by labels', () => {
    expect(found({ text: 'web' })).toEqual(['r2u07']);
  });

  it('keeps what has a problem: a failed state, or a last error in a quiet one', () => {
    const error = { code: 'bmc.none', level: 'user', retryable: false, message: '', details: {} } as const;
    const nodes = [
      aNode(),
      aNode({ id: other, name: 'failed', provisionState: 'deploy failed' }),
      aNode({ id: third, name: 'quiet', lastError: error }),
    ];
    const all = nodeRows(worldFrom(aSnapshot({ nodes })), new Map(), new Map(), none);
    const names = filteredNodeRows([...all.values()], filter({ problemsOnly: true })).map(
      ({ node }) => node.name,
    );
    expect(names).toEqual(['failed', 'quiet']);
  });
});

describe('rows', () => {
  it('stay the same object while nothing of theirs changes', () => {
    const again = nodeRows(world, portsOf, new Map([[other, anEvent({ nodeId: other })]]), rows);
    expect(again.get(aNode().id)).toBe(rows.get(aNode().id));
    expect(again.get(other)).not.toBe(rows.get(other));
  });

  it('have their own ports, and stay the same object when those of another server change', () => {
    expect(rows.get(aNode().id)?.ports).toHaveLength(1);
    const of = (nodeId: NodeId) => aPort({ id: third as unknown as PortId, nodeId });
    const more = portsOfNodes(new Map([...world.ports, [third, of(other)]]));
    const again = nodeRows(world, more, new Map(), rows);
    expect(again.get(aNode().id)).toBe(rows.get(aNode().id));
    expect(again.get(other)?.ports).toHaveLength(1);
  });

  it('of unknown machines come newest first and only without a state filter', () => {
    const discovered = new Map(
      [aDiscovered({ firstSeenAt: 5 }), aDiscovered({ mac: '02:00:00:00:00:01' as Mac, firstSeenAt: 9 })].map(
        machine => [machine.mac, machine],
      ),
    );
    const macs = (change: Partial<RackFilter>) =>
      discoveredRows(discovered, filter(change), false).map(rowKey);
    expect(macs({})).toEqual(['02:00:00:00:00:01', 'aa:bb:cc:dd:ee:ff']);
    expect(macs({ text: 'AA:BB' })).toEqual(['aa:bb:cc:dd:ee:ff']);
    expect(macs({ states: ['active'] })).toEqual([]);
  });
});
