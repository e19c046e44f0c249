import { Box } from '@mui/material';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { openOverlay } from '../../../app/overlay.ts';
import { goTo } from '../../../app/route.ts';
import { useT } from '../../../i18n/i18n.ts';
import type { NodeRow } from '../rack-rows.ts';
import { BlockMenu, type OpenMenu } from './BlockMenu.tsx';
import { type Direction, elevationOf, neighbourOf, unitsAbove } from './elevation.ts';
import { LooseServers, RackColumn, unitHeightPx } from './RackColumn.tsx';
import { useBlockHandlers } from './use-block-handlers.ts';
import { useMoving } from './use-moving.ts';

interface Props {
  readonly rows: readonly NodeRow[];
  readonly openId: string | undefined;
  readonly selectedKeys: ReadonlySet<string>;
  readonly onSelect: (keys: ReadonlySet<string>) => void;
}

const columnWidthPx = 236;

/**
 * The racks side by side. One tab stop: arrows go from server to server, Enter opens, Space selects, M moves, Alt with an
 * arrow moves by one unit.
 */
export function ElevationView({ rows, openId, selectedKeys, onSelect }: Props) {
  const t = useT();
  const idBase = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const elevation = useMemo(() => elevationOf(rows), [rows]);
  const moving = useMoving();
  const hasLoose = elevation.withoutRack.length > 0;
  const virtual = useVirtualizer({
    horizontal: true,
    count: elevation.racks.length + (hasLoose ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => columnWidthPx,
    overscan: 2,
  });
  const items = virtual.getVirtualItems();
  const isDrawn = items.length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it opens; later nothing moves but by a person's hand
  useEffect(() => {
    if (isDrawn) scroller.current?.scrollTo({ top: unitsAbove(elevation) * unitHeightPx });
  }, [isDrawn]);
  const { toggle, handlers } = useBlockHandlers(selectedKeys, onSelect, setActiveId, setMenu, moving.hold);
  const idOf = useCallback((row: NodeRow) => `${idBase}-${row.node.id}`, [idBase]);
  const states = { idOf, activeId, openId, selectedKeys };
  const activeRow = rows.find(({ node }) => node.id === activeId);
  const activate = (row: NodeRow | undefined) => {
    if (row === undefined) return;
    setActiveId(row.node.id);
    const column = columnOf(elevation.racks, row, hasLoose);
    virtual.scrollToIndex(column, { align: 'auto' });
    requestAnimationFrame(() =>
      document.getElementById(idOf(row))?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = directions[event.key];
    const by = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : undefined;
    if (event.altKey && by !== undefined && activeRow) moving.shift(activeRow.node, by);
    else if (direction !== undefined) activate(neighbourOf(elevation, activeId, direction));
    else if (activeRow === undefined) return;
    else if (event.key === 'Enter') goTo('rack', activeRow.node.id);
    else if (event.key === ' ') toggle(activeRow);
    else if (event.key.toLowerCase() === 'm' && !event.ctrlKey)
      openOverlay({ is: 'move-server', nodeId: activeRow.node.id });
    else return;
    event.preventDefault();
  };
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <Box sx={{ px: 2, py: 0.5, display: 'flex', gap: 2 }}>
        <Box component="span" sx={{ color: 'text.secondary', flex: 1 }}>
          {t('elevation.keys')}
        </Box>
        <span role="status">{moving.said}</span>
      </Box>
      <Box
        ref={scroller}
        role="listbox"
        aria-label={t('view.elevation')}
        aria-multiselectable
        tabIndex={0}
        {...(activeRow && { 'aria-activedescendant': idOf(activeRow) })}
        onKeyDown={onKeyDown}
        onFocus={event => {
          // A press of the pointer brings the focus too: nothing may move away under it.
          if (activeRow === undefined && event.currentTarget.matches(':focus-visible'))
            activate(neighbourOf(elevation, null, 'first'));
        }}
        sx={{ flex: 1, minHeight: 0, overflow: 'auto', '&:focus-visible': { outlineOffset: -2 } }}
      >
        <Box
          sx={{ display: 'flex', boxSizing: 'border-box', minHeight: '100%' }}
          style={{ width: virtual.getTotalSize(), paddingLeft: items[0]?.start ?? 0 }}
        >
          {items.map(item => {
            const rack = elevation.racks[item.index - (hasLoose ? 1 : 0)];
            return (
              <Box
                key={rack?.name ?? ''}
                sx={{ boxSizing: 'border-box', width: columnWidthPx, px: 1, pb: 2, flex: 'none' }}
              >
                {rack === undefined ? (
                  <Box sx={{ position: 'sticky', top: 0, maxHeight: '100%', overflow: 'auto' }}>
                    <LooseServers
                      title={t('group.noRack')}
                      rows={elevation.withoutRack}
                      states={states}
                      handlers={handlers}
                    />
                  </Box>
                ) : (
                  <RackColumn
                    rack={rack}
                    states={states}
                    handlers={handlers}
                    drop={moving.dropIn(rack.name)}
                    onOver={topUnit => moving.over(rack.name, topUnit)}
                    onDrop={moving.drop}
                  />
                )}
              </Box>
            );
          })}
        </Box>
      </Box>
      {menu && <BlockMenu menu={menu} onClose={() => setMenu(null)} />}
    </Box>
  );
}

const directions: Readonly<Record<string, Direction>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Home: 'first',
  End: 'last',
};

function columnOf(racks: ReturnType<typeof elevationOf>['racks'], row: NodeRow, hasLoose: boolean): number {
  const index = racks.findIndex(
    ({ servers, withoutUnit }) => servers.some(server => server.row === row) || withoutUnit.includes(row),
  );
  return index + (hasLoose ? 1 : 0);
}
