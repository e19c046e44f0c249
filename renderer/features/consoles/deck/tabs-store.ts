import { create } from 'zustand';
import type { NodeId } from '#shared/model/ids.ts';
import { closeSession } from '../session/sessions.ts';
import { endBroadcast } from './broadcast.ts';
import { parseTabs, type Tabs, type TileCount, withClosed, withMoved, withOpened } from './tabs.ts';

/** Of this window: another one watches other servers. A reload keeps what was open. */
const storageKey = 'rackside.console-tabs';

export const useTabs = create<Tabs>(() => readStored());

export function openTab(nodeId: NodeId): void {
  const before = useTabs.getState();
  const after = withOpened(before, nodeId);
  for (const id of before.open) if (!after.open.includes(id)) closeSession(id);
  set(after);
}

export function closeTab(nodeId: NodeId): void {
  closeSession(nodeId);
  set(withClosed(useTabs.getState(), nodeId));
}

export function moveTab(nodeId: NodeId, by: -1 | 1): void {
  set(withMoved(useTabs.getState(), nodeId, by));
}

export function setTiles(tiles: TileCount): void {
  set({ ...useTabs.getState(), tiles });
}

/** Whoever types to several must have chosen from what is there now. */
function set(tabs: Tabs): void {
  endBroadcast();
  useTabs.setState(tabs);
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(tabs));
  } catch {
    // Full or forbidden: the tabs live as long as the page.
  }
}

function readStored(): Tabs {
  try {
    return parseTabs(sessionStorage.getItem(storageKey));
  } catch {
    return parseTabs(null); // storage is forbidden
  }
}
