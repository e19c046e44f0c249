import {
  draggable,
  dropTargetForElements,
  monitorForElements,
} from '@atlaskit/pragmatic-drag-and-drop/adapter/element-adapter';
import { type RefObject, useEffect, useRef } from 'react';
import type { Held, Target } from './carry.ts';
import { moveOver, pickUp, putDown, useCarry } from './carry-store.ts';

const targetOf = new WeakMap<Element, Target>();

/** Makes an element something that the pointer can take; null: it cannot be taken now. */
export function useDragSource(element: RefObject<HTMLElement | null>, held: Held | null): void {
  const key = JSON.stringify(held);
  // biome-ignore lint/correctness/useExhaustiveDependencies: one that says the same is the same, however often it is made
  useEffect(() => {
    const { current } = element;
    if (current === null || held === null) return undefined;
    return draggable({ element: current, onDragStart: () => pickUp(held, 'pointer') });
  }, [element, key]);
}

/** Makes an element a place for what is held by the pointer. `isFor`: it is one for such a thing, whether it takes it or not. */
export function useDropTarget(
  element: RefObject<HTMLElement | null>,
  target: Target,
  isFor: (held: Held) => boolean,
): void {
  const latest = useRef(isFor);
  latest.current = isFor;
  const key = JSON.stringify(target);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    targetOf.set(current, target);
    return dropTargetForElements({
      element: current,
      canDrop() {
        const { held } = useCarry.getState();
        return held !== null && latest.current(held);
      },
    });
  }, [element, key]);
}

/** Follows the pointer with what it holds, from the first place to the drop. `remark` is told of each place on the way. */
export function useDrops(
  onDrop: (held: Held, target: Target) => void,
  remark: (held: Held, target: Target) => string,
): void {
  const latest = useRef({ onDrop, remark });
  latest.current = { onDrop, remark };
  useEffect(() => {
    const stopListening = monitorForElements({
      onDropTargetChange({ location }) {
        const { held } = useCarry.getState();
        const target = innermost(location.current.dropTargets);
        moveOver(target, held === null || target === null ? '' : latest.current.remark(held, target));
      },
      onDrop({ location }) {
        const { held } = useCarry.getState();
        const target = innermost(location.current.dropTargets);
        putDown();
        if (held !== null && target !== null) latest.current.onDrop(held, target);
      },
    });
    return () => {
      stopListening();
      putDown(); // what is in hand cannot be taken along to another screen
    };
  }, []);
}

/** A NIC lies on its server. */
function innermost([first]: readonly { readonly element: Element }[]): Target | null {
  return first === undefined ? null : (targetOf.get(first.element) ?? null);
}
