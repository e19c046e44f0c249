import { create } from 'zustand';
import type { NetworkId, NodeId } from '#shared/model/ids.ts';
import type { NodeAction } from '../features/rack/node-actions.ts';

/** The dialog that is open, of whatever feature. One at a time. */
export type Overlay =
  | { readonly is: 'add-server'; readonly mac?: string }
  | { readonly is: 'edit-server'; readonly nodeId: NodeId }
  | { readonly is: 'confirm-action'; readonly nodeId: NodeId; readonly action: NodeAction }
  | { readonly is: 'deploy'; readonly nodeId: NodeId }
  | { readonly is: 'import-image' }
  | { readonly is: 'create-network'; readonly interfaceName?: string }
  | { readonly is: 'serve-full'; readonly networkId: NetworkId };

export const useOverlay = create<{ readonly overlay: Overlay | null }>(() => ({ overlay: null }));

export function openOverlay(overlay: Overlay): void {
  useOverlay.setState({ overlay });
}

export function closeOverlay(): void {
  useOverlay.setState({ overlay: null });
}
