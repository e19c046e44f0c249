import { z } from 'zod';
import { nodeId } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';

/** Consoles side by side. */
export const tileCounts = [1, 2, 4, 6] as const;
export type TileCount = (typeof tileCounts)[number];

export interface Tabs {
  readonly open: readonly NodeId[];
  readonly activeId: NodeId | null;
  readonly tiles: TileCount;
}

export const noTabs: Tabs = { open: [], activeId: null, tiles: 1 };

/** Each one costs a terminal with its scroll-back. */
export const openMax = 24;

/** The one that was open for longest goes when there are too many. */
export function withOpened(tabs: Tabs, id: NodeId): Tabs {
  const open = tabs.open.includes(id) ? tabs.open : [...tabs.open, id].slice(-openMax);
  return { ...tabs, open, activeId: id };
}

/** Its neighbour becomes the active one. */
export function withClosed(tabs: Tabs, id: NodeId): Tabs {
  const index = tabs.open.indexOf(id);
  const open = tabs.open.filter(known => known !== id);
  if (tabs.activeId !== id) return { ...tabs, open };
  return { ...tabs, open, activeId: open[Math.min(index, open.length - 1)] ?? null };
}

/** One place to the left or right; an end stays where it is. */
export function withMoved(tabs: Tabs, id: NodeId, by: -1 | 1): Tabs {
  const from = tabs.open.indexOf(id);
  const to = from + by;
  const other = tabs.open[to];
  if (from < 0 || other === undefined) return tabs;
  return { ...tabs, open: tabs.open.with(from, other).with(to, id) };
}

/** The tiles that the active one is among: tabs are shown in groups as large as there are tiles. */
export function shownOf({ open, activeId, tiles }: Tabs): readonly NodeId[] {
  const index = Math.max(0, activeId === null ? 0 : open.indexOf(activeId));
  const first = index - (index % tiles);
  return open.slice(first, first + tiles);
}

const stored = z.object({
  open: z.array(nodeId).max(openMax),
  activeId: nodeId.nullable(),
  tiles: z.literal(tileCounts),
});

/** What the same window kept before it was loaded again; nothing where it is not of this form. */
export function parseTabs(text: string | null): Tabs {
  try {
    const parsed = stored.safeParse(JSON.parse(text ?? 'null'));
    return parsed.success ? parsed.data : noTabs;
  } catch {
    return noTabs;
  }
}
