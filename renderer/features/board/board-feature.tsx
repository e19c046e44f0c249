import RocketLaunchOutlinedIcon from '@mui/icons-material/RocketLaunchOutlined';
import type { Feature } from '../../app/feature.ts';
import { goTo } from '../../app/route.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { redo, undo } from './plan-store.ts';

export const boardFeature: Feature = {
  id: 'deploy',
  title: 'board.title',
  Icon: RocketLaunchOutlinedIcon,
  Screen: lazyPart(async () => (await import('./BoardScreen.tsx')).BoardScreen),
  commands({ t, world }) {
    const group = t('board.title');
    return [
      { id: 'board.review', label: t('batchReview.title'), group, run: () => goTo('deploy', 'review') },
      { id: 'board.batches', label: t('batches.title'), group, run: () => goTo('deploy', 'batches') },
      { id: 'board.undo', label: t('board.undo'), group, run: undo },
      { id: 'board.redo', label: t('board.redo'), group, run: redo },
      ...[...world.batches.values()].map(({ id, name }) => ({
        id: `batch.${id}`,
        label: name,
        group: t('batches.title'),
        run: () => goTo('deploy', 'batches', id),
      })),
    ];
  },
};
