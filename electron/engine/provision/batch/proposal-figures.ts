import type { Store } from '#engine/store/store.ts';
import type { Deployment, Image, Network, Node } from '#shared/contract/index.ts';
import type { ImageId, NodeId } from '#shared/model/ids.ts';
import { kindOf } from '../deploy/kinds.ts';
import { requireNode } from '../node-state.ts';
import { requireImage } from '../stored-deployment.ts';
import type { ProposalFigures } from './proposal.ts';

/** What the installers that we know fetch of a disc, which may have ten times as much for others. */
const installerBytes = 2e9;

/**
 * Before there are past ones. Whole deployments of rack servers take 362 s and more, most of it self-test
 * (facts/performance-figures.md §3); a simulated server has none. One server takes what its own 1 Gbit/s link does.
 */
const assumed = {
  real: { otherSeconds: 330, bytesPerSecond: 117e6 },
  virtual: { otherSeconds: 8, bytesPerSecond: 117e6 },
} as const;

/** How many of the newest are looked at. */
const pastDeployments = 50;

export interface WantedServer {
  readonly nodeId: NodeId;
  readonly imageId: ImageId;
}

/** Throws `input.not_found` where a server or an image is gone. */
export async function proposalFigures(
  store: Store,
  wanted: readonly WantedServer[],
  linkSpeed: (interfaceName: string) => Promise<number | null>,
): Promise<ProposalFigures> {
  const nodes = wanted.map(({ nodeId }) => requireNode(store, nodeId));
  const images = wanted.map(({ imageId }) => requireImage(store, imageId));
  const areVirtual = nodes.every(({ isVirtual }) => isVirtual);
  const past = store.deployments
    .succeeded(pastDeployments)
    .filter(({ nodeId, kind }) => {
      const isVirtual = store.nodes.find(nodeId)?.isVirtual;
      return isVirtual === areVirtual && images.some(image => kindOf(image) === kind);
    })
    .flatMap(deployment => measured(store, deployment));
  const guess = areVirtual ? assumed.virtual : assumed.real;
  return {
    servers: wanted.length,
    bytesPerServer: Math.round(sum(images.map(wireBytes)) / wanted.length),
    linkBitsPerSecond: await slowestLink(store, nodes, linkSpeed),
    otherSeconds: median(past.map(({ otherSeconds }) => otherSeconds)) ?? guess.otherSeconds,
    // The quickest: the others shared the link with their batch, which says nothing about the server.
    bytesPerSecond:
      Math.max(0, ...past.flatMap(({ bytesPerSecond }) => bytesPerSecond ?? [])) || guess.bytesPerSecond,
    measuredDeployments: past.length,
  };
}

function wireBytes({ kind, storedSizeBytes }: Image): number {
  return kind === 'installer' ? Math.min(storedSizeBytes, installerBytes) : storedSizeBytes;
}

const transferSteps: ReadonlySet<string> = new Set(['write-image', 'write-root-file-system']);

interface Measured {
  readonly otherSeconds: number;
  /** Undefined for an installer, which fetches and installs by turns. */
  readonly bytesPerSecond: number | undefined;
}

/** Its steps alone: between a failure and its retry nothing was at work. */
function measured(store: Store, { steps, imageId }: Deployment): Measured[] {
  const seconds = steps.map(({ name, startedAt, finishedAt }) => ({
    name,
    seconds: startedAt === null || finishedAt === null ? 0 : (finishedAt - startedAt) / 1000,
  }));
  const total = sum(seconds.map(step => step.seconds));
  const transfer = sum(seconds.filter(({ name }) => transferSteps.has(name)).map(step => step.seconds));
  const image = imageId === null ? undefined : store.images.find(imageId);
  if (total === 0) return [];
  const bytesPerSecond = image === undefined || transfer === 0 ? undefined : image.storedSizeBytes / transfer;
  return [{ otherSeconds: total - transfer, bytesPerSecond }];
}

/** Null where one of them does not tell, and none is known to be slower than what is assumed of it. */
async function slowestLink(
  store: Store,
  nodes: readonly Node[],
  linkSpeed: (interfaceName: string) => Promise<number | null>,
): Promise<number | null> {
  const names = new Set(nodes.flatMap(node => interfacesOf(store, node)));
  const speeds = await Promise.all([...names].map(name => linkSpeed(name)));
  const known = speeds.filter(speed => speed !== null);
  const slowest = known.length === 0 ? null : Math.min(...known);
  const isUnknownSlower = speeds.includes(null) && (slowest === null || slowest > 1e9);
  return isUnknownSlower ? null : slowest;
}

/** Where the server was last given an address; before that, any that may install it. */
function interfacesOf(store: Store, node: Node): string[] {
  const networks = store.networks.list();
  const leases = store.ports.ofNode(node.id).flatMap(({ address }) => store.leases.newestOf(address) ?? []);
  const [newest] = leases.toSorted((a, b) => b.expiresAtMs - a.expiresAtMs);
  const own = networks.filter(({ id }) => id === newest?.networkId);
  const chosen = own.length > 0 ? own : networks.filter(network => mayInstall(network, node));
  return chosen.map(({ interfaceName }) => interfaceName);
}

/** The virtual rack's network is on loopback. */
function mayInstall({ dhcpMode, purposes, cidr }: Network, { isVirtual }: Node): boolean {
  return dhcpMode === 'full' && purposes.includes('provisioning') && cidr.startsWith('127.') === isVirtual;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function median(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
