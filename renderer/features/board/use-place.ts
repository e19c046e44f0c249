import type { RefObject } from 'react';
import type { Refusal, Verdict } from '#shared/placement/verdict.ts';
import { useBoard } from './board-context.ts';
import { isSameTarget, type Target, verdictOf } from './carry.ts';
import { useCarry } from './carry-store.ts';
import { useDropTarget } from './use-drag.ts';

interface Place {
  /** On what is held now; undefined while nothing is, or nothing that goes to such a place. */
  readonly verdict: Verdict | undefined;
  /** It would be put here. */
  readonly isOver: boolean;
}

/** Makes an element a place where things are put, by pointer or keyboard. */
export function usePlace(element: RefObject<HTMLElement | null>, target: Target): Place {
  const { board } = useBoard();
  const held = useCarry(carry => carry.held);
  const isOver = useCarry(({ over }) => over !== null && isSameTarget(over, target));
  useDropTarget(element, target, now => verdictOf(now, target, board) !== undefined);
  return { verdict: held === null ? undefined : verdictOf(held, target, board), isOver };
}

/** What is to be said of a place: why not, or what to mind. */
export function remarkOf(verdict: Verdict | undefined): Refusal | null {
  if (verdict === undefined) return null;
  return verdict.ok ? verdict.warning : verdict;
}
