import { useCallback, useMemo } from 'react';
import { assertNever } from '#shared/model/assert-never.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useT } from '../../i18n/i18n.ts';
import { type Column, nextSort } from '../../ui/table-columns.ts';
import { type Tree, VirtualTable } from '../../ui/VirtualTable.tsx';
import { DiscoveredLine } from './DiscoveredLine.tsx';
import { GroupLine, groupName, UnknownRestLine } from './GroupLine.tsx';
import { type RackRow, rowKey, rowName, selectedBy } from './rack-rows.ts';
import { arrivals } from './use-arrivals.ts';
import { changeView, foldGroup, showAllUnknown, useShownRack } from './views/rack-view-store.ts';

interface Props {
  readonly columns: readonly Column<RackRow>[];
  readonly lines: readonly RackRow[];
  readonly openId: string | undefined;
  readonly selectedKeys: ReadonlySet<string>;
  readonly onSelect: (keys: ReadonlySet<string>) => void;
}

export function RackTable({ columns, lines, openId, selectedKeys, onSelect }: Props) {
  const t = useT();
  const { sort, grouping } = useShownRack(state => state.view);
  const open = useCallback((row: RackRow) => {
    if (row.is === 'node') goTo('rack', row.node.id);
    else if (row.is === 'group' || row.is === 'unknown-rest') fold(row, !row.isFolded);
    else openOverlay({ is: 'add-server', mac: row.discovered.mac });
  }, []);
  const selection = useMemo(
    () => ({ keys: selectedKeys, onChange: onSelect, keysOf: selectedBy }),
    [selectedKeys, onSelect],
  );
  const nameOf = useCallback((row: RackRow) => (row.is === 'group' ? groupName(t, row) : rowName(row)), [t]);
  return (
    <VirtualTable<RackRow>
      label={t('rack.title')}
      columns={columns}
      rows={lines}
      rowKey={rowKey}
      rowName={nameOf}
      sort={sort}
      onSort={columnId => changeView({ sort: nextSort(sort, columnId) })}
      onOpen={open}
      openKey={openId ?? null}
      wide={wideRow}
      isNew={isNewRow}
      selection={selection}
      tree={grouping !== 'none' ? groupTree : lines.some(isUnknownRest) ? unknownTree : undefined}
    />
  );
}

/** Unknown machines alone are folded: servers stand beside the line, not below it. */
const unknownTree: Tree<RackRow> = {
  levelOf: row => (row.is === 'discovered' && !row.isNewest ? 2 : 1),
  isExpanded: row => (row.is === 'group' || row.is === 'unknown-rest' ? !row.isFolded : undefined),
  onExpand: (row, isExpanded) => fold(row, !isExpanded),
};

const groupTree: Tree<RackRow> = {
  ...unknownTree,
  levelOf: row => (row.is === 'node' ? 2 : unknownTree.levelOf(row)),
};

function fold(row: RackRow, isFolded: boolean): void {
  if (row.is === 'group') foldGroup(row.key, isFolded);
  if (row.is === 'unknown-rest') showAllUnknown(!isFolded);
}

const isUnknownRest = (row: RackRow) => row.is === 'unknown-rest';

function wideRow(row: RackRow, isActive: boolean) {
  switch (row.is) {
    case 'discovered':
      return <DiscoveredLine machine={row.discovered} isActive={isActive} />;
    case 'unknown-rest':
      return <UnknownRestLine rest={row} />;
    case 'group':
      return <GroupLine group={row} />;
    case 'node':
      return null;
    default:
      return assertNever(row);
  }
}

function isNewRow(row: RackRow): boolean {
  return (row.is === 'node' || row.is === 'discovered') && arrivals.isFresh(rowKey(row));
}
