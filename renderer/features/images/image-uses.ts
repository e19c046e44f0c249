import type { Deployment, Image, Profile } from '#shared/contract/index.ts';
import type { World } from '../../client/world.ts';

export interface ImageUses {
  /** They stand in the way of a deletion. */
  readonly running: readonly Deployment[];
  readonly profiles: readonly Profile[];
  /** Servers that were last installed with it; a deletion does not touch them. */
  readonly installed: readonly Deployment[];
}

/** Who has to do with an image, as far as the page knows it; the engine decides again. */
export function usesOf(
  { deployments, profiles }: Pick<World, 'deployments' | 'profiles'>,
  { id }: Pick<Image, 'id'>,
): ImageUses {
  const withIt = [...deployments.values()].filter(({ imageId }) => imageId === id);
  return {
    running: withIt.filter(({ state }) => state === 'running'),
    installed: withIt.filter(({ state }) => state === 'succeeded'),
    profiles: [...profiles.values()].filter(({ repositories }) =>
      repositories.some(({ url }) => url === `image:${id}` || url.startsWith(`image:${id}/`)),
    ),
  };
}
