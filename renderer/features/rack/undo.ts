import { create } from 'zustand';
import type { RacksideClient } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';

/** Something that was done and can be taken back. */
export interface Undoable {
  readonly text: (t: Translate) => string;
  readonly undo: (client: RacksideClient) => Promise<unknown>;
}

/** The last one of this window; a newer one takes its place. */
export const useUndoable = create<{ readonly last: Undoable | null }>(() => ({ last: null }));

export function offerUndo(undoable: Undoable): void {
  useUndoable.setState({ last: undoable });
}

export function forgetUndo(): void {
  useUndoable.setState({ last: null });
}
