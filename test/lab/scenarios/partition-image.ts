/**
 * A root file system becomes a machine: on LVM with `rootvg`, and on a software RAID 1 of two disks. Boot loader and
 * initramfs are made by the image's own programs in the ramdisk; both to the login prompt, looked at inside.
 */
import type { Image, Profile, StorageLayout } from '#shared/contract/index.ts';
import { checkEqual } from '../check.ts';
import { inGuest } from '../guest.ts';
import { checkBootsFromDiskForEver, finishInstallation, startInstallation } from '../installation.ts';
import { type Laptop, openLaptop } from '../laptop.ts';
import { mirrorServer, uefiServer } from '../machines.ts';
import { obtainFileSystemImage } from '../os-image/build.ts';
import { createProfile, importImage, inspectServer } from '../procedures.ts';
import type { LabRun, Scenario } from '../run.ts';

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

const mirror: StorageLayout = {
  partitionTable: 'gpt',
  raidLevel: '1',
  partitions: [
    { mountPoint: '/boot', fileSystem: 'ext4', size: 400 * mib },
    { mountPoint: '/', fileSystem: 'ext4', size: 'rest' },
  ],
  volumeGroup: null,
};

async function importRootFileSystem(run: LabRun, { product }: Laptop): Promise<Image> {
  run.phase('image import');
  const image = await importImage(product, await obtainFileSystemImage(run.log), 'Lab root file system');
  checkEqual(run, 'what the image is', image.kind, 'file-system');
  return image;
}

function profileOf({ product }: Laptop, name: string, storage: StorageLayout): Promise<Profile> {
  return createProfile(product, {
    name,
    storage,
    kernelArguments: 'console=ttyS0,115200',
    rebuildInitramfs: true,
  });
}

export const partitionImage: Scenario = async run => {
  const laptop = await openLaptop(run, [uefiServer]);
  const image = await importRootFileSystem(run, laptop);
  const profile = await profileOf(laptop, 'rootvg', volumes);
  for (const server of laptop.rack.servers) {
    const installation = await startInstallation(run, laptop, {
      server,
      image,
      hostName: 'lab-volumes-01',
      more: async () => ({ profile }),
    });
    const facts = await finishInstallation(run, laptop, installation);
    run.phase('inside the system');
    const guest = { laptop, keyFile: installation.keyFile, address: facts.address };
    const expected: readonly (readonly [string, string, string])[] = [
      ['the root file system', 'findmnt -no FSTYPE,SOURCE /', 'ext4 /dev/mapper/rootvg-root'],
      ['the file system of /var', 'findmnt -no FSTYPE,SOURCE /var', 'ext4 /dev/mapper/rootvg-var'],
      ['the file system of /boot', 'findmnt -no FSTYPE /boot', 'ext4'],
      ['the swap space', 'swapon --noheadings --show=TYPE', 'partition'],
    ];
    for (const [what, command, result] of expected)
      checkEqual(run, what, (await inGuest(guest, command)).replace(/ +/g, ' '), result);
    await checkBootsFromDiskForEver(run, laptop, installation, facts);
  }
};

export const softwareRaid: Scenario = async run => {
  const laptop = await openLaptop(run, [mirrorServer]);
  const image = await importRootFileSystem(run, laptop);
  const profile = await profileOf(laptop, 'mirror', mirror);
  for (const server of laptop.rack.servers) {
    const installation = await startInstallation(run, laptop, {
      server,
      image,
      hostName: 'lab-mirror-01',
      more: async node => {
        const { inventory } = await inspectServer(laptop.product, node);
        const [system] = server.machine.spec.disks;
        const raidDisks = (inventory?.disks ?? []).filter(({ serial }) => serial !== system?.serial);
        return { profile, raidDisks };
      },
    });
    const facts = await finishInstallation(run, laptop, installation);
    run.phase('inside the system');
    const guest = { laptop, keyFile: installation.keyFile, address: facts.address };
    const arrays = await inGuest(guest, 'cat /proc/mdstat');
    run.log(arrays.replaceAll(/\n+/g, ' | '));
    checkEqual(run, 'the number of mirrors with both disks', arrays.match(/\[2\/2\] \[UU\]/g)?.length, 2);
    checkEqual(
      run,
      'what / lies on',
      await inGuest(guest, 'lsblk -no TYPE $(findmnt -no SOURCE /)'),
      'raid1',
    );
    await checkBootsFromDiskForEver(run, laptop, installation, facts);
  }
};
