import { Box } from '@mui/material';
import { useCallback, useRef, useState } from 'react';
import type { NodeId } from '#shared/model/ids.ts';
import type { ScreenProps } from '../../app/feature.ts';
import { goTo } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { useElementWidth } from '../../ui/use-element-width.ts';
import { BoardStrip } from './BoardStrip.tsx';
import { RackEmpty } from './RackEmpty.tsx';
import { RackHeader } from './RackHeader.tsx';
import { RackTable } from './RackTable.tsx';
import type { NodeRow } from './rack-rows.ts';
import { SelectionStrip } from './SelectionStrip.tsx';
import { UndoStrip } from './UndoStrip.tsx';
import { useArrivals } from './use-arrivals.ts';
import { useRackColumns } from './use-rack-columns.ts';
import { useRackRows } from './use-rack-rows.ts';
import { RackToolbar } from './views/RackToolbar.tsx';
import { useShownRack } from './views/rack-view-store.ts';

const ElevationView = lazyPart(async () => (await import('./elevation/ElevationView.tsx')).ElevationView);
const FlavorDialog = lazyPart(async () => (await import('./flavor/FlavorDialog.tsx')).FlavorDialog);
const NodeSheet = lazyPart(async () => (await import('./NodeSheet.tsx')).NodeSheet);

/** Room for all that can be done with the inventory, in one line each of header and toolbar. */
const lineWidthPx = 1000;

const nothing: ReadonlySet<string> = new Set();

export function RackScreen({ path }: ScreenProps) {
  const t = useT();
  const [openId, tab = 'overview', part] = path;
  const [selectedKeys, setSelectedKeys] = useState(nothing);
  const [isWide, setSheetWide] = useState(false);
  const [isFinding, setFinding] = useState(false);
  const isSheetWide = isWide && openId !== undefined;
  const content = useRef<HTMLDivElement>(null);
  const beside = useRef<HTMLDivElement>(null);
  const width = useElementWidth(beside);
  const isNarrow = openId !== undefined && width < lineWidthPx;
  const isLoaded = useWorld(world => world.isLoaded);
  const isEmpty = useWorld(world => world.nodes.size === 0 && world.discovered.size === 0);
  const layout = useShownRack(state => state.layout);
  useArrivals();
  const columns = useRackColumns();
  const { all, found, lines } = useRackRows(columns.all);
  const onSelect = useCallback((keys: ReadonlySet<string>) => setSelectedKeys(onlyNodes(keys, all)), [all]);
  const latest = useRef(found);
  latest.current = found;
  const shownNow = useCallback(() => latest.current, []);
  const find = useCallback(() => setFinding(true), []);
  const closeSheet = () => {
    setSheetWide(false);
    goTo('rack');
    content.current?.querySelector<HTMLElement>('[role$=grid], [role=listbox]')?.focus();
  };

  if (isLoaded && isEmpty) return <RackEmpty />;
  return (
    <Box sx={{ display: 'flex', height: '100%', minHeight: 0 }}>
      <Box
        ref={beside}
        sx={{ flex: 1, minWidth: 0, display: isSheetWide ? 'none' : 'flex', flexDirection: 'column' }}
      >
        <RackHeader shownNow={shownNow} isNarrow={isNarrow} onFind={find} />
        <RackToolbar foundCount={found.length} isNarrow={isNarrow} />
        <BoardStrip />
        <UndoStrip />
        {selectedKeys.size > 0 && (
          <SelectionStrip keys={selectedKeys} shown={found} onClear={() => setSelectedKeys(nothing)} />
        )}
        <Box ref={content} sx={{ flex: 1, minHeight: 0, backgroundColor: 'background.paper' }}>
          {isLoaded && lines.length === 0 ? (
            <EmptyState title={t('rack.nothingMatches')}>{t('rack.nothingMatchesHint')}</EmptyState>
          ) : layout === 'table' ? (
            <RackTable
              columns={columns.shown}
              lines={lines}
              openId={openId}
              selectedKeys={selectedKeys}
              onSelect={onSelect}
            />
          ) : (
            <ElevationView rows={found} openId={openId} selectedKeys={selectedKeys} onSelect={onSelect} />
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
          part={part}
          isWide={isSheetWide}
          onWide={setSheetWide}
          onGo={(...address) => goTo('rack', openId, ...address)}
          onClose={closeSheet}
        />
      )}
    </Box>
  );
}

function onlyNodes(keys: ReadonlySet<string>, rows: ReadonlyMap<string, NodeRow>): ReadonlySet<string> {
  return new Set([...keys].filter(key => rows.has(key)));
}
