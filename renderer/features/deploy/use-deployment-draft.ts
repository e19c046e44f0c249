import { useMemo, useState } from 'react';
import type { Image, Node } from '#shared/contract/index.ts';
import { useWorld } from '../../client/world-store.ts';
import { forgetDraft, keepDraft, useDeployDrafts } from './deploy-drafts.ts';
import { type DeployForm, newDeployForm } from './deploy-form.ts';
import { newNetworkRows } from './network-rows.ts';

export interface DeploymentDraft {
  readonly form: DeployForm;
  readonly readyImages: readonly Image[];
  /** A person has changed something. */
  readonly isTouched: boolean;
  readonly change: (part: Partial<DeployForm>) => void;
  readonly forget: () => void;
}

/** The form of this server's deployment: what a person left there, else what makes sense now. */
export function useDeploymentDraft(node: Node): DeploymentDraft {
  const images = useWorld(world => world.images);
  const settings = useWorld(world => world.settings);
  const readyImages = useMemo(() => [...images.values()].filter(image => image.state === 'ready'), [images]);
  const draft = useDeployDrafts(({ drafts }) => drafts.get(node.id));
  // One that is made anew with each patch would close a menu and take the focus away.
  const [networks] = useState(newNetworkRows);
  const fresh = useMemo(
    () => ({ ...newDeployForm(node, readyImages, settings?.defaultSshKeys ?? []), networks }),
    [node, readyImages, settings, networks],
  );
  const form = draft ?? fresh;
  return {
    form,
    readyImages,
    isTouched: draft !== undefined,
    change: part => keepDraft(node.id, { ...form, ...part }),
    forget: () => forgetDraft(node.id),
  };
}
