import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CreateEngine, EngineOptions } from '#engine/hosts/engine-interface.ts';
import { CodedError } from '#shared/contract/errors.ts';
import {
  contract,
  type Deployment,
  type Node,
  type RacksideHandlers,
  type WorldPatch,
} from '#shared/contract/index.ts';
import type { DeploymentId, ImageId, NodeId } from '#shared/model/ids.ts';
import { noUploads } from './no-uploads.ts';

/**
 * An engine that keeps a list of servers in memory and does nothing else: enough to test hosts and transports.
 * `nodes.list` tells by the names which process and key it has; names with a meaning: `crash` ends the process,
 * `slow` never answers, `restart` asks for a new engine, `deploy` runs a deployment, which outlives the process, and `deployed` ends it.
 */
export const createEngine: CreateEngine = async options => {
  const nodes: Node[] = [processAsNode(options)];
  const running = path.join(options.dataDir, 'deploying');
  const subscribers = new Set<(patch: WorldPatch) => void>();
  options.log.info('fake engine', { password: 'planted-password-1', sealKey: options.sealKey.bytes });
  const handlers: RacksideHandlers = {
    ...unimplemented(),
    world: {
      changes: () => ({
        snapshot: () => ({
          nodes,
          ports: [],
          portgroups: [],
          discovered: [],
          images: [],
          networks: [],
          deployments: existsSync(running) ? [deployment('running')] : [],
          batches: [],
          profiles: [],
          services: [],
          settings,
        }),
        subscribe(onPatch) {
          subscribers.add(onPatch);
          return () => void subscribers.delete(onPatch);
        },
      }),
    },
    nodes: {
      ...unimplemented().nodes,
      list: async () => nodes,
      get: ({ id }, signal) => getNode(nodes, id, signal),
      enroll: async ({ name }) => {
        if (name === 'crash') process.exit(3);
        if (name === 'restart') setImmediate(() => options.restart?.());
        const row = emptyNode(name);
        nodes.push(row);
        const tell = (patch: WorldPatch) => {
          for (const onPatch of subscribers) onPatch(patch);
        };
        tell({ op: 'put', table: 'nodes', row });
        if (name === 'deploy') {
          writeFileSync(running, '');
          tell({ op: 'put', table: 'deployments', row: deployment('running') });
        }
        if (name === 'deployed') {
          rmSync(running);
          tell({ op: 'put', table: 'deployments', row: deployment('succeeded') });
        }
        return row;
      },
    },
  };
  return {
    handlers,
    uploads: noUploads,
    metrics: () => undefined,
    close: async () => {
      options.log.info('fake engine closed');
    },
  };
};

const settings = {
  httpPort: 0,
  tftpPort: 0,
  powerPollSeconds: 60,
  healthPollSeconds: 60,
  metricsEnabled: false,
  callBackTimeoutSeconds: 600,
  timelineDays: 90,
  kernelConsole: 'ttyS0',
  cleanOnRelease: false,
  cleanMethod: 'metadata' as const,
  syslogPort: 5514,
  defaultSshKeys: [],
  allowFailingDisks: false,
  keepConsoles: true,
  consoleRecordingMebibytes: 2048,
  rackViews: [],
};

function processAsNode({ dataDir, sealKey }: EngineOptions): Node {
  const { length } = sealKey.bytes.reveal();
  return {
    ...emptyNode(`pid ${process.pid}`),
    extra: { dataDir, key: `${length} bytes in ${sealKey.keptIn}` },
  };
}

async function getNode(nodes: readonly Node[], id: NodeId, signal: AbortSignal): Promise<Node> {
  const found = nodes.find(node => node.id === id);
  if (found === undefined) throw new CodedError('input.not_found', `no server ${id}`, { what: 'node', id });
  if (found.name === 'slow')
    await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }));
  return found;
}

function emptyNode(name: string): Node {
  return {
    id: randomUUID() as NodeId,
    name,
    bmc: null,
    provisionState: 'enroll',
    targetProvisionState: null,
    powerState: 'unknown',
    bootMode: null,
    bootTarget: 'nothing',
    lastError: null,
    inventory: null,
    rootDeviceHints: {},
    resourceClass: '',
    cleanOnRelease: null,
    extra: {},
    isVirtual: false,
    deploymentId: null,
    createdAt: 1,
    updatedAt: 1,
  };
}

function deployment(state: Deployment['state']): Deployment {
  const id = '00000000-0000-4000-8000-000000000001';
  return {
    id: id as DeploymentId,
    nodeId: id as NodeId,
    nodeName: 'node-1',
    imageId: id as ImageId,
    kind: 'disk-image',
    imageName: 'debian',
    hostName: 'web-01',
    state,
    disk: null,
    steps: [],
    error: null,
    createdAt: 1,
    finishedAt: null,
  };
}

function unimplemented(): RacksideHandlers {
  const refuse = async () => {
    throw new Error('the fake engine does not do this');
  };
  const all = Object.entries(contract).map(([namespace, procedures]) => [
    namespace,
    Object.fromEntries(Object.keys(procedures).map(name => [name, refuse])),
  ]);
  return Object.fromEntries(all) as unknown as RacksideHandlers;
}
