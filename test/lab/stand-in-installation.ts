/** An installation by a stand-in, from the deployment to the files that it leaves on the disk. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployment, TimelineEvent } from '#shared/contract/index.ts';
import { bootSectorText } from './anaconda-like/boot-sector.ts';
import { check, checkEqual } from './check.ts';
import type { MachineDisk } from './machine.ts';
import { type DeploymentWish, followDeployment, nodeNow, timelineOf, until } from './procedures.ts';
import type { Product } from './product.ts';
import { runProgram } from './program.ts';
import type { MachineSpec } from './qemu-arguments.ts';
import type { Server } from './rack.ts';
import type { LabRun } from './run.ts';

const gib = 1024 ** 3;
export const installTimeoutMs = 1_500_000;
const bootTimeoutMs = 600_000;

/** A disk of somebody else's is found first; the one for the system is large and empty. */
export const standInServer: MachineSpec = {
  name: 'rack9-stand-in',
  firmware: 'bios',
  nic: 'e1000',
  mac: '52:54:00:1a:b0:09',
  bootOrder: 'network-first',
  memoryMib: 1024,
  disks: [
    { controller: 'virtio-blk', serial: 'CUSTOMER-0009', sizeBytes: 0.25 * gib, isBootDisk: false },
    { controller: 'ahci', serial: 'SATA-SYS-0009', sizeBytes: 32 * gib, isBootDisk: true },
  ],
};
export const systemSerial = 'SATA-SYS-0009';

export function disksOf({ machine }: Server): {
  readonly customers: MachineDisk;
  readonly system: MachineDisk;
} {
  const [customers, system] = machine.disks;
  if (customers === undefined || system === undefined) throw new Error('the server has not both disks');
  return { customers, system };
}

/** The stand-ins wait for a person then, as those do for whom they stand. */
export function throwIfStopped({ machine }: Server): void {
  const line = machine.serial.find(/LAB-INSTALLER (gave up|stopped)/);
  if (line !== undefined) throw new Error(line.text);
}

/** To `active` and to the boot sector of its disk; what was told meanwhile. */
export async function finishInstallation(
  run: LabRun,
  product: Product,
  options: {
    readonly server: Server;
    readonly wish: DeploymentWish;
    readonly start: () => Promise<Deployment>;
  },
): Promise<readonly TimelineEvent[]> {
  const { server, wish, start } = options;
  const before = (await timelineOf(product, wish.node)).length;
  const mark = server.machine.serial.mark();
  const deployment = await start();
  const onLook = (): void => throwIfStopped(server);
  await followDeployment(run, product, { deployment, server, timeoutMs: installTimeoutMs, onLook });
  await until(`${wish.hostName} becoming active`, 30_000, async () => {
    const { provisionState } = await nodeNow(product, wish.node);
    return provisionState === 'active' ? provisionState : undefined;
  });
  await waitForDisk(server, mark);
  check(run, 'the installer restarted the machine, and that came up from its disk', true);
  return (await timelineOf(product, wish.node)).slice(before);
}

export async function waitForDisk({ machine }: Server, mark: number): Promise<void> {
  await machine.serial.waitFor(new RegExp(bootSectorText), bootTimeoutMs, mark);
}

export function phasesTold(events: readonly TimelineEvent[]): readonly string[] {
  return events
    .filter(({ message }) => message === 'installer.phase')
    .map(({ details }) => [details['percent'], details['phase']].join(' '));
}

type InstalledFile = (path: string) => Promise<string>;

/** The files behind the boot sector; the machine is off. */
export async function openInstalled(run: LabRun, disk: MachineDisk, name: string): Promise<InstalledFile> {
  const tree = join(run.directory, name);
  const raw = `${disk.path}.raw`;
  await mkdir(tree);
  await runProgram('qemu-img', ['convert', '-f', disk.format, '-O', 'raw', disk.path, raw]);
  const unpack = 'dd if="$1" bs=1M skip=1 count=64 2>/dev/null | tar -x -C "$2"';
  await runProgram('sh', ['-c', unpack, 'sh', raw, tree]);
  await rm(raw);
  return async path => (await readFile(join(tree, path), 'utf8')).trim();
}

/** What our answer file says, whatever installer read it. */
export async function checkIdentity(
  run: LabRun,
  file: InstalledFile,
  wish: DeploymentWish,
  passwords: Readonly<Record<string, string>>,
): Promise<void> {
  checkEqual(run, "root's authorized keys", await file('root/.ssh/authorized_keys'), wish.sshKey);
  const drop = 'etc/ssh/sshd_config.d/00-rackside.conf';
  checkEqual(run, "sshd's word on root", await file(drop), 'PermitRootLogin prohibit-password');
  checkEqual(run, 'what systemd was asked for', await file('var/log/systemctl-calls'), 'enable sshd.service');
  checkEqual(run, "the profile's script", await file('etc/lab-marker'), 'installed by Rackside');
  const shadow = (await file('etc/shadow')).split('\n');
  for (const [name, password] of Object.entries(passwords)) {
    const hash = shadow.find(line => line.startsWith(`${name}:`))?.split(':')[1] ?? '';
    check(
      run,
      `the password of ${name} is the one that was asked for`,
      hash === (await crypt(password, hash)),
    );
  }
}

/** SHA-512 crypt with the salt of a hash. */
async function crypt(password: string, hash: string): Promise<string> {
  const salt = hash.split('$')[2] ?? '';
  const { stdout } = await runProgram('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], {
    input: password,
  });
  return stdout.trim();
}
