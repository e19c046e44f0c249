/**
 * An installation as Anaconda does it, in minutes: a disc like Rocky Linux 9's, a real kernel, and stand-ins for dracut and
 * Anaconda that fetch, log and report in their order and words (`anaconda-like/`). Its scripts are really run, so what lies
 * on the disk at the end is what our answer file makes of a system.
 */
import { randomBytes } from 'node:crypto';
import type { Deployment, Image, Profile, TimelineEvent } from '#shared/contract/index.ts';
import { obtainStandInDisc } from '../anaconda-like/build.ts';
import { check, checkEqual } from '../check.ts';
import { checksumOf, fillWithCustomerData } from '../customer-disk.ts';
import { makeKeyPair } from '../guest.ts';
import { checkNoSecrets, openLaptop } from '../laptop.ts';
import type { MachineDisk } from '../machine.ts';
import {
  createProfile,
  type DeploymentWish,
  deploy,
  enrollServer,
  importImage,
  inspectServer,
  nodeNow,
  powerCycle,
  timelineOf,
  until,
} from '../procedures.ts';
import type { Product } from '../product.ts';
import type { Server } from '../rack.ts';
import type { LabRun, Scenario } from '../run.ts';
import {
  checkIdentity,
  disksOf,
  finishInstallation,
  installTimeoutMs,
  openInstalled,
  phasesTold,
  standInServer,
  systemSerial,
  throwIfStopped,
  waitForDisk,
} from '../stand-in-installation.ts';

const hostName = 'lab-rocky.rack.example';
const userPassword = 'ops-secret-1';
/** Beyond the ten seconds of silence that the profile allows, long enough for a busy host to notice. */
const silenceSeconds = 45;

export const anacondaLike: Scenario = async run => {
  const { product, rack } = await openLaptop(run, [standInServer]);
  const [server] = rack.servers;
  if (server === undefined) throw new Error('the rack is empty');
  const { customers, system } = disksOf(server);
  await fillWithCustomerData(customers);
  const checksum = await checksumOf(customers);
  const image = await importDisc(run, product);
  const wish = await wishFor(run, product, server, image);
  const failed = await failByReset(run, product, server, wish);
  run.phase('installation, tried again');
  const start = (): Promise<Deployment> => product.call.deployments.retry({ id: failed.id });
  checkTold(run, await finishInstallation(run, product, { server, wish, start }));
  await checkStaysInstalled(run, product, server, wish);
  run.phase('the disks');
  server.machine.powerOff();
  await server.machine.whenOff();
  await checkSystem(run, system, wish);
  checkEqual(run, "the checksum of somebody else's disk", await checksumOf(customers), checksum);
  await checkNoSecrets(run, product, {
    'root password': wish.rootPassword,
    "user's password": userPassword,
    'BMC password': server.bmc.password,
  });
};

async function importDisc(run: LabRun, product: Product): Promise<Image> {
  run.phase('image import');
  const image = await importImage(product, await obtainStandInDisc('rocky', run.log), 'Rocky Linux 9');
  checkEqual(run, 'what the image is', image.kind, 'installer');
  checkEqual(run, 'what it installs, and how sure that is', image.installer, {
    family: 'anaconda',
    distribution: 'rocky',
    version: '9.4',
    architecture: 'x86_64',
    kernel: 'images/pxeboot/vmlinuz',
    initrd: 'images/pxeboot/initrd.img',
    repository: '',
    certainty: 'certain',
  });
  return image;
}

async function wishFor(run: LabRun, product: Product, server: Server, image: Image): Promise<DeploymentWish> {
  const { sshKey } = await makeKeyPair(run, hostName);
  run.phase('enrolment and inspection');
  const node = await inspectServer(product, await enrollServer(product, server));
  return {
    node,
    image,
    hostName,
    sshKey,
    profile: await rockyProfile(product),
    diskSerial: systemSerial,
    rootPassword: `root-${randomBytes(6).toString('hex')}`,
  };
}

/** A script of its own keeps the installer silent; ten seconds of that are a stall by this profile's own table. */
async function rockyProfile(product: Product): Promise<Profile> {
  const profile = await createProfile(product, {
    name: 'Rocky',
    users: [
      { name: 'ops', fullName: 'Operations', sshAuthorizedKeys: [], sudo: true, password: userPassword },
    ],
    packages: ['chrony'],
    postScripts: [
      { name: 'marker', text: '#!/bin/sh\necho "installed by Rackside" >/etc/lab-marker\n' },
      { name: 'silence', text: `sleep ${silenceSeconds}\n` },
    ],
  });
  const family = 'anaconda';
  const { phrases } = await product.call.profiles.phrases({ id: profile.id, family });
  const impatient = { words: 'no line of any log', phase: 'scripts', percent: 90, quietSeconds: 10 };
  return product.call.profiles.setPhrases({ id: profile.id, family, phrases: [...phrases, impatient] });
}

/** Silent while its scripts run, then reset: no second start of the installer on a disk that is half written. */
async function failByReset(
  run: LabRun,
  product: Product,
  server: Server,
  wish: DeploymentWish,
): Promise<Deployment> {
  run.phase('installation, broken off');
  const started = await deploy(product, wish);
  await until('a stall', installTimeoutMs, async () => {
    throwIfStopped(server);
    const now = await product.call.deployments.get({ id: started.id });
    if (now.state !== 'running') throw new Error(`it ${now.state}: ${JSON.stringify(now.error)}`);
    return installPhase(now)?.trouble === 'stalled' ? now : undefined;
  });
  check(run, 'an installer that says nothing is called stalled', true);
  const mark = server.machine.serial.mark();
  server.machine.reset();
  await waitForDisk(server, mark);
  check(run, 'a machine that boots again in the middle goes to its disk', true);
  const failed = await until('the failure', 30_000, async () => {
    const now = await product.call.deployments.get({ id: started.id });
    return now.state === 'running' ? undefined : now;
  });
  const outcome = [failed.state, failed.error?.code];
  checkEqual(run, 'its deployment', outcome, ['failed', 'deploy.installer_failed']);
  return failed;
}

function installPhase(deployment: Deployment) {
  return deployment.steps.find(({ name }) => name === 'install')?.phase;
}

/** Phases that only the log tells are among them: it comes by TCP from the rsyslogd that Anaconda's images have, too. */
function checkTold(run: LabRun, events: readonly TimelineEvent[]): void {
  checkEqual(run, 'what the installer told', phasesTold(events), [
    '2 answers read',
    '4 started',
    '5 started',
    '10 preparing',
    '12 partitioning',
    '25 partitioned',
    '28 packages',
    '35 packages',
    '72 boot loader',
    '78 settings',
    '80 settings',
    '82 settings',
    '84 initramfs',
    '87 settings',
    '89 scripts',
    '90 scripts',
    '100 finished',
  ]);
  const troubles = events.flatMap(({ message }) =>
    ['installer.stalled', 'installer.goes_on', 'installer.needs_person'].includes(message) ? [message] : [],
  );
  checkEqual(run, 'its troubles', troubles, ['installer.stalled', 'installer.goes_on']);
}

async function checkStaysInstalled(
  run: LabRun,
  product: Product,
  server: Server,
  wish: DeploymentWish,
): Promise<void> {
  run.phase('power cycle');
  const mark = server.machine.serial.mark();
  const before = (await timelineOf(product, wish.node)).length;
  await powerCycle(product, wish.node);
  await waitForDisk(server, mark);
  const events = (await timelineOf(product, wish.node)).slice(before);
  check(
    run,
    'the firmware asked the network and was told to boot from its disk',
    events.some(({ message }) => message === 'boot.next_device'),
  );
  check(run, 'it saw no installer', server.machine.serial.find(/LAB-INSTALLER/, mark) === undefined);
  checkEqual(run, 'its state', (await nodeNow(product, wish.node)).provisionState, 'active');
}

async function checkSystem(run: LabRun, disk: MachineDisk, wish: DeploymentWish): Promise<void> {
  const file = await openInstalled(run, disk, 'installed');
  await checkIdentity(run, file, wish, { root: wish.rootPassword, ops: userPassword });
  checkEqual(run, 'the host name', await file('etc/hostname'), hostName);
  check(run, 'the user may become root', (await file('etc/sudoers.d/90-ops')).includes('ops ALL=(ALL) ALL'));
  // Only Anaconda itself can act on these; the kernel's name is the one that our script has found.
  const kickstart = (await file('root/anaconda-ks.cfg')).split('\n');
  const only = 'ignoredisk --only-use=sda';
  const clear = 'clearpart --all --drives=sda --initlabel';
  for (const line of [only, clear, 'volgroup rootvg pv.01'])
    check(
      run,
      `the kickstart says «${line}»`,
      kickstart.some(each => each.startsWith(line)),
    );
}
