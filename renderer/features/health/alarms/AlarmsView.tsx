import { Box, Button, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useCallback, useMemo, useState } from 'react';
import type { AlarmId } from '#shared/model/ids.ts';
import { goTo } from '../../../app/route.ts';
import { type AlarmStage, alarmStages } from '../../../client/alarms.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { nextSort, type Sort, sortedRows } from '../../../ui/table-columns.ts';
import { VirtualTable } from '../../../ui/VirtualTable.tsx';
import { AcknowledgeDialog } from './AcknowledgeDialog.tsx';
import { alarmColumns } from './alarm-columns.tsx';
import { type AlarmRow, matchingAlarms, stageCounts, stageShown } from './alarm-rows.ts';

interface Props {
  readonly rows: readonly AlarmRow[];
  readonly text: string;
  readonly openRow: AlarmRow | undefined;
}

const worstFirst: Sort = { columnId: 'severity', isDescending: true };
const nothing: ReadonlySet<string> = new Set();

/** What needs, or needed, a person. Several can be acknowledged at once. */
export function AlarmsView({ rows, text, openRow }: Props) {
  const t = useT();
  const [chosenStage, setStage] = useState<AlarmStage>();
  const stage = stageShown(chosenStage, openRow?.alarm);
  const [sort, setSort] = useState(worstFirst);
  const [selectedKeys, setSelectedKeys] = useState(nothing);
  const [isAsking, setAsking] = useState(false);
  const columns = useMemo(() => alarmColumns(t), [t]);
  const counts = useMemo(() => stageCounts(rows), [rows]);
  const shown = useMemo(
    () => sortedRows(matchingAlarms(rows, stage, text), columns, sort),
    [rows, stage, text, columns, sort],
  );
  const selection = useMemo(
    () => (stage === 'open' ? { keys: selectedKeys, onChange: setSelectedKeys } : undefined),
    [stage, selectedKeys],
  );
  const selected = useMemo(() => selectedIds(shown, selectedKeys), [shown, selectedKeys]);
  const onSort = useCallback((columnId: string) => setSort(known => nextSort(known, columnId)), []);
  const done = () => {
    setAsking(false);
    setSelectedKeys(nothing);
  };
  return (
    <>
      <Box
        role="toolbar"
        aria-label={t('alarms.toolbar')}
        sx={theme => ({
          display: 'flex',
          alignItems: 'center',
          gap: 1,
          px: 2,
          py: 0.75,
          borderBottom: `1px solid ${theme.colours.line}`,
        })}
      >
        <ToggleButtonGroup
          exclusive
          aria-label={t('alarms.stage')}
          value={stage}
          onChange={(_, picked: AlarmStage | null) => {
            if (picked !== null) setStage(picked);
          }}
        >
          {alarmStages.map(name => (
            <ToggleButton key={name} value={name}>
              {t('alarms.stageCount', { stage: t(`alarmStage.${name}`), count: counts[name] })}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        {stage === 'open' && (
          <>
            <Box component="span" role="status" sx={{ color: 'text.secondary' }}>
              {selected.length > 0 && t('alarms.selected', { count: selected.length })}
            </Box>
            <Button variant="contained" disabled={selected.length === 0} onClick={() => setAsking(true)}>
              {t('alarms.acknowledgeAsk')}
            </Button>
          </>
        )}
      </Box>
      <Box sx={{ flex: 1, minHeight: 0, backgroundColor: 'background.paper' }}>
        {shown.length === 0 ? (
          <EmptyState title={t('alarms.none')}>{t(`alarms.none.${stage}`)}</EmptyState>
        ) : (
          <VirtualTable<AlarmRow>
            label={t('alarms.title')}
            columns={columns}
            rows={shown}
            rowKey={rowKey}
            rowName={rowName}
            sort={sort}
            onSort={onSort}
            onOpen={open}
            openKey={openRow?.id ?? null}
            {...(selection && { selection })}
          />
        )}
      </Box>
      {isAsking && <AcknowledgeDialog ids={selected} onDone={done} onLeave={() => setAsking(false)} />}
    </>
  );
}

const rowKey = ({ id }: AlarmRow): string => id;
const rowName = ({ serverName, text }: AlarmRow): string => `${serverName}: ${text}`;
const open = ({ id }: AlarmRow): void => goTo('health', 'alarms', id);

/** One that is over meanwhile, or that the filter hides, is not acknowledged unseen. */
function selectedIds(shown: readonly AlarmRow[], keys: ReadonlySet<string>): readonly AlarmId[] {
  return shown.filter(({ id }) => keys.has(id)).map(({ id }) => id);
}
