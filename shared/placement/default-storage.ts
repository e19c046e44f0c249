import type { FileSystem, StorageLayout } from '#shared/contract/index.ts';

const gibibyte = 2 ** 30;

/** What servers get when nobody said how: a boot partition that every firmware's GRUB reads, and `rootvg`. */
export function defaultStorageWith(rootFileSystem: FileSystem): StorageLayout {
  return {
    partitionTable: 'gpt',
    raidLevel: null,
    partitions: [{ mountPoint: '/boot', fileSystem: 'ext4', size: gibibyte }],
    volumeGroup: {
      name: 'rootvg',
      volumes: [
        { name: 'swap', mountPoint: '', fileSystem: 'swap', size: 4 * gibibyte },
        { name: 'root', mountPoint: '/', fileSystem: rootFileSystem, size: 'rest' },
      ],
    },
  };
}

/** Of a root file system that we write. */
export const defaultStorage = defaultStorageWith('ext4');
