import RedoIcon from '@mui/icons-material/Redo';
import UndoIcon from '@mui/icons-material/Undo';
import { IconButton, Tooltip } from '@mui/material';
import type { ReactNode } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { redo, undo, usePlan } from './plan-store.ts';

/** Back and forth in what is staged. */
export function UndoButtons() {
  const t = useT();
  const canUndo = usePlan(({ past }) => past.length > 0);
  const canRedo = usePlan(({ future }) => future.length > 0);
  return (
    <>
      <HeaderIcon label={t('board.undo')} keys="Control+Z" isOff={!canUndo} onClick={undo}>
        <UndoIcon fontSize="small" />
      </HeaderIcon>
      <HeaderIcon label={t('board.redo')} keys="Control+Shift+Z" isOff={!canRedo} onClick={redo}>
        <RedoIcon fontSize="small" />
      </HeaderIcon>
    </>
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
