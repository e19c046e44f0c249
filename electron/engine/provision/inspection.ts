import { tellHardwareTroubles } from '#engine/health/hardware-alarms.ts';
import { tellPartChanges } from '#engine/health/part-changes.ts';
import { parseAgentInventory } from '#engine/inventory/agent-inventory.ts';
import type { CodedError, Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { awaitCallBack } from './agent/await-call-back.ts';
import type { KeyValues } from './agent/key-value.ts';
import { runOnAgent } from './agent/run-on-agent.ts';
import { applyEvent, changeNode, requireNode } from './node-state.ts';
import { bootFromNetwork } from './power-on.ts';
import type { ProvisionServices } from './services.ts';

export const inspectPurpose = 'inspect';

/** Switches tell their port by LLDP every 30 s (IEEE 802.1AB-2016 §9.2.5.7). */
const lldpSeconds = 35;

/**
 * Boots the ramdisk once to learn what the machine is and which switch ports it hangs on, then switches it off. The
 * node's state is the record: one that was `inspecting` or in `inspect wait` when the engine died is taken up again.
 */
export function createInspector(services: ProvisionServices, asCoded: (error: unknown) => CodedError) {
  const { store, clock, agent } = services;
  const running = new Map<NodeId, AbortController>();

  function start(id: NodeId): Node {
    const node = applyEvent(store, id, 'inspect', clock.now(), { bootTarget: 'ramdisk', lastError: null });
    agent.retireSession(id);
    store.agentSessions.forgetResults(id);
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
    const called = agent.hasCalled(id, inspectPurpose);
    if (node.provisionState === 'inspecting' && !called) await bootFromNetwork(services, node, signal);
    if (requireNode(store, id).provisionState === 'inspecting') applyEvent(store, id, 'wait', clock.now());
    await awaitCallBack(services, node, inspectPurpose, signal);
    const boot = `${id}-${store.agentSessions.find(id)?.createdAt ?? 0}`;
    const onAgent = (name: string, parameters: KeyValues) =>
      runOnAgent(services, node, { id: `${name}-${boot}`, name, parameters }, signal, () => undefined);
    // What hello told nearly always lacks the switch ports: nobody had spoken yet.
    const looked = await onAgent('inspect', { 'lldp-seconds': String(lldpSeconds) });
    keepInventory(id, looked['inventory']);
    await onAgent('power-off', {});
    store.timeline.append({ kind: 'agent', nodeId: id, message: 'agent.inspected' });
    store.transaction(() => {
      agent.retireSession(id);
      applyEvent(store, id, 'done', clock.now(), { bootTarget: 'nothing', powerState: 'power off' });
      applyEvent(store, id, 'provide', clock.now());
    });
  }

  function keepInventory(id: NodeId, found: unknown): void {
    const parsed = parseAgentInventory(found, clock.now());
    // One that makes no sense takes nothing away: the machine's hello was understood.
    if (!('inventory' in parsed)) return;
    store.transaction(() => {
      const before = requireNode(store, id).inventory;
      tellPartChanges(store, clock.now(), id, before, parsed.inventory);
      tellHardwareTroubles(store, clock.now(), id, parsed.inventory);
      changeNode(store, id, parsed, clock.now());
    });
  }

  function giveUp(id: NodeId, error: CodedError): void {
    if (store.nodes.find(id) === undefined) return;
    agent.retireSession(id);
    applyEvent(store, id, 'fail', clock.now(), { bootTarget: 'nothing', lastError: error.toData() });
  }

  return {
    start,
    /** False: nothing runs there. */
    abort(id: NodeId, reason: CodedError): boolean {
      running.get(id)?.abort(reason);
      return running.has(id);
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
