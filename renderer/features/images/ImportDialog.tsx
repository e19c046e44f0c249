import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { type FormEvent, useState } from 'react';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient, useConnection } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { useLeaving } from '../../ui/use-leaving.tsx';
import { FilePicker } from './FilePicker.tsx';

/** A file of the computer that runs the engine: from its own dialog in the desktop window, from a list elsewhere. */
export function ImportDialog() {
  const t = useT();
  const client = useClient();
  const { host } = useConnection();
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const leaving = useLeaving(path !== '' || name !== '', closeOverlay);
  const start = useCommand(() => client.images.import({ path: path.trim(), name }));
  const choose = useCommand(async () => {
    const chosen = await host?.calls.chooseImageFile({ title: t('images.importTitle') });
    if (chosen) setPath(chosen.path);
    return true;
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (path.trim() === '' || start.isPending) return;
    const image = await start.run();
    if (image === undefined) return;
    closeOverlay();
    goTo('images', image.id);
  };
  return (
    <Dialog open onClose={leaving.onDialogClose} maxWidth="md" fullWidth aria-labelledby="import-image">
      <form onSubmit={event => void submit(event)} style={{ display: 'contents' }}>
        <DialogTitle id="import-image">{t('images.importTitle')}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
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
          {start.error && <ErrorLines error={start.error} />}
          {choose.error && <ErrorLines error={choose.error} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={leaving.leave}>{t('action.cancel')}</Button>
          <Button type="submit" variant="contained" disabled={path.trim() === '' || start.isPending}>
            {t('images.startImport')}
          </Button>
        </DialogActions>
      </form>
      {leaving.question}
    </Dialog>
  );
}
