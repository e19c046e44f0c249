import { Box, Table, TableBody, TableCell, TableHead, TableRow, TextField } from '@mui/material';
import { useState } from 'react';
import { type BackupPreview, storedCounts } from '#shared/contract/index.ts';
import { notify } from '../../app/notifications.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useQuery } from '../../client/use-query.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { zonedText } from '../../ui/time-text.ts';

interface Props {
  readonly name: string;
  readonly onClose: () => void;
}

const countNames = storedCounts.keyof().options;

/** What is in a backup beside what is here, and the word that takes one for the other. */
export function RestoreDialog({ name, onClose }: Props) {
  const t = useT();
  const client = useClient();
  const [word, setWord] = useState('');
  const preview = useQuery(name, signal => client.backup.preview({ name }, signal));
  const restore = useCommand(async () => {
    await client.backup.restore({ name, confirmed: word.trim() });
    notify('good', { key: 'backup.restored', values: { name } });
    onClose();
  });
  const { data } = preview;
  return (
    <FormDialog
      title={t('backup.restoreTitle')}
      action={t('backup.restore')}
      isDirty={false}
      isComplete={data !== undefined && word.trim() === data.confirmWord}
      isPending={restore.isPending}
      error={restore.error}
      onSubmit={() => void restore.run()}
      onLeave={onClose}
    >
      {data === undefined && preview.isPending && <Box role="status">{t('backup.reading')}</Box>}
      {preview.error && <ErrorLines error={preview.error} actions={{ retry: preview.reload }} />}
      {data && (
        <>
          <PreviewFacts preview={data} />
          <TextField
            label={t('backup.type', { word: data.confirmWord })}
            value={word}
            onChange={event => setWord(event.target.value)}
            slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
          />
        </>
      )}
    </FormDialog>
  );
}

function PreviewFacts({ preview }: { readonly preview: BackupPreview }) {
  const t = useT();
  const { missingImages, interrupted, secrets } = preview;
  return (
    <>
      <Facts
        facts={[
          { label: t('backup.made'), value: zonedText(preview.createdAt) },
          { label: t('backup.version'), value: preview.version },
        ]}
      />
      <Table size="small" aria-label={t('backup.counts')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('backup.counts')}</TableCell>
            <TableCell align="right">{t('backup.inFile')}</TableCell>
            <TableCell align="right">{t('backup.present')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {countNames.map(name => (
            <TableRow key={name}>
              <TableCell component="th" scope="row">
                {t(`backup.count.${name}`)}
              </TableCell>
              <TableCell align="right">{preview.counts[name]}</TableCell>
              <TableCell align="right">{preview.present[name]}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <Notice>
        <div>{t('backup.replaces')}</div>
        <div>{t('backup.watching')}</div>
        {secrets === 'sealed-with-another-key' && <div>{t('backup.otherKey')}</div>}
        {missingImages.length > 0 && (
          <div>{t('backup.missingImages', { names: missingImages.join(', ') })}</div>
        )}
        {interrupted.length > 0 && <div>{t('backup.interrupted', { names: interrupted.join(', ') })}</div>}
      </Notice>
    </>
  );
}
