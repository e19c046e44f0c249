import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  elevationOf,
  neighbourOf,
  occupantsOf,
  unitsAbove,
} from '#renderer/features/rack/elevation/elevation.ts';
import type { NodeRow } from '#renderer/features/rack/rack-rows.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { aNode } from '#test/fakes/rows.ts';

const at = (name: string, extra: Record<string, string>): NodeRow => ({
  is: 'node',
  node: aNode({ id: name as NodeId, name, extra }),
  ports: [],
  deployment: undefined,
  lastEvent: undefined,
});
const rows = [
  at('low', { rack: 'R1', unit: '1' }),
  at('tall', { rack: 'R1', unit: '10', height: '4' }),
  at('inside', { rack: 'R1', unit: '12' }),
  at('lost', { rack: 'R1' }),
  at('far', { rack: 'R10', unit: '11' }),
  at('near', { rack: 'R2', unit: '40' }),
  at('nowhere', { unit: '3' }),
];

describe('racks from the front', () => {
  it('stand in the order of their names, servers from the top; what has no place is kept apart', () => {
    const { racks, withoutRack } = elevationOf(rows);
    expect(racks.map(({ name }) => name)).toEqual(['R1', 'R2', 'R10']);
    expect(racks[0]?.servers.map(({ row }) => row.node.name)).toEqual(['inside', 'tall', 'low']);
    expect(racks[0]?.withoutUnit.map(({ node }) => node.name)).toEqual(['lost']);
    expect(withoutRack.map(({ node }) => node.name)).toEqual(['nowhere']);
  });

  it('show servers in the same units beside each other', () => {
    const servers = elevationOf(rows).racks[0]?.servers ?? [];
    const lanes = Object.fromEntries(
      servers.map(({ row, lane, laneCount }) => [row.node.name, [lane, laneCount]]),
    );
    expect(lanes).toEqual({ tall: [0, 2], inside: [1, 2], low: [0, 1] });
  });

  it('are as high as their highest server', () => {
    expect(elevationOf(rows).racks[1]?.heightUnits).toBe(42);
    expect(elevationOf([at('top', { rack: 'R', unit: '47', height: '2' })]).racks[0]?.heightUnits).toBe(48);
  });

  it('open at their highest server, though they are filled from below', () => {
    expect(unitsAbove(elevationOf(rows))).toBe(2);
    expect(unitsAbove(elevationOf(rows.filter(({ node }) => node.name !== 'near')))).toBe(29);
    expect(unitsAbove(elevationOf([at('lost', { rack: 'R1' })]))).toBe(0);
  });

  it('never draw two servers over each other, and lose none', () => {
    const server = fc.record({
      unit: fc.integer({ min: 1, max: 50 }),
      height: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(fc.array(server, { maxLength: 40 }), places => {
        const placed = places.map(({ unit, height }, index) =>
          at(`s${index}`, { rack: 'R', unit: String(unit), height: String(height) }),
        );
        const servers = elevationOf(placed).racks[0]?.servers ?? [];
        expect(servers).toHaveLength(places.length);
        for (const one of servers) {
          expect(one.lane).toBeLessThan(one.laneCount);
          for (const other of servers) {
            const touches =
              one.unit < other.unit + other.heightUnits && other.unit < one.unit + one.heightUnits;
            if (one === other || !touches) continue;
            expect(one.lane).not.toBe(other.lane);
            expect(one.laneCount).toBe(other.laneCount);
          }
        }
      }),
    );
  });
});

describe('a place in a rack', () => {
  const nodes = rows.map(({ node }) => node);
  const names = (unit: number, heightUnits: number, id = 'other') =>
    occupantsOf(nodes, { rack: 'R1', unit, heightUnits }, { id: id as NodeId }).map(({ name }) => name);

  it('is taken where another server has one of its units', () => {
    expect(names(13, 1)).toEqual(['tall']);
    expect(names(8, 2)).toEqual([]);
    expect(names(8, 3)).toEqual(['tall']);
    expect(names(14, 1)).toEqual([]);
  });

  it('is not taken by the server itself', () => {
    expect(names(11, 1, 'tall')).toEqual([]);
    expect(names(11, 2, 'tall')).toEqual(['inside']);
  });
});

describe('the arrows', () => {
  const elevation = elevationOf(rows);
  const go = (from: string | null, direction: Parameters<typeof neighbourOf>[2]) =>
    neighbourOf(elevation, from, direction)?.node.name;

  it('go along a rack from the top, past the servers without a unit', () => {
    expect(go('inside', 'down')).toBe('tall');
    expect(go('low', 'down')).toBe('lost');
    expect(go('lost', 'down')).toBe('lost');
    expect(go('inside', 'up')).toBe('inside');
  });

  it('go to the nearest height of the next rack', () => {
    expect(go('near', 'left')).toBe('inside');
    expect(go('far', 'left')).toBe('near');
    expect(go('far', 'right')).toBe('far');
    expect(go('low', 'left')).toBe('nowhere');
  });

  it('begin with the first', () => {
    expect(go(null, 'down')).toBe('nowhere');
    expect(go('gone', 'left')).toBe('nowhere');
    expect(go('low', 'last')).toBe('far');
  });
});
