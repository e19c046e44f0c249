import { Box, Button } from '@mui/material';
import { useCallback, useMemo, useState } from 'react';
import { openOverlay } from '../../../app/overlay.ts';
import { goTo } from '../../../app/route.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { nextSort, type Sort, sortedRows } from '../../../ui/table-columns.ts';
import { VirtualTable } from '../../../ui/VirtualTable.tsx';
import { fleetColumns } from './fleet-columns.tsx';
import { type FleetRow, matchingRows, type Tile, tileCounts } from './fleet-rows.ts';
import { StateTiles } from './StateTiles.tsx';

interface Props {
  /** By name. */
  readonly rows: readonly FleetRow[];
  readonly text: string;
  readonly openId: string | undefined;
}

const worstFirst: Sort = { columnId: 'state', isDescending: true };

/** Every server that has a BMC, the worst on top. */
export function FleetView({ rows, text, openId }: Props) {
  const t = useT();
  const [tile, setTile] = useState<Tile | null>(null);
  const [sort, setSort] = useState(worstFirst);
  const columns = useMemo(() => fleetColumns(t), [t]);
  const counts = useMemo(() => tileCounts(rows), [rows]);
  const shown = useMemo(
    () => sortedRows(matchingRows(rows, tile, text), columns, sort),
    [rows, tile, text, columns, sort],
  );
  const onSort = useCallback((columnId: string) => setSort(known => nextSort(known, columnId)), []);
  return (
    <>
      <StateTiles counts={counts} chosen={tile} onChoose={setTile} />
      <Box sx={{ flex: 1, minHeight: 0, backgroundColor: 'background.paper' }}>
        {shown.length === 0 ? (
          <EmptyState title={t('rack.nothingMatches')}>{t('rack.nothingMatchesHint')}</EmptyState>
        ) : (
          <VirtualTable<FleetRow>
            label={t('health.servers')}
            columns={columns}
            rows={shown}
            rowKey={rowKey}
            rowName={rowName}
            sort={sort}
            onSort={onSort}
            onOpen={open}
            openKey={openId ?? null}
          />
        )}
      </Box>
    </>
  );
}

const rowKey = ({ id }: FleetRow): string => id;
const rowName = ({ name }: FleetRow): string => name;
const open = ({ id }: FleetRow): void => goTo('health', id, 'sensors');

/** Before there is a BMC to ask. */
export function NoFleet() {
  const t = useT();
  return (
    <EmptyState
      title={t('health.emptyTitle')}
      actions={
        <>
          <Button variant="contained" onClick={() => openOverlay({ is: 'add-server' })}>
            {t('rack.add')}
          </Button>
          <Button variant="outlined" onClick={() => openOverlay({ is: 'scan' })}>
            {t('scan.open')}
          </Button>
          <Button onClick={() => goTo('rack')}>{t('lanes.toRack')}</Button>
        </>
      }
    >
      {t('health.emptyText')}
    </EmptyState>
  );
}
