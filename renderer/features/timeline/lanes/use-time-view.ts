import { useMemo, useState } from 'react';
import { fitted, following, panned, showing, spanOf, type TimeView, zoomed } from './time-scale.ts';

export interface TimeWindow {
  readonly view: TimeView;
  /** `all`: everything stays in view as it grows. `present`: the newest moment does. */
  readonly follows: 'all' | 'present' | null;
  readonly zoom: (factor: number, aroundMs?: number) => void;
  /** By a share of what is shown. */
  readonly pan: (share: number) => void;
  readonly fit: () => void;
  readonly followPresent: () => void;
  readonly show: (atMs: number) => void;
}

interface Held {
  readonly follows: TimeWindow['follows'];
  /** Where a person left it; its span counts while the present is followed. */
  readonly view: TimeView;
}

/** What part of the clock is shown: all of `range` until a person chooses another. */
export function useTimeView(range: TimeView, presentMs: number): TimeWindow {
  const [held, setHeld] = useState<Held>({ follows: 'all', view: range });
  const view = useMemo(() => viewOf(held, range, presentMs), [held, range, presentMs]);
  // From what the last change made of it: several may come between two pictures.
  const change = (follows: Held['follows'], make: (view: TimeView) => TimeView) =>
    setHeld(known => ({ follows, view: make(viewOf(known, range, presentMs)) }));
  const leave = (make: (view: TimeView) => TimeView) => change(null, make);
  return {
    view,
    follows: held.follows,
    zoom(factor, aroundMs) {
      if (held.follows === 'present') change('present', shown => zoomed(shown, factor, presentMs));
      else leave(shown => zoomed(shown, factor, aroundMs ?? (shown.startMs + shown.endMs) / 2));
    },
    pan: share => leave(shown => panned(shown, share * spanOf(shown))),
    fit: () => change('all', shown => shown),
    followPresent: () => change('present', shown => shown),
    show: atMs => leave(shown => showing(shown, atMs)),
  };
}

function viewOf({ follows, view }: Held, range: TimeView, presentMs: number): TimeView {
  if (follows === 'all') return fitted(range);
  return follows === 'present' ? following(view, presentMs) : view;
}
