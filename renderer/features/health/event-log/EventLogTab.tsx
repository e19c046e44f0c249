import { Box, MenuItem, Select, TextField } from '@mui/material';
import { useCallback, useMemo, useState } from 'react';
import { type HealthEvent, type HealthState, healthStates, type Node } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { VirtualTable } from '../../../ui/VirtualTable.tsx';
import { useFleet } from '../fleet/use-fleet.ts';
import { EventDetail } from './EventDetail.tsx';
import { ExportLog } from './ExportLog.tsx';
import { eventColumns } from './event-columns.tsx';
import type { LogFilter } from './event-search.ts';
import { SaveAndClear } from './SaveAndClear.tsx';
import { useEventLog } from './use-event-log.ts';

const bars = ['all', 'warning', 'critical'] as const;
type Bar = (typeof bars)[number];

const newestFirst = { columnId: 'at', isDescending: true };
const noSort = (): void => undefined;

/** What the BMC wrote down, also what was cleared from it since. */
export function EventLogTab({ node }: { readonly node: Node }) {
  const t = useT();
  const [bar, setBar] = useState<Bar>('all');
  const [text, setText] = useState('');
  const [openSeq, setOpenSeq] = useState<number | null>(null);
  const columns = useMemo(() => eventColumns(t), [t]);
  const filter = useMemo(() => ({ severities: severitiesFrom(bar), text }), [bar, text]);
  const health = useFleet()?.get(node.id);
  const log = useEventLog(node.id, filter, String(health?.eventLog?.entries));
  const choose = useCallback(({ seq }: HealthEvent) => setOpenSeq(seq), []);
  const open = log.events?.find(({ seq }) => seq === openSeq);
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 320 }}>
      <Box
        sx={theme => ({
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          gap: 1,
          px: 2,
          py: 1,
          borderBottom: `1px solid ${theme.colours.line}`,
        })}
      >
        <LogFilterFields bar={bar} onBar={setBar} filter={filter} onText={setText} />
        <ExportLog node={node} filter={filter} />
        {node.bmc !== null && <SaveAndClear node={node} onDone={log.reload} />}
      </Box>
      {log.error && <ErrorLines error={log.error} actions={{ retry: log.reload }} />}
      <Box sx={{ flex: 1, minHeight: 0 }}>
        {log.events?.length === 0 ? (
          <Box sx={{ p: 2, color: 'text.secondary' }}>{t('eventLog.nothing')}</Box>
        ) : (
          <VirtualTable<HealthEvent>
            label={t('eventLog.title')}
            columns={columns}
            rows={log.events ?? noEvents}
            rowKey={rowKey}
            rowName={rowName}
            sort={newestFirst}
            onSort={noSort}
            onOpen={choose}
            openKey={openSeq === null ? null : String(openSeq)}
            onNearEnd={log.more}
          />
        )}
      </Box>
      {open && <EventDetail event={open} onClose={() => setOpenSeq(null)} />}
    </Box>
  );
}

const noEvents: readonly HealthEvent[] = [];
const rowKey = ({ seq }: HealthEvent): string => String(seq);
const rowName = ({ sensorName }: HealthEvent): string => sensorName;

/** That state and all that are worse. */
function severitiesFrom(bar: Bar): readonly HealthState[] {
  return bar === 'all' ? [] : healthStates.slice(healthStates.indexOf(bar));
}

interface FilterProps {
  readonly bar: Bar;
  readonly onBar: (bar: Bar) => void;
  readonly filter: LogFilter;
  readonly onText: (text: string) => void;
}

function LogFilterFields({ bar, onBar, filter, onText }: FilterProps) {
  const t = useT();
  return (
    <>
      <TextField
        value={filter.text}
        onChange={event => onText(event.target.value)}
        placeholder={t('eventLog.search')}
        sx={{ width: 170 }}
        slotProps={{ htmlInput: { 'aria-label': t('eventLog.search'), type: 'search', maxLength: 200 } }}
      />
      <Select<Bar>
        value={bar}
        onChange={event => onBar(event.target.value)}
        slotProps={{ input: { 'aria-label': t('alarms.severity') } }}
        sx={{ minWidth: 130 }}
      >
        {bars.map(name => (
          <MenuItem key={name} value={name}>
            {t(`eventLog.from.${name}`)}
          </MenuItem>
        ))}
      </Select>
    </>
  );
}
