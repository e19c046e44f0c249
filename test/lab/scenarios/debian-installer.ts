/**
 * Debian's own installer, unattended by our answer file, from an ISO that is served as it lies there: LVM with `rootvg`, a
 * bond of both NICs with the provisioning network untagged and a VLAN on top. Over an hour under emulation, so it is in no
 * default run.
 */
import { randomBytes } from 'node:crypto';
import type { Deployment, Image, Profile } from '#shared/contract/index.ts';
import { checkBond, checkVlan, requestBondAndVlan } from '../bonded-network.ts';
import { check, checkEqual } from '../check.ts';
import { type Guest, inGuest, logInOnConsole, makeKeyPair } from '../guest.ts';
import { systemDiskSerial } from '../installation.ts';
import { obtainInstallerIso, obtainNetboot } from '../installer-iso/build.ts';
import { checkNoSecrets, type Laptop, openLaptop } from '../laptop.ts';
import { bondedBiosServer, bondedUefiServer } from '../machines.ts';
import {
  createProfile,
  type DeploymentWish,
  deploy,
  enrollServer,
  followDeployment,
  importImage,
  inspectServer,
  nodeNow,
  powerCycle,
  timelineOf,
  until,
} from '../procedures.ts';
import type { Product } from '../product.ts';
import type { MachineSpec } from '../qemu-arguments.ts';
import type { Server } from '../rack.ts';
import type { LabRun, Scenario } from '../run.ts';
import { recordSyslog } from '../syslog-recording.ts';

const installTimeoutMs = 5_400_000;
const bootTimeoutMs = 900_000;
const gib = 1024 ** 3;

export const installerBios: Scenario = installDebian(bondedBiosServer, 'lab-debian-bios');
export const installerUefi: Scenario = installDebian(bondedUefiServer, 'lab-debian-uefi');
/** Debian's own layout of a disc: it cannot be installed until boot files of another image are chosen for it. */
export const installerOwnDisc: Scenario = installDebian(bondedBiosServer, 'lab-debian-own', importOwnDisc);

function installDebian(spec: MachineSpec, hostName: string, importDisc = importInstaller): Scenario {
  return async run => {
    const laptop = await openLaptop(run, [spec]);
    await recordSyslog(run, laptop, 'debian-installer-13');
    const image = await importDisc(run, laptop);
    for (const server of laptop.rack.servers) {
      const { wish, keyFile } = await wishFor(run, laptop, { server, image, hostName });
      run.phase('installation');
      await install(run, laptop, server, wish);
      run.phase('first boot');
      await server.machine.serial.waitFor(new RegExp(`^${hostName} login: *$`), bootTimeoutMs);
      check(run, `the serial port shows the login prompt of ${hostName}`, true);
      await logInOnConsole(run, server, wish);
      const guest = { laptop, keyFile, address: staticAddress(spec) };
      await checkSystem(run, guest, wish);
      await checkBond(run, guest, server);
      await checkVlan(run, guest);
      await checkStaysInstalled(run, laptop, server, wish);
      await checkNoSecrets(run, laptop.product, {
        'root password': wish.rootPassword,
        'BMC password': server.bmc.password,
      });
    }
  };
}

async function importInstaller(run: LabRun, { product }: Laptop): Promise<Image> {
  run.phase('image import');
  const image = await importImage(product, await obtainInstallerIso(run.log), 'Debian 13');
  checkEqual(run, 'what the image is', image.kind, 'installer');
  const { installer } = image;
  checkEqual(run, 'whose installer it is', installer?.family, 'debian-installer');
  checkEqual(run, 'its distribution', `${installer?.distribution} ${installer?.version}`, 'debian 13');
  checkEqual(run, 'how sure that is', installer?.certainty, 'certain');
  return image;
}

async function importOwnDisc(run: LabRun, { product }: Laptop): Promise<Image> {
  run.phase('image import');
  const disc = await importImage(
    product,
    await obtainInstallerIso(run.log, 'as-debian'),
    'Debian 13 netinst',
  );
  const wantsDisc = disc.evidence.some(({ code }) => code === 'installer.initrd_wants_disc');
  check(run, 'its initrd is known to look for a disc', wantsDisc);
  const netboot = await importImage(product, await obtainNetboot(run.log), 'netboot.tar.gz');
  if (disc.installer === null || netboot.installer === null)
    throw new Error('an installer is not recognised');
  checkEqual(run, 'the release of the boot files', netboot.installer.version, '13');
  const { kernel, initrd } = netboot.installer;
  const { certainty: _, ...known } = disc.installer;
  return product.call.images.correctInstaller({
    id: disc.id,
    installer: { ...known, kernel, initrd, kernelImageId: netboot.id, initrdImageId: netboot.id },
  });
}

async function wishFor(
  run: LabRun,
  { product }: Laptop,
  options: { readonly server: Server; readonly image: Image; readonly hostName: string },
): Promise<{ readonly wish: DeploymentWish; readonly keyFile: string }> {
  const { server, image, hostName } = options;
  const { keyFile, sshKey } = await makeKeyPair(run, hostName);
  run.phase('enrolment and inspection');
  const node = await inspectServer(product, await enrollServer(product, server));
  const networks = await requestBondAndVlan(product, node, staticAddress(server.machine.spec));
  const wish: DeploymentWish = {
    node,
    image,
    hostName,
    networks,
    profile: await debianProfile(product),
    diskSerial: systemDiskSerial(server),
    rootPassword: `root-${randomBytes(6).toString('hex')}`,
    sshKey,
  };
  return { wish, keyFile };
}

function staticAddress(spec: MachineSpec): string {
  return `10.77.0.${spec.firmware === 'bios' ? 41 : 42}`;
}

function debianProfile(product: Product): Promise<Profile> {
  return createProfile(product, {
    name: 'Debian with rootvg',
    storage: {
      partitionTable: 'gpt',
      raidLevel: null,
      partitions: [{ mountPoint: '/boot', fileSystem: 'ext4', size: gib / 2 }],
      volumeGroup: {
        name: 'rootvg',
        volumes: [
          { name: 'root', mountPoint: '/', fileSystem: 'ext4', size: 'rest' },
          { name: 'var', mountPoint: '/var', fileSystem: 'ext4', size: 2 * gib },
          { name: 'swap', mountPoint: '', fileSystem: 'swap', size: gib / 4 },
        ],
      },
    },
    users: [
      { name: 'ops', fullName: 'Operations', sshAuthorizedKeys: [], sudo: true, password: 'ops-secret-1' },
    ],
    postScripts: [{ name: 'marker', text: '#!/bin/sh\necho "installed by Rackside" >/etc/lab-marker\n' }],
  });
}

/** To `active`, with the phases that the installer's log and our scripts tell, in order and rising. */
async function install(
  run: LabRun,
  { product }: Laptop,
  server: Server,
  wish: DeploymentWish,
): Promise<void> {
  const deployment = await deploy(product, wish);
  const phases: { readonly name: string; readonly percent: number }[] = [];
  const onLook = (now: Deployment): void => {
    const phase = now.steps.find(({ name }) => name === 'install')?.phase;
    if (phase == null) return;
    const last = phases.at(-1);
    if (last?.name === phase.name && last.percent === phase.percent) return;
    phases.push({ name: phase.name, percent: phase.percent });
    run.log(`${phase.percent} % ${phase.name}${phase.trouble === null ? '' : ` (${phase.trouble})`}`);
  };
  await followDeployment(run, product, { deployment, server, timeoutMs: installTimeoutMs, onLook });
  await until(`${wish.hostName} becoming active`, 30_000, async () => {
    const { provisionState } = await nodeNow(product, wish.node);
    return provisionState === 'active' ? provisionState : undefined;
  });
  const percents = phases.map(({ percent }) => percent);
  check(
    run,
    'the percent only rose, over at least eight phases, to 100',
    percents.length >= 8 &&
      percents.at(-1) === 100 &&
      percents.every((each, at) => each >= (percents[at - 1] ?? 0)),
    JSON.stringify(phases),
  );
}

async function checkSystem(run: LabRun, guest: Guest, wish: DeploymentWish): Promise<void> {
  run.phase('inside the system');
  const volumes = "lvs --noheadings -o vg_name,lv_name | sort | tr -s ' \\n' ' '";
  const rootDisk =
    "lsblk -snro NAME,SERIAL,TYPE $(findmnt -no SOURCE /) | sed -n 's/ disk$//p' | cut -d' ' -f2";
  const expected: readonly (readonly [string, string, string])[] = [
    ['the host name', 'hostname', wish.hostName],
    ['the distribution', '. /etc/os-release; echo $ID $VERSION_ID', 'debian 13'],
    ["root's authorized keys", 'cat /root/.ssh/authorized_keys', wish.sshKey],
    ['the logical volumes', volumes, 'rootvg root rootvg swap rootvg var'],
    ['the root file system', 'findmnt -no FSTYPE,SOURCE /', 'ext4 /dev/mapper/rootvg-root'],
    ['the disk of the root file system', rootDisk, wish.diskSerial],
    ['the partition of the boot loader', 'findmnt -no FSTYPE /boot', 'ext4'],
    ['the swap space', 'swapon --noheadings --show=NAME | wc -l', '1'],
    ["the profile's user", 'id -nG ops', 'ops'],
    ["the profile's script", 'cat /etc/lab-marker', 'installed by Rackside'],
    ['units that failed', 'systemctl --failed --plain --no-legend', ''],
  ];
  for (const [what, command, result] of expected)
    checkEqual(run, what, await inGuest(guest, command), result);
}

/** The network comes first in its boot order: each start asks us, and never gets the installer again. */
async function checkStaysInstalled(
  run: LabRun,
  { product }: Laptop,
  { machine }: Server,
  wish: DeploymentWish,
): Promise<void> {
  run.phase('power cycle');
  const mark = machine.serial.mark();
  const before = (await timelineOf(product, wish.node)).length;
  await powerCycle(product, wish.node);
  await machine.serial.waitFor(new RegExp(`^${wish.hostName} login: *$`), bootTimeoutMs, mark);
  const events = (await timelineOf(product, wish.node)).slice(before);
  check(
    run,
    'the firmware asked the network and was told to boot from its disk',
    events.some(({ message }) => message === 'boot.next_device'),
  );
  checkEqual(run, 'its state', (await nodeNow(product, wish.node)).provisionState, 'active');
}
