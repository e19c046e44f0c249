import { useMemo } from 'react';
import type { Image, Node } from '#shared/contract/index.ts';
import { useWorld } from '../../client/world-store.ts';
import { forgetDraft, keepDraft, useDeployDrafts } from './deploy-drafts.ts';
import { type DeployForm, newDeployForm } from './deploy-form.ts';

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
  const fresh = useMemo(
    () => newDeployForm(node, readyImages, settings?.defaultSshKeys ?? []),
    [node, readyImages, settings],
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
