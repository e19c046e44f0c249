import { Box, Button, TextField } from '@mui/material';
import { useState } from 'react';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient, useConnection } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { FilePicker } from './FilePicker.tsx';

/** A file of the computer that runs the engine: from its own dialog in the desktop window, from a list elsewhere. */
export function ImportDialog() {
  const t = useT();
  const client = useClient();
  const { host } = useConnection();
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const start = useCommand(() => client.images.import({ path: path.trim(), name }));
  const choose = useCommand(async () => {
    const chosen = await host?.calls.chooseImageFile({ title: t('images.importTitle') });
    if (chosen) setPath(chosen.path);
    return true;
  });
  const submit = async () => {
    const image = await start.run();
    if (image === undefined) return;
    closeOverlay();
    goTo('images', image.id);
  };
  return (
    <FormDialog
      title={t('images.importTitle')}
      action={t('images.startImport')}
      isDirty={path !== '' || name !== ''}
      isComplete={path.trim() !== ''}
      isPending={start.isPending}
      error={start.error ?? choose.error}
      onSubmit={() => void submit()}
      onLeave={closeOverlay}
      maxWidth="md"
    >
      <Box sx={{ color: 'text.secondary' }}>{t('images.importHelp')}</Box>
      <Box sx={{ display: 'flex', gap: 1, pt: 0.5 }}>
        <TextField
          required
          label={t('images.path')}
          value={path}
          onChange={event => setPath(event.target.value)}
          slotProps={{ htmlInput: { spellCheck: false } }}
        />
        {host && (
          <Button variant="outlined" disabled={choose.isPending} onClick={() => void choose.run()}>
            {t('images.choose')}
          </Button>
        )}
      </Box>
      {!host && <FilePicker chosen={path} onChoose={setPath} />}
      <TextField
        label={t('images.nameOptional')}
        value={name}
        onChange={event => setName(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 120, spellCheck: false } }}
      />
    </FormDialog>
  );
}
