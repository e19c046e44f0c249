import { Box, Button } from '@mui/material';
import { notify } from '../../app/notifications.ts';
import { useClient } from '../../client/client-context.tsx';
import { toCodedError } from '../../client/coded-error.ts';
import { useT } from '../../i18n/i18n.ts';
import { forgetRemoved, useRemovedImages } from './removed-images.ts';

/** Images that were deleted within the last minute, and the way to have them back. */
export function UndoRemove() {
  const t = useT();
  const client = useClient();
  const removed = useRemovedImages(state => state.removed);
  const undo = async (id: (typeof removed)[number]['id']) => {
    forgetRemoved(id);
    try {
      await client.images.undoRemove({ id });
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) }, ['images']);
    }
  };
  return (
    <div role="status">
      {removed.map(({ id, name }) => (
        <Box
          key={id}
          sx={theme => ({
            px: 2,
            py: 0.5,
            display: 'flex',
            alignItems: 'center',
            gap: 1.5,
            borderBottom: `1px solid ${theme.colours.line}`,
          })}
        >
          {t('images.removed', { name })}
          <Button variant="outlined" onClick={() => void undo(id)}>
            {t('images.undoRemove')}
          </Button>
        </Box>
      ))}
    </div>
  );
}
