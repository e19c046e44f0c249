import { create } from 'zustand';
import type { RackFilter, RackView } from '#shared/contract/index.ts';
import { firstView, type ShownView } from './rack-view.ts';

interface ShownRack {
  readonly view: ShownView;
  /** The stored view that was taken last; null: none. */
  readonly viewName: string | null;
  /** Groups that show only their line. */
  readonly foldedGroups: ReadonlySet<string>;
  /** Unknown machines: not only the newest. */
  readonly showsAllUnknown: boolean;
  readonly layout: 'table' | 'elevation';
}

/** How this window shows the inventory; a look at another screen changes nothing. */
export const useShownRack = create<ShownRack>(() => ({
  view: firstView,
  viewName: null,
  foldedGroups: new Set(),
  showsAllUnknown: false,
  layout: 'table',
}));

export function changeView(change: Partial<ShownView>): void {
  useShownRack.setState(({ view }) => ({ view: { ...view, ...change } }));
}

export function changeFilter(change: Partial<RackFilter>): void {
  useShownRack.setState(({ view }) => ({ view: { ...view, filter: { ...view.filter, ...change } } }));
}

/** Null: as at the first look. */
export function takeView(stored: RackView | null): void {
  const { name, ...view } = stored ?? { name: null, ...firstView };
  useShownRack.setState({ view, viewName: name, foldedGroups: new Set() });
}

export function foldGroup(key: string, isFolded: boolean): void {
  useShownRack.setState(({ foldedGroups }) => {
    const folded = new Set(foldedGroups);
    if (isFolded) folded.add(key);
    else folded.delete(key);
    return { foldedGroups: folded };
  });
}

export function showAllUnknown(showsAllUnknown: boolean): void {
  useShownRack.setState({ showsAllUnknown });
}

export function showLayout(layout: ShownRack['layout']): void {
  useShownRack.setState({ layout });
}
