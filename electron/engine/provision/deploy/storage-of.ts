import type { StoredRequest } from '#engine/store/deployments.ts';
import type { ProfileText } from '#engine/store/profiles.ts';
import type { Store } from '#engine/store/store.ts';
import {
  CodedError,
  type DiskRule,
  type InstallerFamily,
  type StorageLayout,
} from '#shared/contract/index.ts';
import { defaultStorage } from '#shared/placement/default-storage.ts';

type WithProfile = Pick<StoredRequest, 'profile'>;

/** A request with the profile that it names as it is now. Never without it: that would be another system on other disks. */
export function withProfile<Request extends Pick<StoredRequest, 'profileId'>>(
  store: Store,
  request: Request,
): Request & WithProfile {
  const id = request.profileId;
  if (id === null) return { ...request, profile: null };
  const profile = store.profiles.find(id);
  if (profile === undefined)
    throw new CodedError('input.not_found', `no profile ${id}`, { what: 'profile', id });
  return { ...request, profile: { ...profile, texts: store.profiles.texts(id) } };
}

export function storageOf({ storage, profile }: WithProfile & Pick<StoredRequest, 'storage'>): StorageLayout {
  return storage ?? profile?.storage ?? defaultStorage;
}

export function diskRulesOf({ profile }: WithProfile): readonly DiskRule[] {
  return profile?.diskRules ?? [];
}

/** What stands in for ours in this deployment. */
export function ownText(
  { profile }: WithProfile,
  family: InstallerFamily,
  kind: ProfileText['kind'],
): string | undefined {
  return profile?.texts.find(text => text.family === family && text.kind === kind)?.text;
}
