/**
 * A root file system becomes a machine on LVM with `rootvg`. Boot loader and initramfs are made by the image's own
 * programs in the ramdisk; to the login prompt, looked at inside, and again after a power cycle.
 */
import type { IdentityDrive, StorageLayout } from '#shared/contract/index.ts';
import { checkEqual } from '../check.ts';
import { inGuest } from '../guest.ts';
import { checkBootsFromDiskForEver, finishInstallation, startInstallation } from '../installation.ts';
import { openLaptop } from '../laptop.ts';
import { biosServer, uefiServer } from '../machines.ts';
import type { MachineSpec } from '../qemu-arguments.ts';
import { importRootFileSystem, profileWithLayout } from '../root-file-system.ts';
import type { Scenario } from '../run.ts';

const mib = 1024 ** 2;

const volumes: StorageLayout = {
  partitionTable: 'gpt',
  raidLevel: null,
  partitions: [{ mountPoint: '/boot', fileSystem: 'ext4', size: 400 * mib }],
  volumeGroup: {
    name: 'rootvg',
    volumes: [
      { name: 'root', mountPoint: '/', fileSystem: 'ext4', size: 'rest' },
      { name: 'var', mountPoint: '/var', fileSystem: 'ext4', size: 1024 * mib },
      { name: 'swap', mountPoint: '', fileSystem: 'swap', size: 256 * mib },
    ],
  },
};

const expected: readonly (readonly [what: string, command: string, result: string])[] = [
  ['the root file system', 'findmnt -no FSTYPE,SOURCE /', 'ext4 /dev/mapper/rootvg-root'],
  ['the file system of /var', 'findmnt -no FSTYPE,SOURCE /var', 'ext4 /dev/mapper/rootvg-var'],
  ['the file system of /boot', 'findmnt -no FSTYPE /boot', 'ext4'],
  ['the swap space', 'swapon --noheadings --show=TYPE', 'partition'],
  [
    'the logical volumes',
    'lvs --noheadings -o vg_name,lv_name | sort | xargs',
    'rootvg root rootvg swap rootvg var',
  ],
  ['the size of that of /var', 'lvs --noheadings --units m -o lv_size rootvg/var | xargs', '1024.00m'],
];

export const partitionImageBios: Scenario = installOnVolumes(biosServer, 'lab-volumes-01', 'nocloud');
export const partitionImageUefi: Scenario = installOnVolumes(uefiServer, 'lab-volumes-02', 'config-drive');

function installOnVolumes(spec: MachineSpec, hostName: string, identityDrive: IdentityDrive): Scenario {
  return async run => {
    const laptop = await openLaptop(run, [spec]);
    const image = await importRootFileSystem(run, laptop);
    const profile = await profileWithLayout(laptop, { name: 'rootvg', storage: volumes, identityDrive });
    for (const server of laptop.rack.servers) {
      const more = async () => ({ profile });
      const installation = await startInstallation(run, laptop, { server, image, hostName, more });
      const facts = await finishInstallation(run, laptop, installation);
      run.phase('inside the system');
      const guest = { laptop, keyFile: installation.keyFile, address: facts.address };
      for (const [what, command, result] of expected)
        checkEqual(run, what, (await inGuest(guest, command)).replaceAll(/\s+/g, ' '), result);
      await checkBootsFromDiskForEver(run, laptop, installation, facts);
    }
  };
}
