import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { clockText, dateText } from '../../../ui/time-text.ts';
import type { RecordingRow } from './recording-columns.tsx';

interface Props {
  readonly row: RecordingRow;
  readonly onRemoved: () => void;
  readonly onClose: () => void;
}

/** There is no way back: what a console said is nowhere else. */
export function RemoveRecording({ row, onRemoved, onClose }: Props) {
  const t = useT();
  const { consoles } = useClient();
  const remove = useCommand(async () => {
    await consoles.removeRecording({ recordingId: row.id });
    onRemoved();
    onClose();
  });
  return (
    <ConfirmDialog
      title={t('recordings.removeTitle', {
        name: row.name,
        time: `${dateText(row.startedAt)} ${clockText(row.startedAt)}`,
      })}
      action={t('recordings.removeAction')}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => void remove.run()}
      onClose={onClose}
    >
      {t('recordings.removeText')}
    </ConfirmDialog>
  );
}
