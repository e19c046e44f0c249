import { randomUUID } from 'node:crypto';
import {
  CodedError,
  type Deployment,
  type RamdiskLogFile,
  type RescueExit,
  type RescueMounts,
} from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { type AgentStep, StepReplacedError } from '../agent/agent-service.ts';
import { runOnAgent } from '../agent/run-on-agent.ts';
import type { Evidence } from '../deploy/step.ts';
import type { Deployer } from '../deployer.ts';
import { deploymentSecrets } from '../deployment-secrets.ts';
import { requireNode } from '../node-state.ts';
import type { ProvisionServices } from '../services.ts';
import { rescueOf } from './create-rescue.ts';
import { busyOf, mountsOf } from './evidence.ts';
import { beginLeaving, leaveRescue } from './leave-rescue.ts';
import { keepMounts, privateKeyName, rescueAccessOf } from './steps.ts';

/** A ramdisk that spoke within this time listens: it does so at least every 25 s. */
const liveRamdiskMs = 60_000;

export type Rescues = ReturnType<typeof createRescues>;

/** What a person does with a server whose system runs in memory: its files, its logs, and the way out. */
export function createRescues(
  services: ProvisionServices,
  deployer: Deployer,
  asCoded: (error: unknown) => CodedError,
) {
  const { store, clock, agent } = services;
  const engine = new AbortController();
  const asked = new Set<NodeId>();

  function requireRescue(nodeId: NodeId, verb: string): Deployment {
    const node = requireNode(store, nodeId);
    const rescue = rescueOf(store, node);
    if (node.provisionState === 'rescue' && rescue !== undefined) return rescue;
    throw new CodedError('state.not_allowed', 'there is no rescue system', {
      verb,
      state: node.provisionState,
    });
  }

  /** Has the ramdisk do something beside every task. Throws `rescue.*`, or why it went wrong. */
  async function ask(nodeId: NodeId, step: Pick<AgentStep, 'name' | 'onFile'>): Promise<Evidence> {
    const node = requireNode(store, nodeId);
    const purpose = store.agentSessions.find(nodeId)?.purpose ?? '';
    const busy = () => new CodedError('rescue.ramdisk_busy', 'its ramdisk is at work', { node: node.name });
    const isInspected = node.provisionState === 'inspecting' || node.provisionState === 'inspect wait';
    const isLeft = node.provisionState === 'unrescuing';
    if (asked.has(nodeId) || isInspected || isLeft || store.deployments.runningOf(nodeId) !== undefined)
      throw busy();
    if (!agent.isLive(nodeId, purpose, liveRamdiskMs))
      throw new CodedError('rescue.no_ramdisk', 'no ramdisk listens', { node: node.name });
    asked.add(nodeId);
    try {
      const whole = { ...step, id: randomUUID(), parameters: {}, outlivesTask: true };
      return await runOnAgent(services, node, whole, engine.signal, () => undefined);
    } catch (error) {
      if (error instanceof StepReplacedError) throw busy();
      throw error;
    } finally {
      asked.delete(nodeId);
    }
  }

  function leaveInBackground(nodeId: NodeId): void {
    void leaveRescue(services, asCoded, nodeId, engine.signal);
  }

  return {
    get(nodeId: NodeId) {
      const node = requireNode(store, nodeId);
      const rescue = node.provisionState === 'rescue' ? rescueOf(store, node) : undefined;
      const access = rescue === undefined ? undefined : rescueAccessOf(rescue);
      return { state: node.provisionState, access: access ?? null, logs: logsOf(nodeId) };
    },

    privateKey(nodeId: NodeId): string {
      const { id } = requireRescue(nodeId, 'rescue');
      const key = store.secrets.get(deploymentSecrets(id), privateKeyName);
      if (key !== undefined) return key;
      throw new CodedError('secret.sealed_elsewhere', 'the key does not open here', { user: 'root' });
    },

    async mount(nodeId: NodeId): Promise<RescueMounts> {
      const rescue = requireRescue(nodeId, 'rescue');
      const mounted = mountsOf(await ask(nodeId, { name: 'mount-file-systems' }));
      if (mounted === undefined) throw senseless('mount-file-systems');
      keepMounts(services, rescue, mounted);
      return mounted;
    },

    /** Gives those that are in use. */
    async unmount(nodeId: NodeId): Promise<string[]> {
      const rescue = requireRescue(nodeId, 'rescue');
      const busy = busyOf(await ask(nodeId, { name: 'unmount-file-systems' }));
      const before = rescueAccessOf(rescue)?.mounted ?? null;
      const mounts = before?.mounts.filter(({ mountPoint }) => busy.includes(mountPoint)) ?? [];
      keepMounts(services, rescue, mounts.length === 0 ? null : { mounts, left: before?.left ?? [] });
      return busy;
    },

    async collectLogs(nodeId: NodeId): Promise<RamdiskLogFile> {
      // A second file of one asking replaces the first.
      const asking = randomUUID();
      let keptBytes: number | undefined;
      const onFile = (bytes: Uint8Array, sha256: string) => {
        store.ramdiskLogs.keep(nodeId, asking, clock.now(), sha256, bytes);
        keptBytes = bytes.length;
      };
      await ask(nodeId, { name: 'collect-logs', onFile });
      const [newest] = logsOf(nodeId);
      if (keptBytes === undefined || newest === undefined) throw senseless('collect-logs');
      store.timeline.append({
        kind: 'agent',
        nodeId,
        deploymentId: requireNode(store, nodeId).deploymentId,
        message: 'rescue.logs_kept',
        details: { bytes: keptBytes },
      });
      return newest;
    },

    leave(nodeId: NodeId, exit: RescueExit): void {
      beginLeaving(services, nodeId, exit);
      leaveInBackground(nodeId);
    },

    /** A new system in memory has said hello: one in a rescue is given its shell again. */
    onHello(nodeId: NodeId, purpose: string): void {
      const node = store.nodes.find(nodeId);
      if (node?.provisionState !== 'rescue' || node.deploymentId !== purpose) return;
      const rescue = rescueOf(store, node);
      if (rescue !== undefined) deployer.rescueAgain(rescue.id);
    },

    resumeAll(): void {
      for (const { id, provisionState } of store.nodes.list())
        if (provisionState === 'unrescuing') leaveInBackground(id);
    },

    stop: (): void => engine.abort(new Error('the engine stops')),
  };

  function logsOf(nodeId: NodeId): RamdiskLogFile[] {
    return store.ramdiskLogs
      .ofNode(nodeId)
      .map(({ id, takenAt, sizeBytes, sha256 }) => ({ id, takenAt, sizeBytes, sha256 }));
  }
}

function senseless(step: string): CodedError {
  const message = 'the ramdisk gave no sensible answer';
  return new CodedError('deploy.step_failed', `${step}: ${message}`, { step, code: 'bad-evidence', message });
}
