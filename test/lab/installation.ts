/** The main job, as several scenarios need it: a bare server becomes a machine with an identity and stays one. */
import { randomBytes } from 'node:crypto';
import type { Deployment, Image, Node } from '#shared/contract/index.ts';
import { check, checkEqual } from './check.ts';
import { factsPattern, type LabFacts, parseFacts, rootKeysHash } from './facts.ts';
import { inGuest, logInOnConsole, makeKeyPair } from './guest.ts';
import type { Laptop } from './laptop.ts';
import { checkNoSecrets } from './laptop.ts';
import { wires } from './namespaces.ts';
import {
  type DeploymentWish,
  deploy,
  enrollServer,
  followDeployment,
  nodeNow,
  powerCycle,
  timelineOf,
  until,
} from './procedures.ts';
import type { Server } from './rack.ts';
import type { LabRun } from './run.ts';

export type Installation = {
  readonly server: Server;
  readonly wish: DeploymentWish;
  readonly keyFile: string;
  readonly deployment: Deployment;
};

/** Usually 60 s; on a busy host an emulated machine may take twenty times that. A hang still ends. */
export const deployTimeoutMs = 1_500_000;
const bootTimeoutMs = 900_000;
/** From power-on to the disk's boot loader: UEFI first waits some 80 s for PXE by IPv6, however idle the host is. */
const loaderTimeoutMs = 300_000;

/** Enrols the server and starts its deployment onto its system disk, chosen by serial number. */
export async function startInstallation(
  run: LabRun,
  laptop: Laptop,
  options: {
    readonly server: Server;
    readonly image: Image;
    readonly hostName: string;
    /** What else is wanted, when the server is enrolled. */
    readonly more?: (node: Node) => Promise<Partial<DeploymentWish>>;
  },
): Promise<Installation> {
  const { server, image, hostName, more } = options;
  const { machine } = server;
  run.phase(`${machine.spec.name}: enrol`);
  const node = await enrollServer(laptop.product, server);
  checkEqual(run, 'the power of a server that was never switched on', node.powerState, 'power off');
  const { keyFile, sshKey } = await makeKeyPair(run, hostName);
  const wish: DeploymentWish = {
    node,
    image,
    diskSerial: systemDiskSerial(server),
    hostName,
    rootPassword: `root-${randomBytes(6).toString('hex')}`,
    sshKey,
    ...(await more?.(node)),
  };
  run.phase(`${machine.spec.name}: deploy`);
  const deployment = await deploy(laptop.product, wish);
  return { server, wish, keyFile, deployment };
}

export function systemDiskSerial({ machine }: Server): string {
  const disk = machine.spec.disks.find(({ isBootDisk }) => isBootDisk);
  if (disk === undefined) throw new Error(`${machine.spec.name} has no system disk`);
  return disk.serial;
}

/** Through writing to `active`, then to the loader on the disk that was written. */
export async function reachLoader(run: LabRun, laptop: Laptop, installation: Installation): Promise<void> {
  const { server, wish, deployment } = installation;
  await followDeployment(run, laptop.product, {
    deployment,
    server,
    timeoutMs: deployTimeoutMs,
  });
  await until(`${wish.hostName} becoming active`, 30_000, async () => {
    const { provisionState } = await nodeNow(laptop.product, wish.node);
    return provisionState === 'active' ? provisionState : undefined;
  });
  run.phase(`${server.machine.spec.name}: first boot`);
  await server.machine.serial.waitFor(/LAB-GRUB/, loaderTimeoutMs);
  check(run, 'the loader of its own disk starts', true);
}

/** The same, and on to the login prompt of a machine that has the identity asked for. */
export async function finishInstallation(
  run: LabRun,
  laptop: Laptop,
  installation: Installation,
): Promise<LabFacts> {
  await reachLoader(run, laptop, installation);
  const { server, wish } = installation;
  const { serial } = server.machine;
  const line = await serial.waitFor(factsPattern, bootTimeoutMs);
  run.log(line.text);
  run.log(`CPU since power-on: ${await server.machine.cpuSeconds()} s`);
  const facts = parseFacts(line.text);
  checkFacts(run, installation, facts);
  await serial.waitFor(new RegExp(`^${wish.hostName} login: *$`), 60_000);
  check(run, `the serial port shows the login prompt of ${wish.hostName}`, true);
  return facts;
}

function checkFacts(run: LabRun, { server, wish }: Installation, facts: LabFacts): void {
  checkEqual(run, 'the host name', facts.hostname, wish.hostName);
  checkEqual(run, "root's authorized keys", facts.rootkeys, rootKeysHash([wish.sshKey]));
  checkEqual(run, 'the disk of the root file system', facts.rootserial, wish.diskSerial);
  checkEqual(run, 'the firmware mode', facts.bootmode, server.machine.spec.firmware);
  checkEqual(run, "root's password", facts.rootpw, 'set');
  checkEqual(run, "cloud-init's result", facts.cloudinit, 'ok');
  const { address } = wires[server.machine.spec.wire ?? 'first'];
  const subnet = address.slice(0, address.lastIndexOf('.') + 1);
  check(run, 'the address is one of its network', facts.address.startsWith(subnet), facts.address);
}

/** The password on the serial console, the key over the network. */
export async function checkLogins(
  run: LabRun,
  laptop: Laptop,
  installed: Installation,
  facts: LabFacts,
): Promise<void> {
  const { server, wish, keyFile } = installed;
  run.phase(`${server.machine.spec.name}: logins`);
  await logInOnConsole(run, server, wish);
  const guest = { laptop, keyFile, address: facts.address };
  checkEqual(run, 'the host name over SSH with the key', await inGuest(guest, 'hostname'), wish.hostName);
}

/**
 * Boot policy: the network is first in this machine's boot order, so every power-on asks us again; it has to come up
 * from its disk all the same, with the identity that it has.
 */
export async function checkBootsFromDiskForEver(
  run: LabRun,
  laptop: Laptop,
  installed: Installation,
  facts: LabFacts,
): Promise<void> {
  const { server, wish } = installed;
  const { machine } = server;
  run.phase(`${machine.spec.name}: power cycle`);
  const mark = machine.serial.mark();
  const historyBefore = machine.history().length;
  const before = (await timelineOf(laptop.product, wish.node)).length;
  await powerCycle(laptop.product, wish.node);
  await machine.serial.waitFor(/LAB-GRUB/, loaderTimeoutMs, mark);
  const line = await machine.serial.waitFor(factsPattern, bootTimeoutMs, mark);
  const again = parseFacts(line.text);
  run.log(line.text);
  run.log(`CPU since power-on: ${await machine.cpuSeconds()} s`);
  check(run, 'it is another boot', again.bootid !== facts.bootid);
  checkEqual(run, 'the host name', again.hostname, wish.hostName);
  checkEqual(run, 'the disk of the root file system', again.rootserial, wish.diskSerial);
  await machine.serial.waitFor(new RegExp(`^${wish.hostName} login: *$`), 60_000, mark);
  const powerOns = machine
    .history()
    .slice(historyBefore)
    .filter(entry => entry.includes('power on, boot'));
  checkEqual(run, 'the number of power-ons in one power cycle', powerOns.length, 1);
  check(
    run,
    'nobody helped with a boot override and the network came first',
    powerOns.every(entry => entry.includes('boot none: nic0')),
    powerOns.join('; '),
  );
  const events = (await timelineOf(laptop.product, wish.node)).slice(before);
  const answered = events.filter(({ message }) => message === 'boot.next_device');
  check(run, 'the firmware asked the network and was told to boot from its disk', answered.length > 0);
  checkEqual(run, 'its state', (await nodeNow(laptop.product, wish.node)).provisionState, 'active');
}

export async function checkDiscretion(run: LabRun, laptop: Laptop, installed: Installation): Promise<void> {
  await checkNoSecrets(run, laptop.product, {
    'root password': installed.wish.rootPassword,
    'BMC password': installed.server.bmc.password,
  });
}
