import RedoIcon from '@mui/icons-material/Redo';
import UndoIcon from '@mui/icons-material/Undo';
import { Button, IconButton, Tooltip } from '@mui/material';
import type { ReactNode } from 'react';
import { goTo } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import { useBoard } from './board-context.ts';
import { redo, stage, undo, usePlan } from './plan-store.ts';

/** How much is staged, back and forth in it, and the way on. */
export function BoardHeader() {
  const t = useT();
  const { board } = useBoard();
  const history = usePlan();
  const batches = useWorld(world => world.batches);
  const all = [...board.byId.values()];
  const count = all.filter(({ staged }) => staged.imageId !== null).length;
  const running = [...batches.values()].filter(({ state }) => state !== 'ended').length;
  return (
    <ScreenHeader title={t('board.title')} detail={t('board.detail', { count, all: all.length })}>
      <HeaderIcon label={t('board.undo')} keys="Control+Z" isOff={history.past.length === 0} onClick={undo}>
        <UndoIcon fontSize="small" />
      </HeaderIcon>
      <HeaderIcon
        label={t('board.redo')}
        keys="Control+Shift+Z"
        isOff={history.future.length === 0}
        onClick={redo}
      >
        <RedoIcon fontSize="small" />
      </HeaderIcon>
      <Button
        disabled={count === 0 && Object.keys(history.present.servers).length === 0}
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

interface IconProps {
  readonly label: string;
  readonly keys: string;
  readonly isOff: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function HeaderIcon({ label, keys, isOff, onClick, children }: IconProps) {
  return (
    <Tooltip title={label}>
      <span>
        <IconButton aria-label={label} aria-keyshortcuts={keys} disabled={isOff} onClick={onClick}>
          {children}
        </IconButton>
      </span>
    </Tooltip>
  );
}
