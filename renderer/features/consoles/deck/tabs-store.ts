import { create } from 'zustand';
import type { NodeId } from '#shared/model/ids.ts';
import { goTo } from '../../../app/route.ts';
import { closeSession } from '../session/sessions.ts';
import { endBroadcast } from './broadcast.ts';
import { parseTabs, shownOf, type Tabs, type TileCount, withClosed, withMoved, withOpened } from './tabs.ts';

/** Of this window: another one watches other servers. A reload keeps what was open. */
const storageKey = 'rackside.console-tabs';

export const useTabs = create<Tabs>(() => readStored());

export function openTab(nodeId: NodeId): void {
  const before = useTabs.getState();
  const after = withOpened(before, nodeId);
  for (const id of before.open) if (!after.open.includes(id)) closeSession(id);
  set(after);
}

/** Its neighbour takes its place, in the address too: else the same address could not open it again. */
export function closeTab(nodeId: NodeId): void {
  closeSession(nodeId);
  const tabs = withClosed(useTabs.getState(), nodeId);
  set(tabs);
  if (tabs.activeId === null) goTo('consoles');
  else goTo('consoles', tabs.activeId);
}

export function moveTab(nodeId: NodeId, by: -1 | 1): void {
  set(withMoved(useTabs.getState(), nodeId, by));
}

export function setTiles(tiles: TileCount): void {
  set({ ...useTabs.getState(), tiles });
}

/** Whoever types to several must have chosen from what is there and in view now. */
function set(tabs: Tabs): void {
  const before = useTabs.getState();
  if (!isSame(before.open, tabs.open) || !isSame(shownOf(before), shownOf(tabs))) endBroadcast();
  useTabs.setState(tabs);
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(tabs));
  } catch {
    // Full or forbidden: the tabs live as long as the page.
  }
}

function isSame(before: readonly NodeId[], after: readonly NodeId[]): boolean {
  return before.length === after.length && before.every((id, index) => id === after[index]);
}

function readStored(): Tabs {
  try {
    return parseTabs(sessionStorage.getItem(storageKey));
  } catch {
    return parseTabs(null); // storage is forbidden
  }
}
