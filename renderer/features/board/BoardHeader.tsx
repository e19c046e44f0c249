import { Button } from '@mui/material';
import { goTo } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import { useBoard } from './board-context.ts';
import { stage, usePlan } from './plan-store.ts';
import { UndoButtons } from './UndoButtons.tsx';

/** How much is staged, back and forth in it, and the way on. */
export function BoardHeader() {
  const t = useT();
  const { board } = useBoard();
  const plan = usePlan(({ present }) => present);
  const batches = useWorld(world => world.batches);
  const all = [...board.byId.values()];
  const count = all.filter(({ staged }) => staged.imageId !== null).length;
  const running = [...batches.values()].filter(({ state }) => state !== 'ended').length;
  return (
    <ScreenHeader title={t('board.title')} detail={t('board.detail', { count, all: all.length })}>
      <UndoButtons />
      <Button
        disabled={count === 0 && Object.keys(plan.servers).length === 0}
        onClick={() => stage({ is: 'clear' })}
      >
        {t('board.clear')}
      </Button>
      <Button variant="outlined" onClick={() => goTo('deploy', 'batches')}>
        {running === 0 ? t('batches.title') : t('batches.running', { count: running })}
      </Button>
      <Button variant="contained" disabled={count === 0} onClick={() => goTo('deploy', 'review')}>
        {t('board.review', { count })}
      </Button>
    </ScreenHeader>
  );
}
