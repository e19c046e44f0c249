import { describe, expect, it } from 'vitest';
import { fleetColumns } from '#renderer/features/health/fleet/fleet-columns.tsx';
import {
  badness,
  type FleetRow,
  fleetRows,
  matchingRows,
  tileCounts,
} from '#renderer/features/health/fleet/fleet-rows.ts';
import { translate } from '#renderer/i18n/i18n.ts';
import { sortedRows } from '#renderer/ui/table-columns.ts';
import type { ServerHealth } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { aNode } from '#test/fakes/rows.ts';
import { anAlarm, aServerHealth } from './health-rows.ts';

function rowsOf(servers: Readonly<Record<string, Partial<ServerHealth>>>): readonly FleetRow[] {
  const nodes = Object.keys(servers).map(name => aNode({ id: name as NodeId, name }));
  const fleet = Object.entries(servers).map(([name, health]) =>
    aServerHealth({ ...health, nodeId: name as NodeId }),
  );
  return fleetRows(
    new Map(nodes.map(node => [node.id, node])),
    new Map(fleet.map(health => [health.nodeId, health])),
    new Map(),
    [],
  );
}

const names = (rows: readonly FleetRow[]) => rows.map(({ name }) => name);
const sensors = (critical: number, warning: number) => ({ ok: 0, warning, critical, unavailable: 0 });

describe('servers', () => {
  it('stand with the worst on top, equally bad ones in the order of their names', () => {
    const rows = rowsOf({
      r1u10: {},
      r1u2: {},
      warned: { state: 'warning', sensors: sensors(0, 40) },
      silent: { state: 'unknown' },
      'two-failed': { state: 'critical', sensors: sensors(2, 0) },
      dead: { state: 'non-recoverable', sensors: sensors(1, 0) },
      'one-failed': { state: 'critical', sensors: sensors(1, 3), alarms: 2 },
    });
    const sorted = sortedRows(rows, fleetColumns(translate), { columnId: 'state', isDescending: true });
    expect(names(sorted)).toEqual(['dead', 'two-failed', 'one-failed', 'warned', 'silent', 'r1u2', 'r1u10']);
  });

  it('with more than a thousand bad sensors are not taken for a worse state', () => {
    const many = aServerHealth({ state: 'warning', sensors: sensors(0, 5000), alarms: 100_000 });
    expect(badness(many)).toBeLessThan(badness(aServerHealth({ state: 'critical' })));
  });

  it('are counted by tile, where non-recoverable is critical, and filtered by tile and words', () => {
    const rows = rowsOf({
      a: { state: 'non-recoverable', worst: ['CPU1 Temp'] },
      b: { state: 'critical', worst: ['Fan4'] },
      c: {},
    });
    expect(tileCounts(rows)).toEqual({ critical: 2, warning: 0, unknown: 0, ok: 1 });
    expect(names(matchingRows(rows, 'critical', ''))).toEqual(['a', 'b']);
    expect(names(matchingRows(rows, 'critical', 'fan4'))).toEqual(['b']);
    expect(names(matchingRows(rows, null, 'temp CPU1'))).toEqual(['a']);
    expect(names(matchingRows(rows, 'ok', 'fan4'))).toEqual([]);
  });

  it('keep their row while nothing of them changes, and have none without a server', () => {
    const node = aNode();
    const nodes = new Map([[node.id, node]]);
    const health = aServerHealth();
    const fleet = new Map([
      [node.id, health],
      ['gone' as NodeId, aServerHealth({ nodeId: 'gone' as NodeId })],
    ]);
    const first = fleetRows(nodes, fleet, new Map(), []);
    expect(first).toHaveLength(1);
    expect(fleetRows(nodes, fleet, new Map(), first)).toBe(first);
    const alarmed = fleetRows(nodes, fleet, new Map([[node.id, anAlarm('1')]]), first);
    expect(alarmed[0]).not.toBe(first[0]);
  });
});
