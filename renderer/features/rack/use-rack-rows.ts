import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { useLatestEvents } from '../../client/latest-events.ts';
import { useWorld } from '../../client/world-store.ts';
import { type Column, rememberingSorter } from '../../ui/table-columns.ts';
import { groupedRows } from './rack-groups.ts';
import {
  discoveredRows,
  filteredNodeRows,
  type GroupRow,
  type NodeRow,
  nodeRows,
  portsOfNodes,
  type RackRow,
  rowKey,
} from './rack-rows.ts';
import { useShownRack } from './views/rack-view-store.ts';

export interface RackRows {
  /** Every server. */
  readonly all: ReadonlyMap<string, NodeRow>;
  /** The servers that the filter lets through, sorted; those of folded groups too. */
  readonly found: readonly NodeRow[];
  /** The table's lines: unknown machines, then servers, with the lines of their groups. */
  readonly lines: readonly RackRow[];
}

/** What stays the same stays the same object, so that a change draws the rows anew that it is about, and no other. */
export function useRackRows(columns: readonly Column<RackRow>[]): RackRows {
  const { filter: wanted, sort, grouping } = useShownRack(state => state.view);
  // The field shows a letter at once; the rows follow, and a further letter does not wait for them.
  const filter = useDeferredValue(wanted);
  const foldedGroups = useShownRack(state => state.foldedGroups);
  const showsAll = useShownRack(state => state.showsAllUnknown);
  const all = useNodeRows();
  const discovered = useWorld(world => world.discovered);
  const [sorted] = useState(() => rememberingSorter<NodeRow>(rowKey));
  const [groups] = useState(() => new Map<string, GroupRow>());
  // Sorted before they are filtered: a letter in the filter must not sort thousands again.
  const inOrder = useMemo(() => sorted([...all.values()], columns, sort), [all, columns, sort, sorted]);
  const found = useMemo(() => filteredNodeRows(inOrder, filter), [inOrder, filter]);
  const lines = useMemo<readonly RackRow[]>(
    () => [
      ...discoveredRows(discovered, filter, showsAll),
      ...groupedRows(found, grouping, foldedGroups, groups),
    ],
    [discovered, filter, showsAll, found, grouping, foldedGroups, groups],
  );
  return { all, found, lines };
}

function useNodeRows(): ReadonlyMap<string, NodeRow> {
  const nodes = useWorld(world => world.nodes);
  const ports = useWorld(world => world.ports);
  const deployments = useWorld(world => world.deployments);
  const portsOf = useMemo(() => portsOfNodes(ports), [ports]);
  const lastEvents = useLatestEvents(state => state.byNode);
  const previous = useRef<ReadonlyMap<string, NodeRow>>(new Map());
  return useMemo(() => {
    previous.current = nodeRows({ nodes, deployments }, portsOf, lastEvents, previous.current);
    return previous.current;
  }, [nodes, portsOf, deployments, lastEvents]);
}
