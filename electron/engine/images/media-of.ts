import type { Store } from '#engine/store/store.ts';
import type { Deployment, Profile } from '#shared/contract/index.ts';

/** Which images of the library a deployment needs as long as it runs: a profile's repositories may lie on ISOs. */
export function mediaOf(store: Store, deployment: Deployment): ReadonlySet<string> {
  const others = deployment.kind === 'linux-installer' ? repositoriesOf(store, deployment) : [];
  return new Set([deployment.imageId ?? '', ...others]);
}

/** `image:<id>/path` is an ISO of the library. */
export function mediaOfProfile({ repositories }: Pick<Profile, 'repositories'>): string[] {
  return repositories.flatMap(({ url }) => /^image:([^/]+)/.exec(url)?.[1] ?? []);
}

function repositoriesOf(store: Store, { id }: Deployment): string[] {
  const { profile } = store.deployments.request(id);
  return profile === null ? [] : mediaOfProfile(profile);
}
