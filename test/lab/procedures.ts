/** What a technician does with the product, as calls of its contract; the only file that knows their names. */

import { setTimeout as delay } from 'node:timers/promises';
import {
  type Deployment,
  type DeployRequest,
  deployRequest,
  type Image,
  type Network,
  type NetworkRequest,
  type Node,
  type Portgroup,
  type Profile,
  type ProfileInput,
  type RootDeviceHints,
  type TimelineEvent,
} from '#shared/contract/index.ts';
import { deployConfirmed } from '#test/fakes/engine/confirmed-deployment.ts';
import { type Wire, wires } from './namespaces.ts';
import type { Product } from './product.ts';
import type { Server } from './rack.ts';
import type { LabRun } from './run.ts';

const pollMs = 500;

/** Asks until the answer is good, an error says that it never will be, or the time is over. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await delay(pollMs);
  }
}

/** The DHCP server on, on one of the wires. */
export async function serveNetwork(product: Product, wire: Wire): Promise<Network> {
  const { interfaceName, cidr } = wires[wire];
  const created = await product.call.networks.create({ name: `${wire} wire`, interfaceName, cidr });
  return product.call.networks.setDhcpMode({ id: created.id, mode: 'full' });
}

export async function importImage(product: Product, path: string, name = 'Lab OS'): Promise<Image> {
  const started = await product.call.images.import({ path, name });
  return until('the image import', 300_000, async () => {
    const image = (await product.call.images.list({})).find(({ id }) => id === started.id);
    if (image?.state === 'failed') throw new Error(`the import failed: ${JSON.stringify(image.error)}`);
    return image?.state === 'ready' ? image : undefined;
  });
}

/** By its BMC's address and credentials, as from a delivery note; the MAC is on the label of the NIC. */
export async function enrollServer(product: Product, { machine, bmc }: Server): Promise<Node> {
  const { address, username, password } = bmc;
  const enrolled = await product.call.nodes.enroll({
    name: machine.spec.name,
    bmc: { address, username, password },
    macs: [machine.spec.mac, ...(machine.spec.otherMacs ?? [])],
  });
  return until(`${machine.spec.name} becoming available`, 60_000, async () => {
    const node = await product.call.nodes.get({ id: enrolled.id });
    if (node.lastError !== null) throw new Error(`enrolment failed: ${JSON.stringify(node.lastError)}`);
    return node.provisionState === 'available' ? node : undefined;
  });
}

/** A profile that differs from one without wishes in what is given. */
export function createProfile(
  product: Product,
  wishes: Partial<ProfileInput> & Pick<ProfileInput, 'name'>,
): Promise<Profile> {
  return product.call.profiles.create({
    description: '',
    storage: null,
    diskRules: [],
    timeZone: 'Etc/UTC',
    locale: 'en_US.UTF-8',
    keyboard: 'us',
    users: [],
    packages: [],
    repositories: [],
    postScripts: [],
    kernelArguments: '',
    rebuildInitramfs: false,
    identityDrive: 'config-drive',
    ...wishes,
  });
}

export type DeploymentWish = {
  readonly node: Node;
  readonly image: Image;
  /** Of the disk that it has to become. */
  readonly diskSerial: string;
  /** How it is asked for; by its serial number without them. */
  readonly hints?: RootDeviceHints;
  readonly hostName: string;
  readonly rootPassword: string;
  readonly sshKey: string;
  readonly profile?: Profile;
  readonly networks?: readonly NetworkRequest[];
  /** The other members of a software RAID. */
  readonly raidDisks?: DeployRequest['raidDisks'];
};

/** The ramdisk looks what the server is made of; its ports and disks are known after that. */
export async function inspectServer(product: Product, node: Node): Promise<Node> {
  await product.call.nodes.setProvisionState({ id: node.id, verb: 'inspect' });
  return until(`${node.name} being inspected`, 1_500_000, async () => {
    const now = await nodeNow(product, node);
    if (now.lastError !== null) throw new Error(`the inspection failed: ${JSON.stringify(now.lastError)}`);
    return now.provisionState === 'available' && now.inventory !== null ? now : undefined;
  });
}

/** A bond of all its NICs, in the order in which they were entered. */
export async function bondPorts(product: Product, node: Node, name: string): Promise<Portgroup> {
  const ports = (await product.world()).ports.filter(({ nodeId }) => nodeId === node.id);
  return product.call.portgroups.create({
    nodeId: node.id,
    name,
    mode: 'active-backup',
    properties: { miimon: '100' },
    portIds: ports.map(({ id }) => id),
  });
}

export function deploy(product: Product, wish: DeploymentWish): Promise<Deployment> {
  return deployConfirmed(product.call, deployRequestOf(wish));
}

export function deployRequestOf(wish: DeploymentWish): DeployRequest {
  return deployRequest.parse({
    nodeId: wish.node.id,
    imageId: wish.image.id,
    disk: { by: 'hints', hints: wish.hints ?? { serial: wish.diskSerial } },
    hostName: wish.hostName,
    rootPassword: wish.rootPassword,
    sshAuthorizedKeys: [wish.sshKey],
    profileId: wish.profile?.id ?? null,
    networks: [...(wish.networks ?? [])],
    raidDisks: wish.raidDisks ?? [],
  });
}

/**
 * Follows a deployment to its end, telling each step as it changes and the CPU time that the machine has used (wall time
 * says little on a busy host); throws with the error unless it succeeds.
 */
export async function followDeployment(
  run: LabRun,
  product: Product,
  options: {
    readonly deployment: Deployment;
    readonly server: Server;
    readonly timeoutMs: number;
    readonly onLook?: (now: Deployment) => void;
  },
): Promise<Deployment> {
  const told = new Map<string, string>();
  return until(`the deployment of ${options.deployment.hostName}`, options.timeoutMs, async () => {
    const now = await product.call.deployments.get({ id: options.deployment.id });
    options.onLook?.(now);
    // Emulated processors crash a kernel now and then: hours of silence would follow.
    const panic = options.server.machine.serial.find(/Kernel panic - not syncing/);
    if (panic !== undefined) throw new Error(`${now.nodeName}: ${panic.text}`);
    for (const step of now.steps) {
      if (step.state === 'pending' || told.get(step.name) === step.state) continue;
      told.set(step.name, step.state);
      const cpu = await options.server.machine.cpuSeconds();
      run.log(`${now.nodeName}: step ${step.name} ${step.state} (machine's CPU ${cpu} s)`);
    }
    if (now.state === 'running') return undefined;
    if (now.state !== 'succeeded') {
      throw new Error(`the deployment of ${now.nodeName} ${now.state}: ${JSON.stringify(now.error)}`);
    }
    return now;
  });
}

/** How much of the image has been sent, 0 to 1; 0 before the step that writes it. */
export async function writtenShare(product: Product, deployment: Deployment): Promise<number> {
  const now = await product.call.deployments.get({ id: deployment.id });
  if (now.state !== 'running')
    throw new Error(`the deployment is ${now.state}: ${JSON.stringify(now.error)}`);
  const step = now.steps.find(({ name, state }) => name === 'write-image' && state !== 'pending');
  if (step?.state === 'done') return 1;
  return step?.progress == null ? 0 : step.progress.doneBytes / step.progress.totalBytes;
}

export function timelineOf(product: Product, node: Node): Promise<readonly TimelineEvent[]> {
  return product.call.timeline.list({ nodeId: node.id, limit: 5000 });
}

export function wholeTimeline(product: Product): Promise<readonly TimelineEvent[]> {
  return product.call.timeline.list({ limit: 5000 });
}

export async function nodeNow(product: Product, node: Node): Promise<Node> {
  return product.call.nodes.get({ id: node.id });
}

export async function powerCycle(product: Product, node: Node): Promise<void> {
  await product.call.nodes.setPower({ id: node.id, target: 'power cycle' });
}

/** MACs of machines that spoke on our wires and belong to no node. */
export async function discoveredMacs(product: Product): Promise<readonly string[]> {
  return (await product.world()).discovered.map(({ mac }) => mac);
}
