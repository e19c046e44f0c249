import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';
import { laneMeasures } from './lane-measures.ts';
import { timeAtX } from './time-scale.ts';
import type { TimeWindow } from './use-time-view.ts';

/** Nearer than this it was a click. */
const leastDragPx = 4;
const zoomPerPixel = 1.0015;
/** Browsers that scroll by lines tell lines. */
const pixelsPerLine = 16;

export interface ChartPointer {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  /** The click that ends a drag is none. */
  readonly isDragged: () => boolean;
}

/**
 * Drag moves the clock; the wheel with Ctrl, or on the axis, zooms around the pointer, and with Shift or sideways moves the
 * clock. The wheel alone scrolls the lanes as everywhere.
 */
export function useChartPointer(
  frame: RefObject<HTMLElement | null>,
  axis: RefObject<HTMLElement | null>,
  window: TimeWindow,
  widthPx: number,
): ChartPointer {
  const latest = useRef({ window, widthPx });
  latest.current = { window, widthPx };
  const drag = useRef<{ x: number; isMoving: boolean } | null>(null);
  const wasDragged = useRef(false);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      const { window: present, widthPx: width } = latest.current;
      const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? pixelsPerLine : 1;
      const [sideways, along] = [event.deltaX * scale, event.deltaY * scale];
      const isOnAxis = axis.current?.contains(event.target as globalThis.Node) ?? false;
      if (event.ctrlKey || event.metaKey || isOnAxis) {
        const x = event.clientX - element.getBoundingClientRect().left - laneMeasures.labelWidth;
        present.zoom(zoomPerPixel ** along, timeAtX(present.view, width, x));
      } else if (event.shiftKey || Math.abs(sideways) > Math.abs(along)) {
        present.pan((event.shiftKey && sideways === 0 ? along : sideways) / Math.max(1, width));
      } else return;
      event.preventDefault();
    };
    // Not by React, whose wheel listeners cannot prevent the page's own zoom.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [frame, axis]);
  return {
    onPointerDown(event) {
      wasDragged.current = false;
      if (event.button === 0) drag.current = { x: event.clientX, isMoving: false };
    },
    onPointerMove(event) {
      const held = drag.current;
      if (held === null) return;
      const movedPx = event.clientX - held.x;
      if (!held.isMoving && Math.abs(movedPx) < leastDragPx) return;
      if (!held.isMoving) event.currentTarget.setPointerCapture(event.pointerId);
      wasDragged.current = true;
      drag.current = { x: event.clientX, isMoving: true };
      window.pan(-movedPx / Math.max(1, widthPx));
    },
    onPointerUp() {
      drag.current = null;
    },
    isDragged: () => wasDragged.current,
  };
}
