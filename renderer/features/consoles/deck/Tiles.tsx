import { Box } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { openConsole } from '../open-console.ts';
import { ConsolePane } from '../pane/ConsolePane.tsx';
import { useBroadcast } from './broadcast.ts';
import { shownOf, type TileCount } from './tabs.ts';
import { closeTab, useTabs } from './tabs-store.ts';

const columnsOf: Readonly<Record<TileCount, number>> = { 1: 1, 2: 2, 4: 2, 6: 3 };

/** The active console, and as many beside it as there are tiles. */
export function Tiles() {
  const tabs = useTabs();
  const broadcast = useBroadcast(state => state.nodeIds);
  const shown = shownOf(tabs);
  return (
    <Box
      sx={theme => ({
        flex: 1,
        minHeight: 0,
        display: 'grid',
        gap: '1px',
        gridTemplateColumns: `repeat(${Math.min(shown.length, columnsOf[tabs.tiles])}, minmax(0, 1fr))`,
        gridAutoRows: 'minmax(0, 1fr)',
        backgroundColor: theme.colours.line,
      })}
    >
      {shown.map(id => (
        <Box
          key={id}
          onFocus={() => {
            if (id !== tabs.activeId) openConsole(id);
          }}
          sx={theme => ({
            minWidth: 0,
            minHeight: 0,
            display: 'flex',
            backgroundColor: theme.colours.surface,
            ...(broadcast.includes(id) && warningFrame(theme)),
          })}
        >
          <ConsolePane
            nodeId={id}
            isCompact={tabs.tiles > 1}
            hasFocus={id === tabs.activeId}
            onClose={() => closeTab(id)}
          />
        </Box>
      ))}
    </Box>
  );
}

function warningFrame(theme: Theme) {
  return { border: `4px solid ${theme.colours.waiting}` };
}
