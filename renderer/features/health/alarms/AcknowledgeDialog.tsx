import { TextField } from '@mui/material';
import { useState } from 'react';
import type { AlarmId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { FormDialog } from '../../../ui/FormDialog.tsx';

interface Props {
  readonly ids: readonly AlarmId[];
  readonly onDone: () => void;
  readonly onLeave: () => void;
}

const noteLength = 500;

/** Somebody has seen them, and says what becomes of them. */
export function AcknowledgeDialog({ ids, onDone, onLeave }: Props) {
  const t = useT();
  const client = useClient();
  const [note, setNote] = useState('');
  const acknowledge = useCommand(async () => {
    await client.health.acknowledge({ ids: [...ids], note });
    onDone();
  });
  return (
    <FormDialog
      title={t('alarms.acknowledgeTitle', { count: ids.length })}
      action={t('alarms.acknowledge')}
      isDirty={note !== ''}
      isComplete
      isPending={acknowledge.isPending}
      error={acknowledge.error}
      onSubmit={() => void acknowledge.run()}
      onLeave={onLeave}
    >
      {t('alarms.acknowledgeText')}
      <TextField
        autoFocus
        label={t('alarms.noteLabel')}
        value={note}
        onChange={event => setNote(event.target.value)}
        slotProps={{ htmlInput: { maxLength: noteLength } }}
      />
    </FormDialog>
  );
}
