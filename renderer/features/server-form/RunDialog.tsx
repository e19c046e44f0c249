import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useId } from 'react';
import { closeOverlay } from '../../app/overlay.ts';
import type { Many } from '../../client/use-many.ts';
import { useT } from '../../i18n/i18n.ts';
import { RunReport } from './RunReport.tsx';

interface Props<Item extends { readonly name: string }> {
  readonly title: string;
  /** What is done: `Changing servers`. */
  readonly label: string;
  readonly many: Many<Item>;
}

/** A row of commands with its progress; stopped by its button, and closed when it has come to its end. */
export function RunDialog<Item extends { readonly name: string }>({ title, label, many }: Props<Item>) {
  const t = useT();
  const titleId = useId();
  const isRunning = many.state.is === 'running';
  return (
    <Dialog
      open
      onClose={() => {
        if (!isRunning) closeOverlay();
      }}
      maxWidth="md"
      fullWidth
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId}>{title}</DialogTitle>
      <DialogContent>
        <RunReport
          label={label}
          state={many.state}
          nameOf={({ name }) => name}
          onStop={many.stop}
          onRetry={many.retry}
        />
      </DialogContent>
      <DialogActions>
        <Button variant="contained" disabled={isRunning} onClick={closeOverlay}>
          {t('action.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
