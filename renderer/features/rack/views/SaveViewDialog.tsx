import { TextField } from '@mui/material';
import { useState } from 'react';
import { isSameViewName } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { FormDialog } from '../../../ui/FormDialog.tsx';
import { useShownRack } from './rack-view-store.ts';
import { storeView, useStoredViews } from './stored-views.ts';

/** Gives what is shown now a name. */
export function SaveViewDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const client = useClient();
  const [name, setName] = useState('');
  const views = useStoredViews();
  const view = useShownRack(state => state.view);
  const other = views.find(stored => isSameViewName(stored.name, name));
  const save = useCommand(async () => {
    await storeView(client, { ...view, name: other?.name ?? name.trim() });
    onClose();
  });
  return (
    <FormDialog
      title={t('view.saveTitle')}
      isDirty={name !== ''}
      isComplete={name.trim() !== ''}
      isPending={save.isPending}
      error={save.error}
      onSubmit={() => void save.run()}
      onLeave={onClose}
    >
      <TextField
        autoFocus
        required
        label={t('view.name')}
        value={name}
        onChange={event => setName(event.target.value)}
        helperText={t(other === undefined ? 'view.nameHelp' : 'view.nameTaken')}
        sx={{ mt: 1 }}
        slotProps={{ htmlInput: { maxLength: 60 } }}
      />
    </FormDialog>
  );
}
