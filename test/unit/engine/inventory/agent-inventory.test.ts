import { expect, test } from 'vitest';
import { parseAgentInventory } from '#engine/inventory/agent-inventory.ts';

const least = { schema: 1, firmware: { mode: 'uefi' } };

function inventoryOf(value: unknown) {
  const parsed = parseAgentInventory(value, 1);
  if ('reason' in parsed) throw new Error(parsed.reason);
  return parsed.inventory;
}

test('a ramdisk of another time is refused with what to do', () => {
  expect(parseAgentInventory({ ...least, schema: 2 }, 1)).toEqual({
    reason: 'the deploy ramdisk speaks inventory schema 2, this engine 1: build it again (npm run ramdisk)',
  });
});

test('what is no inventory is refused with the member that is wrong', () => {
  for (const value of [null, 'text', [], {}, { schema: '1' }, { schema: 1 }, { ...least, disks: 'none' }]) {
    expect(parseAgentInventory(value, 1)).toHaveProperty('reason');
  }
  expect(parseAgentInventory({ ...least, disks: 7 }, 1)).toMatchObject({
    reason: expect.stringMatching(/^disks: /),
  });
});

test('what is missing is empty', () => {
  expect(inventoryOf(least)).toMatchObject({ firmware: 'uefi', disks: [], nics: [], bmcAddress: '' });
});

test('a disk shows what a person would lose: file systems, and physical volumes with the name of their group', () => {
  const gibibyte = 2 ** 30;
  const { disks } = inventoryOf({
    ...least,
    disks: [
      {
        name: 'sda',
        sizeBytes: 100 * gibibyte,
        partitionTable: 'gpt',
        partitions: [
          { name: 'sda1', sizeBytes: gibibyte / 2, fileSystem: 'vfat', label: 'ESP' },
          { name: 'sda2', sizeBytes: 99 * gibibyte, fileSystem: 'LVM2_member', partitionName: 'pv' },
        ],
      },
      { name: 'sdb', sizeBytes: gibibyte, fileSystem: 'LVM2_member' },
      { name: 'sdc', sizeBytes: gibibyte, partitionTable: 'mbr' },
      { name: 'sdd', sizeBytes: gibibyte },
    ],
    volumeGroups: [{ name: 'rootvg', physicalVolumes: ['sda2', 'sdb'] }],
  });
  expect(disks.map(({ contents }) => contents)).toEqual([
    ['sda1 vfat "ESP" 512 MiB', 'sda2 LVM2_member "rootvg" 99.0 GiB'],
    ['sdb LVM2_member "rootvg"'],
    ['mbr without partitions'],
    [],
  ]);
});
