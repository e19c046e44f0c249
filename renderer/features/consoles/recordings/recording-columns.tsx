import DeleteOutlineIcon from '@mui/icons-material/DeleteOutlined';
import { IconButton } from '@mui/material';
import type { ConsoleRecording, Node } from '#shared/contract/index.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { bytesText } from '../../../ui/measure-text.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import type { Column } from '../../../ui/table-columns.ts';
import { clockText, dateText, durationText, zonedText } from '../../../ui/time-text.ts';

export interface RecordingRow extends ConsoleRecording {
  readonly name: string;
}

/** With the names of their servers; its id's first letters where a server is gone. */
export function recordingRows(
  recordings: readonly ConsoleRecording[],
  nodes: ReadonlyMap<string, Node>,
): readonly RecordingRow[] {
  return recordings.map(row => ({ ...row, name: nodes.get(row.nodeId)?.name ?? row.nodeId.slice(0, 8) }));
}

export function recordingColumns(
  t: Translate,
  onRemove: (row: RecordingRow) => void,
): readonly Column<RecordingRow>[] {
  return [
    {
      id: 'name',
      header: t('rack.name'),
      width: 140,
      grow: 1,
      rank: 1,
      cell: row => <span className="text-strong">{row.name}</span>,
      sortValue: row => row.name,
    },
    {
      id: 'started',
      header: t('recordings.started'),
      width: 170,
      rank: 2,
      cell: row => (
        <span
          title={zonedText(row.startedAt)}
        >{`${dateText(row.startedAt)} ${clockText(row.startedAt)}`}</span>
      ),
      sortValue: row => row.startedAt,
    },
    {
      id: 'duration',
      header: t('recordings.duration'),
      width: 130,
      rank: 3,
      cell: row =>
        row.endedAt === null ? (
          <ToneText tone="busy">{t('recordings.running')}</ToneText>
        ) : (
          durationText(t, row.endedAt - row.startedAt)
        ),
      sortValue: row => (row.endedAt === null ? Number.POSITIVE_INFINITY : row.endedAt - row.startedAt),
    },
    {
      id: 'size',
      header: t('recordings.size'),
      width: 110,
      rank: 4,
      cell: row => bytesText(row.outputBytes),
      sortValue: row => row.outputBytes,
    },
    {
      id: 'deployments',
      header: t('recordings.deployments'),
      width: 120,
      rank: 6,
      cell: row => (row.deploymentIds.length === 0 ? '' : String(row.deploymentIds.length)),
      sortValue: row => row.deploymentIds.length,
    },
    {
      id: 'remove',
      header: t('recordings.removeAction'),
      width: 90,
      rank: 5,
      // What is being made has no end yet to be removed by.
      cell: row =>
        row.endedAt !== null && (
          <RemoveButton label={t('recordings.remove', { name: row.name })} onRemove={() => onRemove(row)} />
        ),
    },
  ];
}

function RemoveButton({ label, onRemove }: { readonly label: string; readonly onRemove: () => void }) {
  return (
    <IconButton
      aria-label={label}
      onClick={event => {
        // The row itself opens the recording.
        event.stopPropagation();
        onRemove();
      }}
    >
      <DeleteOutlineIcon fontSize="small" />
    </IconButton>
  );
}
