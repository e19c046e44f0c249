import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useState } from 'react';
import { closeOverlay } from '../../../app/overlay.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useMany } from '../../../client/use-many.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { useLeaving } from '../../../ui/use-leaving.tsx';
import { RunReport } from '../../server-form/RunReport.tsx';
import { ImportPreview } from './ImportPreview.tsx';
import { type ImportItem, importOne } from './import-rows.ts';
import { type Sheet, SheetChoice } from './SheetChoice.tsx';

/** Servers from a file or from the clipboard: chosen, looked at and mended, then taken over row by row. */
export function ImportServersDialog() {
  const t = useT();
  const client = useClient();
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const many = useMany<ImportItem>(item => importOne(client, useWorld.getState(), item));
  const phase = many.state.is;
  const leaving = useLeaving(sheet !== null && phase === 'idle', closeOverlay);
  return (
    <Dialog
      open
      onClose={phase === 'running' ? () => undefined : leaving.onDialogClose}
      maxWidth="xl"
      fullWidth
      aria-labelledby="import-servers"
    >
      <DialogTitle id="import-servers">
        {t('import.title')}
        {sheet && sheet.name !== '' && t('import.from', { name: sheet.name })}
      </DialogTitle>
      {phase !== 'idle' ? (
        <>
          <DialogContent>
            <RunReport
              label={t('import.running')}
              state={many.state}
              nameOf={({ name }) => name}
              onStop={many.stop}
              onRetry={many.retry}
            />
          </DialogContent>
          <DialogActions>
            <Button variant="contained" disabled={phase === 'running'} onClick={closeOverlay}>
              {t('action.close')}
            </Button>
          </DialogActions>
        </>
      ) : sheet === null ? (
        <SheetChoice onSheet={setSheet} onLeave={leaving.leave} />
      ) : (
        <ImportPreview
          sheet={sheet}
          onOther={() => setSheet(null)}
          onTake={many.start}
          onLeave={leaving.leave}
        />
      )}
      {leaving.question}
    </Dialog>
  );
}
