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

test('a disk has its sector size and what is written on it, a partition type counts where nothing else is known', () => {
  const { disks } = inventoryOf({
    ...least,
    disks: [
      {
        name: 'sda',
        logicalSectorBytes: 4096,
        fileSystem: null,
        partitions: [
          { name: 'sda1', type: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b', fileSystem: 'vfat' },
          { name: 'sda2', type: '37AFFC90-EF7D-4E96-91C3-2D7AE055B174' },
          { name: 'sda3', type: '0xfb', fileSystem: 'VMFS' },
        ],
      },
      { name: 'sdb', fileSystem: 'mpath_member' },
      { name: 'sdc' },
    ],
  });
  expect(disks.map(({ logicalSectorBytes, signatures }) => ({ logicalSectorBytes, signatures }))).toEqual([
    { logicalSectorBytes: 4096, signatures: ['vfat', 'gpfs', 'VMFS'] },
    { logicalSectorBytes: null, signatures: ['mpath_member'] },
    { logicalSectorBytes: null, signatures: [] },
  ]);
});

test('a disk has the groups and arrays that it is a part of', () => {
  const { disks } = inventoryOf({
    ...least,
    disks: [
      { name: 'sda', partitions: [{ name: 'sda2' }, { name: 'sda4' }] },
      { name: 'sdb' },
      { name: 'sdc' },
    ],
    volumeGroups: [{ name: 'datavg', physicalVolumes: ['sda4', 'sdb'] }],
    arrays: [
      { name: 'host:0', uuid: 'aa:bb', level: 'raid1', members: ['sda2', 'sdc'] },
      { name: null, uuid: 'cc:dd', members: ['sdc'] },
    ],
  });
  expect(disks.map(({ groups }) => groups)).toEqual([
    ['datavg', 'host:0 aa:bb'],
    ['datavg'],
    ['host:0 aa:bb', 'cc:dd'],
  ]);
});

test('one place with the marks of two file systems has both of them', () => {
  const { disks } = inventoryOf({
    ...least,
    disks: [
      { name: 'sda', fileSystem: 'ext4+ocfs2', partitions: [{ name: 'sda1', fileSystem: 'xfs+ext4' }] },
    ],
  });
  expect(disks[0]).toMatchObject({
    signatures: ['ext4', 'ocfs2', 'xfs'],
    contents: ['sda1 xfs+ext4 0 MiB', 'sda ext4+ocfs2'],
  });
});

test.each<[unknown, number | null]>([
  [100, 100],
  [4094, 4094],
  [0, null],
  [4095, null],
  [1.5, null],
  [null, null],
  [undefined, null],
])('a neighbour that says VLAN %s is on VLAN %s', (vlan, expected) => {
  const lldp = { chassisId: '00:11:22:33:44:55', portId: 'Gi1/0/7', systemName: 'tor-1', vlan };
  const { nics } = inventoryOf({ ...least, nics: [{ name: 'eth0', mac: '52:54:00:aa:00:01', lldp }] });
  expect(nics[0]?.lldp).toEqual({ chassis: 'tor-1', port: 'Gi1/0/7', description: '', vlan: expected });
});
