import type { Image } from '#shared/contract/index.ts';
import type { World } from '../../client/world.ts';

/** Becomes another text whenever another answer to `images.users` is possible. */
export function usesKey(
  { deployments, batches, profiles, images }: Pick<World, 'deployments' | 'batches' | 'profiles' | 'images'>,
  { id }: Pick<Image, 'id'>,
): string {
  // An installer may read packages from an image that is not its own.
  const reading = [...deployments.values()]
    .filter(
      ({ imageId, kind, state }) => imageId === id || (kind === 'linux-installer' && state === 'running'),
    )
    .map(deployment => deployment.id + deployment.state);
  const waiting = [...batches.values()]
    .filter(({ state }) => state !== 'ended')
    .map(batch => batch.id + batch.servers.filter(({ state }) => state === 'waiting').length);
  const naming = [...profiles.values()].map(profile => profile.id + profile.updatedAt);
  const booting = [...images.values()]
    .filter(({ installer }) => installer?.kernelImageId === id || installer?.initrdImageId === id)
    .map(image => image.id);
  return [id, deployments.size, ...reading, ...waiting, ...naming, ...booting].join();
}
