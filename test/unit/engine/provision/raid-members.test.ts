import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { review } from '#engine/provision/review.ts';
import type { BootServer } from '#engine/provision/services.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { defaultStorage } from '#shared/placement/default-storage.ts';
import { minimumBytes } from '#shared/placement/disk-layout.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk, aNode, anImage, aPort } from '#test/fakes/rows.ts';

const bootServer: BootServer = {
  baseUrl: () => undefined,
  watchDownload: () => () => undefined,
  canBoot: () => true,
  askAddress: async () => ({ result: 'free' }),
  missingRamdisk: () => undefined,
};
const disk = (number: number, change: object = {}) =>
  aDisk({
    name: `sd${number}`,
    serial: `SER-${number}`,
    wwn: '',
    byPath: `ata-${number}`,
    sizeBytes: 480e9,
    ...change,
  });
const [first, second, lun, full] = [
  disk(1),
  disk(2),
  disk(3, { transport: 'fc' }),
  disk(4, { contents: ['sd4 xfs "data"'] }),
] as const;

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.images.save({ ...anImage({ kind: 'file-system' }), sourcePath: '/x' });
  store.nodes.save(aNode({ inventory: anInventory({ disks: [first, second, lun, full] }) }));
  store.ports.save(aPort());
});
afterEach(() => store.close());

const mirrored = (...members: readonly ReturnType<typeof disk>[]) =>
  review(
    store,
    bootServer,
    aRequest({
      disk: { by: 'person', disk: first },
      storage: { ...defaultStorage, raidLevel: '1' },
      raidDisks: [...members],
    }),
  );
const codes = (reviewed: ReturnType<typeof mirrored>) => reviewed.blockers.map(({ code }) => code);

const root = (size: number) => ({ mountPoint: '/', fileSystem: 'ext4', size }) as const;

describe('the other disks of a software RAID', () => {
  it('are taken when nothing speaks against them', () => {
    expect(mirrored(second)).toMatchObject({ blockers: [], mustConfirm: false });
  });

  it('are not a LUN that may be other servers’ too', () => {
    expect(codes(mirrored(lun))).toEqual(['deploy.disk_left_alone']);
  });

  it('are not the first disk once more, nor one twice, nor one that is gone', () => {
    expect(codes(mirrored(first))).toEqual(['deploy.no_disk']);
    expect(codes(mirrored(second, second))).toEqual(['deploy.no_disk']);
    expect(codes(mirrored(disk(9)))).toEqual(['deploy.no_disk']);
  });

  it('are as many as the level wants', () => {
    expect(codes(mirrored())).toEqual(['input.invalid']);
  });

  it('have room each for their part of a layout, and need no more', () => {
    const [third, fourth, small] = [disk(5), disk(6), disk(7, { sizeBytes: 32e9 })];
    const disks = [first, second, third, fourth, small];
    store.nodes.save(aNode({ inventory: anInventory({ disks }) }));
    const data = { name: 'data', mountPoint: '/srv', fileSystem: 'xfs', size: 600 * 2 ** 30 } as const;
    const { volumeGroup } = defaultStorage;
    const volumes = [...(volumeGroup?.volumes ?? []), data];
    const striped = (...raidDisks: (typeof first)[]) =>
      review(
        store,
        bootServer,
        aRequest({
          disk: { by: 'person', disk: first },
          storage: { ...defaultStorage, raidLevel: '10', volumeGroup: { name: 'vg', volumes } },
          raidDisks,
        }),
      ).blockers.map(({ code, details }) => [code, details]);
    expect(striped(second, third, fourth)).toEqual([]);
    expect(striped(second, third, small)).toEqual([
      [
        'deploy.disk_too_small',
        { neededBytes: expect.any(Number), disk: expect.objectContaining({ name: 'sd7' }) },
      ],
    ]);
  });

  it('have room for what mdadm keeps of each of them', () => {
    const rootBytes = 400 * 2 ** 30;
    const layout = { ...defaultStorage, partitions: [root(rootBytes)], volumeGroup: null };
    const bytes = (raidLevel: '1' | null) =>
      minimumBytes({ ...layout, raidLevel, firmwarePartition: 'esp' }, 2);
    expect(bytes('1') - bytes(null)).toBeGreaterThanOrEqual(128 * 2 ** 20);
    expect(bytes('1') - bytes(null)).toBeLessThan(rootBytes / 1000);
  });

  it('that hold data are overwritten only when a person says so in writing', () => {
    const reviewed = mirrored(full);
    expect(reviewed.mustConfirm).toBe(true);
    expect(reviewed.warnings.map(({ code }) => code)).toContain('disk.has_data');
  });
});
