import CloseIcon from '@mui/icons-material/Close';
import { Box, Button, IconButton } from '@mui/material';
import type { NodeId } from '#shared/model/ids.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ToneMark } from '../../../ui/ToneMark.tsx';
import { useConsoleStates } from '../console-states.ts';
import { openConsole } from '../open-console.ts';
import { consoleTone } from '../state-tone.ts';
import { closeTab, moveTab, useTabs } from './tabs-store.ts';

/** What is open. Alt with the arrows to the left and right moves the tab that has the focus. */
export function TabStrip() {
  const t = useT();
  const { open, activeId } = useTabs();
  return (
    <Box
      sx={theme => ({
        flex: 'none',
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        pr: 1.5,
        borderBottom: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.raised,
      })}
    >
      <Box
        role="group"
        aria-label={t('consoles.open')}
        sx={{ flex: 1, minWidth: 0, display: 'flex', overflowX: 'auto' }}
      >
        {open.map(id => (
          <OpenTab key={id} nodeId={id} isActive={id === activeId} />
        ))}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
        {t('consoles.leaveHint')}
      </Box>
    </Box>
  );
}

function OpenTab({ nodeId, isActive }: { readonly nodeId: NodeId; readonly isActive: boolean }) {
  const t = useT();
  const name = useNodeName(nodeId);
  return (
    <Box
      sx={theme => ({
        display: 'flex',
        alignItems: 'center',
        flex: 'none',
        borderRight: `1px solid ${theme.colours.line}`,
        ...(isActive && {
          backgroundColor: theme.colours.surface,
          boxShadow: `inset 0 -2px ${theme.colours.accent}`,
        }),
      })}
    >
      <Button
        aria-current={isActive ? 'true' : undefined}
        aria-keyshortcuts="Alt+ArrowLeft Alt+ArrowRight"
        onClick={() => openConsole(nodeId)}
        onKeyDown={event => {
          const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
          if (by === 0 || !event.altKey) return;
          // Without it the browser goes back a page.
          event.preventDefault();
          moveTab(nodeId, by);
        }}
        startIcon={isActive ? undefined : <TabMark nodeId={nodeId} />}
      >
        {name}
      </Button>
      <IconButton aria-label={t('consoles.close', { name })} onClick={() => closeTab(nodeId)}>
        <CloseIcon fontSize="inherit" />
      </IconButton>
    </Box>
  );
}

function TabMark({ nodeId }: { readonly nodeId: NodeId }) {
  const state = useConsoleStates(({ byNode }) => byNode?.get(nodeId)?.state ?? 'off');
  return <ToneMark tone={consoleTone[state]} />;
}

/** Its id's first letters where the server is gone. */
export function useNodeName(nodeId: NodeId): string {
  return useWorld(world => world.nodes.get(nodeId)?.name ?? nodeId.slice(0, 8));
}
