import { arch, cpus, freemem, platform, release, totalmem, uptime } from 'node:os';
import { basename } from 'node:path';
import type { Store } from '#engine/store/store.ts';
import type { Deployment, NetworkInterface, Service, TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { withoutConsoleText } from './console-text.ts';
import type { TextFile } from './log-tails.ts';

const newestEvents = 2000;
const eventsOfDeployment = 5000;

export interface FactSources {
  readonly store: Store;
  readonly version: string;
  readonly keptIn: string;
  readonly services: () => Service[];
  readonly interfaces: () => Promise<readonly NetworkInterface[]>;
  readonly now: () => number;
}

/** What this installation is, in files that a person can read. Fields are named: what is not here stays at home. */
export async function factFiles(
  sources: FactSources,
  deploymentId: DeploymentId | null,
): Promise<TextFile[]> {
  const { store, services, interfaces } = sources;
  const { defaultSshKeys, ...settings } = store.settings.get();
  return [
    json('about.json', aboutOf(sources)),
    json('services.json', services()),
    json('settings.json', { ...settings, defaultSshKeys: defaultSshKeys.length }),
    json('interfaces.json', await interfaces()),
    json('networks.json', store.networks.list()),
    json('servers.json', serversOf(store)),
    json('images.json', imagesOf(store)),
    json('deployments.json', store.deployments.current()),
    json('batches.json', store.batches.current()),
    lines('timeline.jsonl', store.timeline.newest({}, newestEvents)),
    ...(deploymentId === null ? [] : deploymentFiles(store, deploymentId)),
  ];
}

function aboutOf({ store, version, keptIn, now }: FactSources) {
  return {
    version,
    gatheredAt: new Date(now()).toISOString(),
    node: process.versions.node,
    electron: process.versions['electron'] ?? null,
    platform: platform(),
    release: release(),
    architecture: arch(),
    processors: cpus().length,
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    upSeconds: Math.floor(uptime()),
    isRoot: process.getuid?.() === 0,
    sealKeyKeptIn: keptIn,
    stored: store.counts(),
  };
}

/** Without users, keys and notes; of a BMC only where it is and how it is spoken with. */
function serversOf(store: Store) {
  return store.nodes.list().map(({ bmc, extra, ...node }) => ({
    ...node,
    extraNames: Object.keys(extra),
    bmc: bmc === null ? null : { ...bmc, username: undefined },
    ports: store.ports.ofNode(node.id),
  }));
}

/** A path may name a person. */
function imagesOf(store: Store) {
  return store.images
    .list()
    .map(image => ({ ...image, sourceFile: basename(store.images.sourcePath(image.id) ?? '') }));
}

/** The request without what a person wrote into it: user data, keys and scripts are only counted. */
function deploymentFiles(store: Store, id: DeploymentId): TextFile[] {
  const deployment = store.deployments.find(id);
  if (deployment === undefined) return [];
  return [
    json('deployment/deployment.json', deployment),
    json('deployment/request.json', askedFor(store, deployment)),
    lines('deployment/timeline.jsonl', store.timeline.newest({ deploymentId: id }, eventsOfDeployment)),
  ];
}

function askedFor(store: Store, { id, kind }: Deployment) {
  if (kind === 'cleaning') return store.deployments.cleanRequest(id);
  return kind === 'rescue' ? store.deployments.rescueRequest(id) : requestOf(store, id);
}

function requestOf(store: Store, id: DeploymentId) {
  const { userData, sshAuthorizedKeys, profile, ...request } = store.deployments.request(id);
  return {
    ...request,
    userDataBytes: Buffer.byteLength(userData),
    sshAuthorizedKeys: sshAuthorizedKeys.length,
    profile: profile && {
      ...profile,
      users: profile.users.map(({ name, sudo, hasPassword }) => ({ name, sudo, hasPassword })),
      postScripts: profile.postScripts.map(({ name, text }) => ({ name, bytes: Buffer.byteLength(text) })),
      texts: profile.texts.map(({ family, kind, text }) => ({
        family,
        kind,
        bytes: Buffer.byteLength(text),
      })),
    },
  };
}

function json(name: string, content: unknown): TextFile {
  return { name, text: `${JSON.stringify(content, null, 2)}\n` };
}

function lines(name: string, events: readonly TimelineEvent[]): TextFile {
  return { name, text: events.map(event => `${JSON.stringify(withoutConsoleText(event))}\n`).join('') };
}
