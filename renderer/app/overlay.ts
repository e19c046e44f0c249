import { create } from 'zustand';
import type { Node } from '#shared/contract/index.ts';
import type { ImageId, NetworkId, NodeId, ProfileId } from '#shared/model/ids.ts';
import type { NodeAction } from '../features/rack/node-actions.ts';
import type { BulkForm } from '../features/server-form/bulk/bulk-form.ts';

/** A dialog of whatever feature. */
export type Overlay =
  | { readonly is: 'add-server'; readonly mac?: string }
  | { readonly is: 'scan' }
  | { readonly is: 'edit-server'; readonly nodeId: NodeId }
  | { readonly is: 'edit-servers'; readonly nodeIds: readonly NodeId[] }
  | { readonly is: 'undo-edit'; readonly form: BulkForm; readonly before: readonly Node[] }
  | { readonly is: 'run-action'; readonly action: NodeAction; readonly nodeIds: readonly NodeId[] }
  | { readonly is: 'move-server'; readonly nodeId: NodeId }
  | { readonly is: 'import-servers' }
  | { readonly is: 'confirm-action'; readonly nodeId: NodeId; readonly action: NodeAction }
  | { readonly is: 'deploy'; readonly nodeId: NodeId }
  | { readonly is: 'clean'; readonly nodeId: NodeId }
  | { readonly is: 'import-image' }
  | { readonly is: 'correct-installer'; readonly imageId: ImageId }
  | { readonly is: 'create-profile'; readonly copyOf?: ProfileId }
  | { readonly is: 'edit-profile'; readonly profileId: ProfileId }
  | { readonly is: 'answer-files'; readonly profileId: ProfileId }
  | { readonly is: 'create-network'; readonly interfaceName?: string }
  | { readonly is: 'edit-network'; readonly networkId: NetworkId }
  | { readonly is: 'serve-full'; readonly networkId: NetworkId };

export type OverlayOf<Is extends Overlay['is']> = Extract<Overlay, { readonly is: Is }>;

interface Overlays {
  /** The last one is shown; the others come back as those above them are closed. */
  readonly stack: readonly Overlay[];
}

export const useOverlays = create<Overlays>(() => ({ stack: [] }));

/** Opens a dialog, over the one that is open now. */
export function openOverlay(overlay: Overlay): void {
  useOverlays.setState(({ stack }) => ({ stack: [...stack, overlay] }));
}

/** Closes the dialog that is shown. */
export function closeOverlay(): void {
  useOverlays.setState(({ stack }) => ({ stack: stack.slice(0, -1) }));
}

/** For a way that leads to another screen. */
export function closeAllOverlays(): void {
  useOverlays.setState({ stack: [] });
}
