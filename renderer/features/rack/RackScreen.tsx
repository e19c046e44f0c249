import { Box } from '@mui/material';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { NodeId } from '#shared/model/ids.ts';
import type { ScreenProps } from '../../app/feature.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useLatestEvents } from '../../client/latest-events.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { nextSort, rememberingSorter, type Sort } from '../../ui/table-columns.ts';
import { VirtualTable } from '../../ui/VirtualTable.tsx';
import { DiscoveredLine } from './DiscoveredLine.tsx';
import { FlavorDialog } from './flavor/FlavorDialog.tsx';
import { NodeSheet } from './NodeSheet.tsx';
import { RackEmpty } from './RackEmpty.tsx';
import { RackHeader } from './RackHeader.tsx';
import { rackColumns } from './rack-columns.tsx';
import {
  discoveredRows,
  filteredNodeRows,
  type NodeRow,
  nodeRows,
  type RackFilter,
  type RackRow,
  rowKey,
  rowName,
} from './rack-rows.ts';
import { SelectionStrip } from './SelectionStrip.tsx';

/** What came after the page was opened is new to the person who looks at it. */
const openedAt = Date.now();

export function RackScreen({ path }: ScreenProps) {
  const t = useT();
  const [openId, tab = 'overview'] = path;
  const [filter, setFilter] = useState<RackFilter>({ text: '', states: [] });
  const [sort, setSort] = useState<Sort>({ columnId: 'name', isDescending: false });
  const [selectedKeys, setSelectedKeys] = useState<ReadonlySet<string>>(new Set());
  const [isWide, setSheetWide] = useState(false);
  const [isFinding, setFinding] = useState(false);
  const isSheetWide = isWide && openId !== undefined;
  const grid = useRef<HTMLDivElement>(null);
  const isLoaded = useWorld(world => world.isLoaded);
  const isEmpty = useWorld(world => world.nodes.size === 0 && world.discovered.size === 0);
  const allRows = useNodeRows();
  const discovered = useWorld(world => world.discovered);
  const columns = useMemo(() => rackColumns(t), [t]);
  const [sorted] = useState(() => rememberingSorter<RackRow>(rowKey));
  const rows = useMemo<readonly RackRow[]>(
    () => [
      ...discoveredRows(discovered, filter),
      ...sorted(filteredNodeRows(allRows.values(), filter), columns, sort),
    ],
    [discovered, filter, allRows, columns, sort, sorted],
  );
  const open = useCallback((row: RackRow) => {
    if (row.is === 'node') goTo('rack', row.node.id);
    else openOverlay({ is: 'add-server', mac: row.discovered.mac });
  }, []);
  const onSort = useCallback((columnId: string) => setSort(known => nextSort(known, columnId)), []);
  const selection = useMemo(
    () => ({
      keys: selectedKeys,
      onChange: (keys: ReadonlySet<string>) => setSelectedKeys(onlyNodes(keys, allRows)),
    }),
    [selectedKeys, allRows],
  );
  const closeSheet = () => {
    setSheetWide(false);
    goTo('rack');
    grid.current?.querySelector<HTMLElement>('[role=grid]')?.focus();
  };

  if (isLoaded && isEmpty) return <RackEmpty />;
  return (
    <Box sx={{ display: 'flex', height: '100%', minHeight: 0 }}>
      <Box sx={{ flex: 1, minWidth: 0, display: isSheetWide ? 'none' : 'flex', flexDirection: 'column' }}>
        <RackHeader
          filter={filter}
          onFilter={setFilter}
          shownCount={rows.length}
          onFind={() => setFinding(true)}
        />
        {selectedKeys.size > 0 && (
          <SelectionStrip keys={selectedKeys} onClear={() => setSelectedKeys(new Set())} />
        )}
        <Box ref={grid} sx={{ flex: 1, minHeight: 0, backgroundColor: 'background.paper' }}>
          {isLoaded && rows.length === 0 ? (
            <EmptyState title={t('rack.nothingMatches')}>{t('rack.nothingMatchesHint')}</EmptyState>
          ) : (
            <VirtualTable<RackRow>
              label={t('rack.title')}
              columns={columns}
              rows={rows}
              rowKey={rowKey}
              rowName={rowName}
              sort={sort}
              onSort={onSort}
              onOpen={open}
              openKey={openId ?? null}
              wide={wideRow}
              isNew={isNewRow}
              selection={selection}
            />
          )}
        </Box>
      </Box>
      {isFinding && (
        <FlavorDialog
          onSelect={nodeIds => setSelectedKeys(new Set<string>(nodeIds))}
          onClose={() => setFinding(false)}
        />
      )}
      {openId !== undefined && (
        <NodeSheet
          key={openId}
          nodeId={openId as NodeId}
          tab={tab}
          isWide={isSheetWide}
          onWide={setSheetWide}
          onClose={closeSheet}
        />
      )}
    </Box>
  );
}

function wideRow(row: RackRow, isActive: boolean) {
  return row.is === 'discovered' ? <DiscoveredLine machine={row.discovered} isActive={isActive} /> : null;
}

function isNewRow(row: RackRow): boolean {
  return row.is === 'discovered' ? row.discovered.firstSeenAt > openedAt : row.node.createdAt > openedAt;
}

function onlyNodes(keys: ReadonlySet<string>, rows: ReadonlyMap<string, NodeRow>): ReadonlySet<string> {
  return new Set([...keys].filter(key => rows.has(key)));
}

function useNodeRows(): ReadonlyMap<string, NodeRow> {
  const nodes = useWorld(world => world.nodes);
  const ports = useWorld(world => world.ports);
  const deployments = useWorld(world => world.deployments);
  const lastEvents = useLatestEvents(state => state.byNode);
  const previous = useRef<ReadonlyMap<string, NodeRow>>(new Map());
  return useMemo(() => {
    previous.current = nodeRows({ nodes, ports, deployments }, lastEvents, previous.current);
    return previous.current;
  }, [nodes, ports, deployments, lastEvents]);
}
