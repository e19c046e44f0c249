import { Box, Button } from '@mui/material';
import { useEffect } from 'react';
import { openOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Strip } from '../../ui/Strip.tsx';
import { forgetUndo, useUndoable } from './undo.ts';

/** What was done last here, with the way back: its button, or Ctrl+Z. */
export function UndoStrip() {
  const t = useT();
  const client = useClient();
  const last = useUndoable(state => state.last);
  const undo = useCommand(async () => {
    const { last: undoable } = useUndoable.getState();
    if (undoable === null) return;
    if ('dialog' in undoable) return openOverlay(undoable.dialog);
    await undoable.undo(client);
    if (useUndoable.getState().last === undoable) forgetUndo();
  });
  const { run, isPending } = undo;
  const isIdle = last !== null && !isPending;
  useEffect(() => (isIdle ? onUndoKey(() => void run()) : undefined), [run, isIdle]);
  if (last === null) return null;
  return (
    <Strip
      onClose={forgetUndo}
      below={undo.error && <ErrorLines error={undo.error} actions={{ retry: () => void run() }} />}
    >
      <Box component="span" role="status">
        {last.text(t)}
      </Box>
      <Button
        variant="outlined"
        disabled={isPending}
        onClick={() => void run()}
        aria-keyshortcuts="Control+Z"
      >
        {t('action.undo')}
      </Button>
    </Strip>
  );
}

function onUndoKey(undo: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'z' || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    // Fields and dialogs take back what was typed in them.
    if ((event.target as HTMLElement).closest('input, textarea, [role=dialog]')) return;
    event.preventDefault();
    undo();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}
