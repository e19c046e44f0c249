import { create } from 'zustand';
import type { RacksideClient } from '#shared/contract/index.ts';
import type { Overlay } from '../../app/overlay.ts';
import type { Translate } from '../../i18n/catalogue.ts';

/** Something that was done and can be taken back. */
export type Undoable = { readonly text: (t: Translate) => string } & (
  | { readonly undo: (client: RacksideClient) => Promise<unknown> }
  /** That takes long: the dialog in which it is done says when it was. */
  | { readonly dialog: Overlay }
);

/** The last one of this window; a newer one takes its place. */
export const useUndoable = create<{ readonly last: Undoable | null }>(() => ({ last: null }));

export function offerUndo(undoable: Undoable): void {
  useUndoable.setState({ last: undoable });
}

export function forgetUndo(): void {
  useUndoable.setState({ last: null });
}

/** This dialog has taken all of it back; what was done since can still be. */
export function forgetUndoBy(dialog: Overlay): void {
  useUndoable.setState(({ last }) => ({
    last: last !== null && 'dialog' in last && last.dialog === dialog ? null : last,
  }));
}
