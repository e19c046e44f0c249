import type { Store } from '#engine/store/store.ts';
import type { ImageUser } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { bootImagesOf, mediaOf, mediaOfProfile } from './media-of.ts';

/** Whose running deployments read the image. */
export function servedTo(store: Store, id: ImageId): ImageUser[] {
  return store.deployments
    .running()
    .filter(running => mediaOf(store, running).has(id))
    .map(({ nodeId, nodeName }) => ({ kind: 'deployment', id: nodeId, name: nodeName }));
}

/** Who would miss the image: they stand in the way of its deletion. */
export function neededBy(store: Store, id: ImageId): ImageUser[] {
  const batches = store.batches.waiting().filter(({ request, deploymentId }) => {
    const deployment = deploymentId === null ? undefined : store.deployments.find(deploymentId);
    return deployment === undefined ? request.imageId === id : mediaOf(store, deployment).has(id);
  });
  const profiles = store.profiles.list().filter(profile => mediaOfProfile(profile).includes(id));
  const images = store.images.list().filter(image => image.id !== id && bootImagesOf(image).includes(id));
  return [
    ...servedTo(store, id),
    // By its id: many servers of a batch wait for the same image.
    ...new Map(batches.map(({ batch }) => [batch.id, { kind: 'batch' as const, ...batch }])).values(),
    ...profiles.map(profile => ({ kind: 'profile' as const, id: profile.id, name: profile.name })),
    ...images.map(image => ({ kind: 'image' as const, id: image.id, name: image.name })),
  ];
}

/** And the servers that run what was installed from it. A newer deployment or an erasure ends that. */
export function usersOf(store: Store, id: ImageId): ImageUser[] {
  const installed = store.deployments
    .current()
    .filter(({ state, imageId }) => state === 'succeeded' && imageId === id)
    .flatMap(({ nodeId }) => store.nodes.find(nodeId) ?? []);
  return [
    ...neededBy(store, id),
    ...installed.map(({ id: nodeId, name }) => ({ kind: 'installed' as const, id: nodeId, name })),
  ];
}
