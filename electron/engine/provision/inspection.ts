import type { CodedError, Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { awaitCallBack } from './agent/await-call-back.ts';
import { runOnAgent } from './agent/run-on-agent.ts';
import { applyEvent, requireNode } from './node-state.ts';
import { bootFromNetwork } from './power-on.ts';
import type { ProvisionServices } from './services.ts';

export const inspectPurpose = 'inspect';

/**
 * Boots the ramdisk once to learn what the machine is, then switches it off. The node's state is the record: one that
 * was `inspecting` or in `inspect wait` when the engine died is taken up again.
 */
export function createInspector(services: ProvisionServices, asCoded: (error: unknown) => CodedError) {
  const { store, clock, agent } = services;
  const running = new Map<NodeId, AbortController>();

  function start(id: NodeId): Node {
    const node = applyEvent(store, id, 'inspect', clock.now(), { bootTarget: 'ramdisk', lastError: null });
    agent.endSession(id);
    launch(id);
    return node;
  }

  function launch(id: NodeId): void {
    const abort = new AbortController();
    running.set(id, abort);
    run(id, abort.signal)
      .catch(error => {
        if (abort.signal.reason !== engineStops) giveUp(id, asCoded(error));
      })
      .finally(() => running.delete(id));
  }

  async function run(id: NodeId, signal: AbortSignal): Promise<void> {
    const node = requireNode(store, id);
    const called = store.agentSessions.find(id)?.sessionTokenHash != null;
    if (node.provisionState === 'inspecting' && !called) await bootFromNetwork(services, node);
    if (requireNode(store, id).provisionState === 'inspecting') applyEvent(store, id, 'wait', clock.now());
    await awaitCallBack(services, node, inspectPurpose, signal);
    const ended = await runOnAgent(
      services,
      node,
      {
        id: `inspect-${id}-${store.agentSessions.find(id)?.createdAt ?? 0}`,
        name: 'power-off',
        parameters: {},
      },
      signal,
      () => undefined,
    );
    store.timeline.append({ kind: 'agent', nodeId: id, message: 'agent.inspected', details: { ...ended } });
    store.transaction(() => {
      agent.endSession(id);
      applyEvent(store, id, 'done', clock.now(), { bootTarget: 'nothing', powerState: 'power off' });
      applyEvent(store, id, 'provide', clock.now());
    });
  }

  function giveUp(id: NodeId, error: CodedError): void {
    if (store.nodes.find(id) === undefined) return;
    agent.endSession(id);
    applyEvent(store, id, 'fail', clock.now(), { bootTarget: 'nothing', lastError: error.toData() });
  }

  return {
    start,
    abort(id: NodeId, reason: CodedError): void {
      running.get(id)?.abort(reason);
    },
    resumeAll(): void {
      for (const node of store.nodes.list()) {
        if (node.provisionState === 'inspecting' || node.provisionState === 'inspect wait') launch(node.id);
      }
    },
    stop(): void {
      for (const abort of running.values()) abort.abort(engineStops);
    },
  };
}

const engineStops = new Error('the engine stops');
