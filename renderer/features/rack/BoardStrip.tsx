import { Box, Button } from '@mui/material';
import { create } from 'zustand';
import { goTo } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { Strip } from '../../ui/Strip.tsx';
import { selectOnBoard } from '../board/board-selection.ts';

/** Simulated servers were started in this window, and nothing was done with them yet. */
const useOffer = create<{ readonly isOpen: boolean }>(() => ({ isOpen: false }));

export function offerBoard(): void {
  useOffer.setState({ isOpen: true });
}

const close = () => useOffer.setState({ isOpen: false });

/** Servers have come: what comes next is on the board. */
export function BoardStrip() {
  const t = useT();
  const { isOpen } = useOffer();
  const nodes = useWorld(world => world.nodes);
  if (!isOpen) return null;
  const ids = [...nodes.values()].filter(({ isVirtual }) => isVirtual).map(({ id }) => id);
  if (ids.length === 0) return null;
  const go = () => {
    close();
    selectOnBoard(new Set(ids));
    goTo('deploy');
  };
  return (
    <Strip onClose={close}>
      <Box component="span" role="status">
        {t('virtualRack.came', { count: ids.length })}
      </Box>
      <Button variant="outlined" onClick={go}>
        {t('virtualRack.toBoard')}
      </Button>
    </Strip>
  );
}
