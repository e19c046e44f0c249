import { Box, Button, TextField } from '@mui/material';
import { useState } from 'react';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient, useConnection } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { FilePicker } from './FilePicker.tsx';
import { importFiles } from './import-files.ts';
import { LibrarySpace } from './LibrarySpace.tsx';
import { PickFilesButton } from './PickFilesButton.tsx';

/**
 * Files of the computer that runs the engine: from its own dialog in the desktop window, from a list elsewhere. A browser
 * may send some of its own computer too.
 */
export function ImportDialog() {
  const t = useT();
  const connection = useConnection();
  const { host } = connection;
  const [text, setText] = useState('');
  const [name, setName] = useState('');
  const paths = pathsIn(text);
  const start = useImport(setText);
  const choose = useCommand(async () => {
    const chosen = await host?.calls.chooseImageFiles({ title: t('images.importTitle') });
    setText(known => [...pathsIn(known), ...(chosen?.paths ?? [])].join('\n'));
    return true;
  });
  const submit = async () => {
    const image = await start.run(paths, name);
    if (image === undefined) return;
    closeOverlay();
    goTo('images', ...(paths.length === 1 ? [image.id] : []));
  };
  const send = (files: readonly File[]) => {
    if (files.length === 0) return;
    closeOverlay();
    goTo('images');
    void importFiles(connection, files);
  };
  const toggle = (path: string) =>
    setText((paths.includes(path) ? paths.filter(one => one !== path) : [...paths, path]).join('\n'));
  return (
    <FormDialog
      title={t('images.importTitle')}
      action={t('images.startImport')}
      isDirty={text !== '' || name !== ''}
      isComplete={paths.length > 0}
      isPending={start.isPending}
      error={start.error ?? choose.error}
      onSubmit={() => void submit()}
      onLeave={closeOverlay}
      moreActions={!host && <PickFilesButton onPick={send} />}
      maxWidth="md"
    >
      <Box sx={{ color: 'text.secondary' }}>{t('images.importHelp')}</Box>
      <Box sx={{ display: 'flex', gap: 1, pt: 0.5, alignItems: 'flex-start' }}>
        <TextField
          required
          multiline
          maxRows={5}
          label={t('images.paths')}
          value={text}
          onChange={event => setText(event.target.value)}
          slotProps={{ htmlInput: { spellCheck: false } }}
        />
        {host && (
          <Button
            variant="outlined"
            sx={{ flex: 'none' }}
            disabled={choose.isPending}
            onClick={() => void choose.run()}
          >
            {t('images.choose')}
          </Button>
        )}
      </Box>
      {!host && <FilePicker chosen={paths} onToggle={toggle} />}
      {paths.length < 2 && (
        <TextField
          label={t('images.nameOptional')}
          value={name}
          onChange={event => setName(event.target.value)}
          slotProps={{ htmlInput: { maxLength: 120, spellCheck: false } }}
        />
      )}
      <LibrarySpace paths={paths} />
    </FormDialog>
  );
}

/** One path a line. */
function pathsIn(text: string): string[] {
  const lines = text.split('\n').map(line => line.trim());
  return [...new Set(lines.filter(line => line !== ''))].slice(0, 200);
}

/** Begins them in their order; where one is refused it and those behind it stay in the form. Answers with the last. */
function useImport(onLeft: (text: string) => void) {
  const client = useClient();
  return useCommand(async (paths: readonly string[], name: string) => {
    let image: Awaited<ReturnType<typeof client.images.import>> | undefined;
    for (const [index, path] of paths.entries()) {
      onLeft(paths.slice(index).join('\n'));
      image = await client.images.import({ path, name: paths.length === 1 ? name : '' });
    }
    return image;
  });
}
