import { Box } from '@mui/material';
import type { NodeId } from '#shared/model/ids.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConsolePane } from '../consoles/pane/ConsolePane.tsx';

/** The server's console beside the table; it ends with the sheet, unless it is open on the screen of consoles, too. */
export function ConsoleTab({ nodeId }: { readonly nodeId: NodeId }) {
  const t = useT();
  return (
    <Box sx={{ height: '100%', display: 'flex', flexDirection: 'column' }}>
      <Box sx={{ flex: 1, minHeight: 0, display: 'flex' }}>
        <ConsolePane nodeId={nodeId} isCompact={false} hasFocus />
      </Box>
      <Box sx={{ px: 2, py: 0.5, color: 'text.secondary' }}>{t('consoles.leaveHint')}</Box>
    </Box>
  );
}
