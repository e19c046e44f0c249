import { Box, Button, TextField } from '@mui/material';
import { useMemo, useState } from 'react';
import type { NodeId } from '#shared/model/ids.ts';
import { goTo } from '../../../app/route.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useQuery } from '../../../client/use-query.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { ScreenHeader } from '../../../ui/ScreenHeader.tsx';
import { nextSort, type Sort, sortedRows } from '../../../ui/table-columns.ts';
import { VirtualTable } from '../../../ui/VirtualTable.tsx';
import { HitTable } from './HitTable.tsx';
import { RemoveRecording } from './RemoveRecording.tsx';
import { type RecordingRow, recordingColumns, recordingRows } from './recording-columns.tsx';

/** What consoles said: every recording, or the lines of all of them that have the words that are searched for. */
export function RecordingsScreen({ nodeId }: { readonly nodeId: NodeId | undefined }) {
  const t = useT();
  const { consoles } = useClient();
  const [text, setText] = useState('');
  const [removing, setRemoving] = useState<RecordingRow | null>(null);
  const nodes = useWorld(world => world.nodes);
  const ofServer = nodeId === undefined ? {} : { nodeId };
  const recordings = useQuery(nodeId ?? 'all', () =>
    consoles.recordings({ ...ofServer, limit: mostRecordings }),
  );
  const searched = text.trim();
  const isSearching = searched.length >= 2;
  const hits = useQuery(
    isSearching ? `${nodeId ?? ''} ${searched}` : null,
    signal => consoles.search({ text: searched, ...ofServer, limit: mostHits }, signal),
    typingPauseMs,
  );
  const rows = useMemo(() => recordingRows(recordings.data ?? [], nodes), [recordings.data, nodes]);
  const error = isSearching ? hits.error : recordings.error;
  const title =
    nodeId === undefined
      ? t('recordings.title')
      : t('recordings.allOf', { name: nodes.get(nodeId)?.name ?? '' });
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      <ScreenHeader title={title} detail={detailOf()}>
        <TextField
          value={text}
          onChange={event => setText(event.target.value)}
          placeholder={t('recordings.search')}
          slotProps={{ htmlInput: { 'aria-label': t('recordings.search'), type: 'search' } }}
          sx={{ width: 280 }}
        />
        {nodeId !== undefined && (
          <Button onClick={() => goTo('consoles', 'recordings')}>{t('recordings.all')}</Button>
        )}
        <Button onClick={() => goTo('consoles')}>{t('recordings.toConsoles')}</Button>
      </ScreenHeader>
      {error && (
        <Box sx={{ p: 2 }}>
          <ErrorLines error={error} actions={{ retry: isSearching ? hits.reload : recordings.reload }} />
        </Box>
      )}
      <Box sx={{ flex: 1, minHeight: 0, backgroundColor: 'background.paper' }}>
        {isSearching ? (
          <HitTable hits={hits.data} isPending={hits.isPending} />
        ) : (
          <RecordingTable rows={rows} isLoaded={recordings.data !== undefined} onRemove={setRemoving} />
        )}
      </Box>
      {removing && (
        <RemoveRecording row={removing} onRemoved={recordings.reload} onClose={() => setRemoving(null)} />
      )}
    </Box>
  );

  function detailOf(): string {
    if (isSearching) return hits.data === undefined ? '' : t('recordings.hits', { count: hits.data.length });
    return recordings.data === undefined ? '' : t('recordings.count', { count: rows.length });
  }
}

const mostRecordings = 1000;
const mostHits = 500;
const typingPauseMs = 250;

interface TableProps {
  readonly rows: readonly RecordingRow[];
  readonly isLoaded: boolean;
  readonly onRemove: (row: RecordingRow) => void;
}

function RecordingTable({ rows: unsorted, isLoaded, onRemove }: TableProps) {
  const t = useT();
  const [sort, setSort] = useState<Sort>({ columnId: 'started', isDescending: true });
  const columns = useMemo(() => recordingColumns(t, onRemove), [t, onRemove]);
  const rows = useMemo(() => sortedRows(unsorted, columns, sort), [unsorted, columns, sort]);
  if (isLoaded && rows.length === 0)
    return <EmptyState title={t('recordings.emptyTitle')}>{t('recordings.emptyText')}</EmptyState>;
  return (
    <VirtualTable<RecordingRow>
      label={t('recordings.title')}
      columns={columns}
      rows={rows}
      rowKey={rowKey}
      rowName={rowName}
      sort={sort}
      onSort={columnId => setSort(known => nextSort(known, columnId))}
      onOpen={openRow}
    />
  );
}

const rowKey = ({ id }: RecordingRow): string => id;
const rowName = ({ name }: RecordingRow): string => name;
const openRow = ({ id }: RecordingRow): void => goTo('consoles', 'replay', id);
