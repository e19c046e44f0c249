import { describe, expect, it } from 'vitest';
import { worldFrom } from '#renderer/client/world.ts';
import {
  discoveredRows,
  filteredNodeRows,
  type NodeRow,
  nodeRows,
  type RackFilter,
} from '#renderer/features/rack/rack-rows.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNode, aPort } from '#test/fakes/rows.ts';
import { aBmc, aDiscovered, anEvent, anInventory, aSnapshot } from '../rows.ts';

const other = '99999999-9999-4999-8999-999999999999' as NodeId;
const world = worldFrom(
  aSnapshot({
    nodes: [
      aNode({ bmc: aBmc, inventory: anInventory() }),
      aNode({ id: other, name: 'r2u07', provisionState: 'active' }),
    ],
    ports: [aPort({ address: 'b8:59:9f:00:01:00' as Mac })],
  }),
);
const none: ReadonlyMap<string, NodeRow> = new Map();
const rows = nodeRows(world, new Map(), none);
const filter = (change: Partial<RackFilter>): RackFilter => ({ text: '', states: [], ...change });
const found = (change: Partial<RackFilter>) =>
  filteredNodeRows(rows.values(), filter(change)).map(row => row.node.name);

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
});

describe('rows', () => {
  it('stay the same object while nothing of theirs changes', () => {
    const again = nodeRows(world, new Map([[other, anEvent({ nodeId: other })]]), rows);
    expect(again.get(aNode().id)).toBe(rows.get(aNode().id));
    expect(again.get(other)).not.toBe(rows.get(other));
  });

  it('of unknown machines come newest first and only without a state filter', () => {
    const discovered = new Map(
      [aDiscovered({ firstSeenAt: 5 }), aDiscovered({ mac: '02:00:00:00:00:01' as Mac, firstSeenAt: 9 })].map(
        machine => [machine.mac, machine],
      ),
    );
    const macs = (change: Partial<RackFilter>) =>
      discoveredRows(discovered, filter(change)).map(row => row.discovered.mac);
    expect(macs({})).toEqual(['02:00:00:00:00:01', 'aa:bb:cc:dd:ee:ff']);
    expect(macs({ text: 'AA:BB' })).toEqual(['aa:bb:cc:dd:ee:ff']);
    expect(macs({ states: ['active'] })).toEqual([]);
  });
});
