import CloseIcon from '@mui/icons-material/Close';
import { Box, Button, IconButton } from '@mui/material';
import { useStore } from 'zustand';
import { assertNever } from '#shared/model/assert-never.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { bytesText } from '../../../ui/measure-text.ts';
import { ThinBar } from '../../../ui/ThinBar.tsx';
import type { ConsoleSession } from '../session/console-session.ts';
import type { SessionNotice } from '../session/session-state.ts';
import { TypeHere } from './StateLine.tsx';

/** Over the terminal's last lines, so that it keeps its size: what was not sent, who took the keyboard, how far a paste is. */
export function PaneNotices({ session }: { readonly session: ConsoleSession }) {
  const t = useT();
  const { notice, paste } = useStore(session.state);
  if (notice === null && paste === null) return null;
  const close = () => {
    session.state.setState({ notice: null });
    session.focus();
  };
  return (
    <Box sx={{ position: 'absolute', insetInline: 8, bottom: 8, zIndex: 20, display: 'grid', gap: 1 }}>
      {paste !== null && (
        <Box sx={theme => noticeStyle(theme.colours.busy, theme.colours.surface)}>
          <Box sx={{ flex: 1, display: 'grid', gap: 0.5 }}>
            {t('paste.progress', { sent: bytesText(paste.sentBytes), total: bytesText(paste.totalBytes) })}
            <ThinBar
              value={paste.totalBytes === 0 ? null : paste.sentBytes / paste.totalBytes}
              label={t('paste.title')}
            />
          </Box>
          <Button variant="outlined" onClick={session.cancelPaste}>
            {t('action.cancel')}
          </Button>
        </Box>
      )}
      {notice !== null && (
        <Box role="status" sx={theme => noticeStyle(theme.colours.waiting, theme.colours.surface)}>
          <Box sx={{ flex: 1, minWidth: 0 }}>
            <NoticeText notice={notice} />
          </Box>
          {(notice.is === 'taken' || notice.is === 'read-only') && <TypeHere session={session} />}
          <IconButton aria-label={t('action.close')} onClick={close}>
            <CloseIcon fontSize="small" />
          </IconButton>
        </Box>
      )}
    </Box>
  );
}

function NoticeText({ notice }: { readonly notice: SessionNotice }) {
  const t = useT();
  switch (notice.is) {
    case 'taken':
      return <>{t('console.taken', { name: notice.by })}</>;
    case 'read-only':
      return <>{t('console.notSent', { name: notice.writer })}</>;
    case 'not-connected':
      return <>{t('console.notConnected')}</>;
    case 'told':
      return <>{notice.text}</>;
    case 'failed':
      return <ErrorLines error={notice.error} />;
    default:
      return assertNever(notice);
  }
}

function noticeStyle(mark: string, ground: string) {
  return {
    display: 'flex',
    alignItems: 'center',
    gap: 1,
    px: 1.5,
    py: 0.75,
    borderRadius: 1,
    borderLeft: `4px solid ${mark}`,
    backgroundColor: ground,
    boxShadow: 4,
  };
}
