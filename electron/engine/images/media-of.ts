import type { Store } from '#engine/store/store.ts';
import type { Deployment, Image, Profile } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';

/**
 * Which images of the library a deployment needs as long as it runs: kernel and initrd of an ISO may lie in others, and so may
 * a profile's repositories.
 */
export function mediaOf(store: Store, deployment: Deployment): ReadonlySet<string> {
  const { imageId, kind } = deployment;
  if (imageId === null || kind !== 'linux-installer') return new Set([imageId ?? '']);
  const image = store.images.find(imageId);
  return new Set([
    imageId,
    ...(image === undefined ? [] : bootImagesOf(image)),
    ...repositoriesOf(store, deployment),
  ]);
}

/** Other images in which an ISO's kernel and initrd lie. */
export function bootImagesOf({ installer }: Pick<Image, 'installer'>): ImageId[] {
  return [installer?.kernelImageId, installer?.initrdImageId].filter(id => id !== undefined);
}

/** `image:<id>/path` is an ISO of the library. */
export function mediaOfProfile({ repositories }: Pick<Profile, 'repositories'>): string[] {
  return repositories.flatMap(({ url }) => /^image:([^/]+)/.exec(url)?.[1] ?? []);
}

function repositoriesOf(store: Store, { id }: Deployment): string[] {
  const { profile } = store.deployments.request(id);
  return profile === null ? [] : mediaOfProfile(profile);
}
