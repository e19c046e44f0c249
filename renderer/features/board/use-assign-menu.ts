import { type MouseEvent, useState } from 'react';

export interface AssignMenuState {
  /** Where it is open; null: it is not. */
  readonly at: { readonly left: number; readonly top: number } | null;
  readonly openBelow: (button: HTMLElement) => void;
  readonly close: () => void;
  /** Right click, the Menu key or Shift+F10 anywhere on the thing. */
  readonly onContextMenu: (event: MouseEvent<HTMLElement>) => void;
}

/** One *Assign…* menu for the button and for the whole of what it belongs to. */
export function useAssignMenu(): AssignMenuState {
  const [at, setAt] = useState<AssignMenuState['at']>(null);
  return {
    at,
    openBelow(button) {
      const { left, bottom } = button.getBoundingClientRect();
      setAt({ left, top: bottom });
    },
    close: () => setAt(null),
    onContextMenu(event) {
      // What happens in the open menu comes by here too: it lies in the page elsewhere.
      if (!event.currentTarget.contains(event.target as Element)) return;
      event.preventDefault();
      event.stopPropagation();
      setAt({ left: event.clientX, top: event.clientY });
    },
  };
}
