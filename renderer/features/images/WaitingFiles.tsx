import CloseIcon from '@mui/icons-material/Close';
import { Box, IconButton } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { bytesText } from '../../ui/measure-text.ts';
import { forgetWaiting, useFileQueue } from './import-files.ts';

/** Files that are still only in this browser: it must stay open until they are sent. */
export function WaitingFiles() {
  const t = useT();
  const waiting = useFileQueue(state => state.waiting);
  const isSending = useFileQueue(state => state.isSending);
  if (!isSending) return null;
  return (
    <Box
      role="status"
      sx={theme => ({ px: 2, py: 0.75, borderBottom: `1px solid ${theme.colours.line}`, display: 'grid' })}
    >
      {t('images.keepOpen')}
      {waiting.length > 0 && (
        <Box component="ul" aria-label={t('images.waitingFiles')} sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {waiting.map(({ id, file }) => (
            <Box component="li" key={id} sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
              {file.name}
              <Box component="span" sx={{ color: 'text.secondary' }}>
                {bytesText(file.size)}
              </Box>
              <IconButton
                aria-label={t('images.doNotSend', { name: file.name })}
                onClick={() => forgetWaiting(id)}
              >
                <CloseIcon fontSize="small" />
              </IconButton>
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}
