/**
 * A root file system becomes a machine on a software RAID 1 of two disks, which starts from either: the disk that the
 * firmware boots is pulled, and the other one carries it to the login prompt.
 */
import type { StorageLayout } from '#shared/contract/index.ts';
import { check, checkEqual } from '../check.ts';
import { factsPattern, parseFacts } from '../facts.ts';
import { type Guest, inGuest } from '../guest.ts';
import { finishInstallation, type Installation, startInstallation } from '../installation.ts';
import { openLaptop } from '../laptop.ts';
import { mirrorServer } from '../machines.ts';
import { inspectServer } from '../procedures.ts';
import { importRootFileSystem, profileWithLayout } from '../root-file-system.ts';
import type { LabRun, Scenario } from '../run.ts';

const mib = 1024 ** 2;
/** The initramfs waits for the missing half before it starts without it. */
const degradedBootTimeoutMs = 1_200_000;

const mirror: StorageLayout = {
  partitionTable: 'gpt',
  raidLevel: '1',
  partitions: [
    { mountPoint: '/boot', fileSystem: 'ext4', size: 400 * mib },
    { mountPoint: '/', fileSystem: 'ext4', size: 'rest' },
  ],
  volumeGroup: null,
};

export const softwareRaid: Scenario = async run => {
  const laptop = await openLaptop(run, [mirrorServer]);
  const image = await importRootFileSystem(run, laptop);
  const profile = await profileWithLayout(laptop, { name: 'mirror', storage: mirror });
  for (const server of laptop.rack.servers) {
    const installation = await startInstallation(run, laptop, {
      server,
      image,
      hostName: 'lab-mirror-01',
      more: async node => {
        const { inventory } = await inspectServer(laptop.product, node);
        const [first] = server.machine.disks;
        return { profile, raidDisks: (inventory?.disks ?? []).filter(disk => disk.serial !== first?.serial) };
      },
    });
    const facts = await finishInstallation(run, laptop, installation);
    run.phase('inside the system');
    const guest = { laptop, keyFile: installation.keyFile, address: facts.address };
    await checkMirrors(run, guest);
    await checkStartsFromOtherDisk(run, guest, installation);
  }
};

/** That of /boot and that of /. */
async function checkMirrors(run: LabRun, guest: Guest): Promise<void> {
  const arrays = await inGuest(guest, 'cat /proc/mdstat');
  run.log(arrays.replaceAll(/\n+/g, ' | '));
  const states = arrays.match(/\[\d\/\d\] \[[U_]+\]/g) ?? [];
  checkEqual(run, 'the state of the mirrors', [...states], ['[2/2] [UU]', '[2/2] [UU]']);
  const type = await inGuest(guest, 'lsblk -no TYPE $(findmnt -no SOURCE /)');
  checkEqual(run, 'what / lies on', type, 'raid1');
}

async function checkStartsFromOtherDisk(
  run: LabRun,
  guest: Guest,
  { server: { machine }, wish }: Installation,
): Promise<void> {
  run.phase('without its first disk');
  // The connection ends before the command does.
  await inGuest(guest, 'poweroff').catch(() => '');
  await machine.whenOff();
  machine.pullDisk(0);
  const mark = machine.serial.mark();
  machine.powerOn();
  const line = await machine.serial.waitFor(factsPattern, degradedBootTimeoutMs, mark);
  run.log(line.text);
  const facts = parseFacts(line.text);
  checkEqual(run, 'the host name', facts.hostname, wish.hostName);
  checkEqual(run, 'the disk of the root file system', facts.rootserial, machine.disks[1]?.serial);
  await machine.serial.waitFor(new RegExp(`^${wish.hostName} login: *$`), 60_000, mark);
  const arrays = await inGuest({ ...guest, address: facts.address }, 'cat /proc/mdstat');
  run.log(arrays.replaceAll(/\n+/g, ' | '));
  check(run, 'its root runs on one half', /\[2\/1\] \[(_U|U_)\]/.test(arrays), arrays);
}
