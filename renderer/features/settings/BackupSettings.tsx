import { Box, Button, LinearProgress } from '@mui/material';
import { type ChangeEvent, useRef, useState } from 'react';
import type { SavedFile } from '#shared/contract/index.ts';
import { useConnection } from '../../client/client-context.tsx';
import { useConnectionState } from '../../client/connection-store.ts';
import { bringFile, sendBackup } from '../../client/saved-files.ts';
import { useCommand } from '../../client/use-command.ts';
import { useQuery } from '../../client/use-query.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { bytesText } from '../../ui/measure-text.ts';
import { Section } from '../../ui/Section.tsx';
import { BackupTable } from './BackupTable.tsx';
import { RestoreDialog } from './RestoreDialog.tsx';

interface Progress {
  readonly done: number;
  readonly total: number;
}

type Asked = { readonly is: 'restore' | 'remove'; readonly name: string };

/** Backups on the engine's computer, made here or brought from elsewhere. */
export function BackupSettings() {
  const t = useT();
  const connection = useConnection();
  const { client } = connection;
  const [asked, setAsked] = useState<Asked | null>(null);
  const [made, setMade] = useState<SavedFile | null>(null);
  const [progress, setProgress] = useState<Progress | null>(null);
  // Asked again when the engine is back: a restore leaves a backup of what it replaced.
  const isOpen = useConnectionState(({ state }) => state.is === 'open');
  const backups = useQuery(isOpen ? 'backups' : null, signal => client.backup.list({}, signal));
  const create = useCommand(async () => {
    setMade(await client.backup.create({}));
    backups.reload();
  });
  const bring = useCommand((name: string) => bringFile(connection, 'backup', name, t('backup.download')));
  const receive = useCommand(async (file: File) => {
    try {
      const kept = await sendBackup(client, file, done => setProgress({ done, total: file.size }));
      setAsked({ is: 'restore', name: kept.name });
      backups.reload();
    } finally {
      setProgress(null);
    }
  });
  const error = create.error ?? bring.error ?? receive.error ?? backups.error;
  const isBusy = create.isPending || receive.isPending;
  const close = () => setAsked(null);
  return (
    <Section level={2} title={t('backup.title')}>
      <Box sx={{ color: 'text.secondary' }}>
        {t('backup.what')} {t('backup.sealed')}
      </Box>
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', alignItems: 'center' }}>
        <Button variant="outlined" disabled={isBusy} onClick={() => void create.run()}>
          {t('backup.create')}
        </Button>
        <OpenFileButton isDisabled={isBusy} onFile={file => void receive.run(file)} />
        <Box role="status" sx={{ overflowWrap: 'anywhere' }}>
          {create.isPending && t('backup.creating')}
          {!create.isPending &&
            made &&
            t('backup.created', { name: made.name, size: bytesText(made.sizeBytes) })}
        </Box>
      </Box>
      {progress && <ReceiveProgress {...progress} />}
      {error && <ErrorLines error={error} />}
      <BackupTable
        files={backups.data}
        onSave={name => void bring.run(name)}
        onRestore={name => setAsked({ is: 'restore', name })}
        onRemove={name => setAsked({ is: 'remove', name })}
      />
      {asked?.is === 'restore' && <RestoreDialog name={asked.name} onClose={close} />}
      {asked?.is === 'remove' && (
        <RemoveDialog
          name={asked.name}
          onClose={() => {
            close();
            backups.reload();
          }}
        />
      )}
    </Section>
  );
}

function OpenFileButton(props: { readonly isDisabled: boolean; readonly onFile: (file: File) => void }) {
  const t = useT();
  const field = useRef<HTMLInputElement>(null);
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? [];
    if (file !== undefined) props.onFile(file);
    // The same file may be chosen again.
    event.target.value = '';
  };
  return (
    <>
      <Button variant="outlined" disabled={props.isDisabled} onClick={() => field.current?.click()}>
        {t('backup.openFile')}
      </Button>
      <input ref={field} type="file" accept=".gz,application/gzip" hidden onChange={choose} />
    </>
  );
}

function ReceiveProgress({ done, total }: Progress) {
  const t = useT();
  const text = t('backup.receiving', { done: bytesText(done), total: bytesText(total) });
  return (
    <Box sx={{ display: 'grid', gap: 0.5 }}>
      <span>{text}</span>
      <LinearProgress variant="determinate" value={(100 * done) / Math.max(1, total)} aria-label={text} />
    </Box>
  );
}

function RemoveDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const t = useT();
  const { client } = useConnection();
  const remove = useCommand(async () => {
    await client.backup.remove({ name });
    onClose();
  });
  return (
    <ConfirmDialog
      title={t('backup.removeTitle')}
      action={t('backup.remove')}
      isDangerous
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => void remove.run()}
      onClose={onClose}
    >
      {t('backup.removeText', { name })}
    </ConfirmDialog>
  );
}
