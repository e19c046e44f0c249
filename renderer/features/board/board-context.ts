import { createContext, useContext } from 'react';
import type { Board } from './board-servers.ts';
import type { Held, Target } from './carry.ts';

interface BoardPlace {
  readonly board: Board;
  /** Puts it there if it may be; says what came of it. */
  readonly drop: (held: Held, target: Target, board?: Board) => void;
  /** Brings a place into view. */
  readonly show: (target: Target) => void;
}

const BoardContext = createContext<BoardPlace | null>(null);
export const BoardProvider = BoardContext.Provider;

export function useBoard(): BoardPlace {
  const place = useContext(BoardContext);
  if (place === null) throw new Error('useBoard outside of BoardProvider');
  return place;
}
