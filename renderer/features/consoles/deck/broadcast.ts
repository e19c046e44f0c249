import { create } from 'zustand';
import type { NodeId } from '#shared/model/ids.ts';

interface Broadcast {
  /** Empty: what is typed goes where it is typed. */
  readonly nodeIds: readonly NodeId[];
}

/** Of this window, and never kept: it begins by a person's choice and ends with the tabs that were chosen from. */
export const useBroadcast = create<Broadcast>(() => ({ nodeIds: [] }));

export function startBroadcast(nodeIds: readonly NodeId[]): void {
  useBroadcast.setState({ nodeIds });
}

export function endBroadcast(): void {
  if (useBroadcast.getState().nodeIds.length > 0) useBroadcast.setState({ nodeIds: [] });
}

/** Where goes what was typed into this console: to all that were chosen if it is one of them, else to it alone. */
export function broadcastTo(typedInto: NodeId): readonly NodeId[] {
  const { nodeIds } = useBroadcast.getState();
  return nodeIds.includes(typedInto) ? nodeIds : [typedInto];
}
