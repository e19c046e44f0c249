import CloseIcon from '@mui/icons-material/Close';
import ContentCopyIcon from '@mui/icons-material/ContentCopy';
import ContentPasteIcon from '@mui/icons-material/ContentPaste';
import HistoryIcon from '@mui/icons-material/History';
import KeyboardIcon from '@mui/icons-material/Keyboard';
import NotificationsActiveOutlinedIcon from '@mui/icons-material/NotificationsActiveOutlined';
import PowerSettingsNewIcon from '@mui/icons-material/PowerSettingsNew';
import SearchIcon from '@mui/icons-material/Search';
import SettingsInputComponentIcon from '@mui/icons-material/SettingsInputComponent';
import TuneIcon from '@mui/icons-material/Tune';
import { Box, IconButton, Tooltip } from '@mui/material';
import { type ReactNode, type Ref, useState } from 'react';
import { useStore } from 'zustand';
import type { Node } from '#shared/contract/index.ts';
import { goTo } from '../../../app/route.ts';
import { useT } from '../../../i18n/i18n.ts';
import type { ConsoleSession } from '../session/console-session.ts';
import { ConsoleSettingsDialog } from './ConsoleSettingsDialog.tsx';
import { PortDialog } from './PortDialog.tsx';
import { RecoveryMenu } from './RecoveryMenu.tsx';
import { WaitForDialog } from './WaitForDialog.tsx';

interface Props {
  readonly ref: Ref<HTMLDivElement>;
  readonly session: ConsoleSession;
  readonly node: Node;
  readonly hasKeys: boolean;
  readonly onKeys: () => void;
  readonly onClose: (() => void) | undefined;
}

/** What can be done with this console and its server. */
export function PaneToolbar({ ref, session, node, hasKeys, onKeys, onClose }: Props) {
  const t = useT();
  const isFinding = useStore(session.state, state => state.isFinding);
  const [dialog, setDialog] = useState<'wait' | 'port' | 'settings' | null>(null);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const find = () => (isFinding ? session.endFind() : session.state.setState({ isFinding: true }));
  return (
    <Box ref={ref} role="toolbar" aria-label={t('console.tools', { name: node.name })} sx={{ ml: 'auto' }}>
      <Tool label={t('console.copy')} onClick={session.copy} icon={<ContentCopyIcon fontSize="small" />} />
      <Tool
        label={t('paste.open')}
        onClick={() => session.state.setState({ offeredPaste: '' })}
        icon={<ContentPasteIcon fontSize="small" />}
      />
      <Tool
        label={t('console.find')}
        isPressed={isFinding}
        onClick={find}
        icon={<SearchIcon fontSize="small" />}
      />
      <Tool
        label={t('console.keys')}
        isPressed={hasKeys}
        onClick={onKeys}
        icon={<KeyboardIcon fontSize="small" />}
      />
      <Tool
        label={t('waitFor.open')}
        onClick={() => setDialog('wait')}
        icon={<NotificationsActiveOutlinedIcon fontSize="small" />}
      />
      <Tool
        label={t('recovery.open')}
        hasMenu
        onClick={event => setAnchor(event.currentTarget)}
        icon={<PowerSettingsNewIcon fontSize="small" />}
      />
      <Tool
        label={t('recordings.ofServer')}
        onClick={() => goTo('consoles', 'recordings', node.id)}
        icon={<HistoryIcon fontSize="small" />}
      />
      <Tool
        label={t('port.tool')}
        onClick={() => setDialog('port')}
        icon={<SettingsInputComponentIcon fontSize="small" />}
      />
      <Tool
        label={t('console.settings')}
        onClick={() => setDialog('settings')}
        icon={<TuneIcon fontSize="small" />}
      />
      {onClose && (
        <Tool
          label={t('consoles.close', { name: node.name })}
          onClick={onClose}
          icon={<CloseIcon fontSize="small" />}
        />
      )}
      <RecoveryMenu session={session} node={node} anchor={anchor} onClose={() => setAnchor(null)} />
      {dialog === 'wait' && <WaitForDialog node={node} onClose={() => setDialog(null)} />}
      {dialog === 'port' && <PortDialog node={node} onClose={() => setDialog(null)} />}
      {dialog === 'settings' && (
        <ConsoleSettingsDialog session={session} node={node} onClose={() => setDialog(null)} />
      )}
    </Box>
  );
}

interface ToolProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly isPressed?: boolean;
  readonly hasMenu?: boolean;
  readonly onClick: (event: React.MouseEvent<HTMLElement>) => void;
}

function Tool({ label, icon, isPressed, hasMenu, onClick }: ToolProps) {
  return (
    <Tooltip title={label}>
      <IconButton
        aria-label={label}
        aria-pressed={isPressed}
        aria-haspopup={hasMenu ? 'menu' : undefined}
        color={isPressed ? 'primary' : 'default'}
        onClick={onClick}
      >
        {icon}
      </IconButton>
    </Tooltip>
  );
}
