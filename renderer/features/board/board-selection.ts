import { create } from 'zustand';
import type { NodeId } from '#shared/model/ids.ts';

interface BoardSelection {
  readonly chosen: ReadonlySet<NodeId>;
}

/** The selected servers of the board. A look at another screen changes nothing; the rack hands its own selection over. */
export const useBoardSelection = create<BoardSelection>(() => ({ chosen: new Set() }));

export function selectOnBoard(chosen: ReadonlySet<NodeId>): void {
  useBoardSelection.setState({ chosen });
}
