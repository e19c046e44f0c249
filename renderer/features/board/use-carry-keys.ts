import type { KeyboardEvent } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { useBoard } from './board-context.ts';
import { allowedTargets, type Held, isSameTarget, type Target } from './carry.ts';
import { moveOver, pickUp, putDown, say, useCarry } from './carry-store.ts';
import { heldText, targetText } from './placement-text.ts';

interface CarryKeys {
  /** It is held by the keyboard now. */
  readonly isHeld: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onBlur: () => void;
}

/**
 * Drag and drop by keyboard: Space or Enter takes what has the focus, arrows move among the places that can take it, Enter or
 * Space puts it there, Escape puts it back. The focus stays on what is held.
 */
export function useCarryKeys(held: Held): CarryKeys {
  const t = useT();
  const { board, drop, show } = useBoard();
  const isHeld = useCarry(
    carry => carry.by === 'keyboard' && JSON.stringify(carry.held) === JSON.stringify(held),
  );
  const what = heldText(t, held, board);
  const goTo = (targets: readonly Target[], index: number) => {
    const target = targets.at(index % Math.max(1, targets.length));
    if (target === undefined) return;
    const where = targetText(t, target, board);
    const number = targets.findIndex(other => isSameTarget(other, target)) + 1;
    moveOver(target, t('board.over', { where, number, of: targets.length }));
    show(target);
  };
  const take = () => {
    const targets = allowedTargets(held, board);
    if (targets.length === 0) {
      say(t('board.nowhere', { what }));
      return;
    }
    pickUp(held, 'keyboard');
    goTo(targets, 0);
  };
  /** False where the key means nothing to a thing in hand. */
  const carryOn = (key: string): boolean => {
    if (key === 'Escape') {
      putDown(t('board.putBack', { what }));
      return true;
    }
    const { over } = useCarry.getState();
    if (isTakeKey(key)) {
      putDown();
      if (over !== null) drop(held, over);
      return true;
    }
    const targets = allowedTargets(held, board);
    const at = over === null ? -1 : targets.findIndex(target => isSameTarget(target, over));
    const index = indexOfKey(key, at);
    if (index !== undefined) goTo(targets, index);
    return index !== undefined;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    if (isHeld) {
      if (!carryOn(event.key)) return;
    } else {
      if (!isTakeKey(event.key)) return;
      take();
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const onBlur = () => {
    if (isHeld) putDown(t('board.putBack', { what }));
  };
  return { isHeld, onKeyDown, onBlur };
}

function isTakeKey(key: string): boolean {
  return key === ' ' || key === 'Enter';
}

/** -1 is the last one. */
function indexOfKey(key: string, at: number): number | undefined {
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return at + 1;
    case 'ArrowUp':
    case 'ArrowLeft':
      return at <= 0 ? -1 : at - 1;
    case 'Home':
      return 0;
    case 'End':
      return -1;
    default:
      return undefined;
  }
}
