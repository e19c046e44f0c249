import { useEffect } from 'react';
import { redo, undo } from './plan-store.ts';

/** A text field has an undo of its own. */
const elsewhere = 'input:not([type=checkbox]), textarea, [role=dialog], [role=menu]';

export function useUndoKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z';
      if (!isUndo || (event.target as HTMLElement).closest(elsewhere) !== null) return;
      event.preventDefault();
      if (event.shiftKey) redo();
      else undo();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
