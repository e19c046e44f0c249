import { Box, Button } from '@mui/material';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { endBroadcast, useBroadcast } from './broadcast.ts';

/** As long as what is typed goes to several servers at once: to how many, and to which. */
export function BroadcastBanner() {
  const t = useT();
  const nodeIds = useBroadcast(state => state.nodeIds);
  const nodes = useWorld(world => world.nodes);
  if (nodeIds.length === 0) return null;
  const names = nodeIds.map(id => nodes.get(id)?.name ?? '').filter(name => name !== '');
  return (
    <Box
      role="alert"
      sx={theme => ({
        display: 'flex',
        alignItems: 'center',
        gap: 1.5,
        px: 2,
        py: 0.75,
        fontWeight: 600,
        backgroundColor: theme.colours.waitingGround,
        borderBlock: `2px solid ${theme.colours.waiting}`,
      })}
    >
      <Box component="span" sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
        {t('broadcast.running', { count: nodeIds.length, names: names.join(', ') })}
      </Box>
      <Button variant="contained" onClick={endBroadcast}>
        {t('broadcast.stop')}
      </Button>
    </Box>
  );
}
