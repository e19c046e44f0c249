import { create } from 'zustand';
import type { NodeId } from '#shared/model/ids.ts';
import type { DeployForm } from './deploy-form.ts';

/**
 * What a person has entered to deploy a server and not yet used: it outlives the dialog, so that an image can be
 * imported or a network be switched on in between. In memory only, because there may be a password in it.
 */
export const useDeployDrafts = create<{ readonly drafts: ReadonlyMap<NodeId, DeployForm> }>(() => ({
  drafts: new Map(),
}));

export function keepDraft(nodeId: NodeId, form: DeployForm): void {
  useDeployDrafts.setState(({ drafts }) => ({ drafts: new Map(drafts).set(nodeId, form) }));
}

export function forgetDraft(nodeId: NodeId): void {
  useDeployDrafts.setState(({ drafts }) => ({
    drafts: new Map([...drafts].filter(([known]) => known !== nodeId)),
  }));
}
