/** What a technician does with the product, as calls of its contract; the only file that knows their names. */
import { setTimeout as delay } from 'node:timers/promises';
import type {
  Deployment,
  DeployRequest,
  Image,
  Network,
  Node,
  TimelineEvent,
} from '#shared/contract/index.ts';
import { provisioner } from './namespaces.ts';
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

/** The DHCP server on, on the provisioning wire. */
export async function serveNetwork(product: Product): Promise<Network> {
  const created = await product.call.networks.create({
    name: 'provisioning',
    interfaceName: provisioner.interfaceName,
    cidr: provisioner.cidr,
  });
  return product.call.networks.setDhcpMode({ id: created.id, mode: 'full' });
}

export async function importImage(product: Product, path: string): Promise<Image> {
  const started = await product.call.images.import({ path, name: 'Lab OS' });
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
    macs: [machine.spec.mac],
  });
  return until(`${machine.spec.name} becoming available`, 60_000, async () => {
    const node = await product.call.nodes.get({ id: enrolled.id });
    if (node.lastError !== null) throw new Error(`enrolment failed: ${JSON.stringify(node.lastError)}`);
    return node.provisionState === 'available' ? node : undefined;
  });
}

export type DeploymentWish = {
  readonly node: Node;
  readonly image: Image;
  readonly diskSerial: string;
  readonly hostName: string;
  readonly rootPassword: string;
  readonly sshKey: string;
};

export function deploy(product: Product, wish: DeploymentWish): Promise<Deployment> {
  const hints: Extract<DeployRequest['disk'], { readonly by: 'hints' }>['hints'] = {
    serial: wish.diskSerial,
  };
  return product.call.deployments.create({
    nodeId: wish.node.id,
    imageId: wish.image.id,
    disk: { by: 'hints', hints },
    hostName: wish.hostName,
    rootPassword: wish.rootPassword,
    sshAuthorizedKeys: [wish.sshKey],
    network: { method: 'dhcp' },
  });
}

/**
 * Follows a deployment to its end, telling each step as it changes and the CPU time that the machine has used (wall time
 * says little on a busy host); throws with the error unless it succeeds.
 */
export async function followDeployment(
  run: LabRun,
  product: Product,
  options: { readonly deployment: Deployment; readonly server: Server; readonly timeoutMs: number },
): Promise<Deployment> {
  const told = new Map<string, string>();
  return until(`the deployment of ${options.deployment.hostName}`, options.timeoutMs, async () => {
    const now = await product.call.deployments.get({ id: options.deployment.id });
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
