import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import type { DiskRule, Profile, StorageLayout } from '#shared/contract/index.ts';

const gibibyte = 2 ** 30;

/** What servers get when nobody said how: a boot partition that every firmware's GRUB reads, and `rootvg`. */
export const defaultStorage: StorageLayout = {
  partitionTable: 'gpt',
  raidLevel: null,
  partitions: [{ mountPoint: '/boot', fileSystem: 'ext4', size: gibibyte }],
  volumeGroup: {
    name: 'rootvg',
    volumes: [
      { name: 'swap', mountPoint: '', fileSystem: 'swap', size: 4 * gibibyte },
      { name: 'root', mountPoint: '/', fileSystem: 'ext4', size: 'rest' },
    ],
  },
};

export function profileOf(store: Store, request: Pick<StoredRequest, 'profileId'>): Profile | undefined {
  return request.profileId === null ? undefined : store.profiles.find(request.profileId);
}

export function storageOf(
  store: Store,
  request: Pick<StoredRequest, 'profileId' | 'storage'>,
): StorageLayout {
  return request.storage ?? profileOf(store, request)?.storage ?? defaultStorage;
}

export function diskRulesOf(store: Store, request: Pick<StoredRequest, 'profileId'>): readonly DiskRule[] {
  return profileOf(store, request)?.diskRules ?? [];
}
