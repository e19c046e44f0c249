import type { Store } from '#engine/store/store.ts';
import { CodedError, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { ProvisionState } from '#shared/model/provision-state.ts';
import { type ProvisionEvent, type Transition, transition } from '#shared/model/state-machine.ts';

type Change = { readonly [K in keyof Node]?: Node[K] };

export function requireNode(store: Store, id: NodeId): Node {
  const node = store.nodes.find(id);
  if (node === undefined) throw new CodedError('input.not_found', `no server ${id}`, { what: 'node', id });
  return node;
}

/** Changes a node as it is now, not as somebody read it before an await. */
export function changeNode(store: Store, id: NodeId, change: Change, now: number): Node {
  const node = { ...requireNode(store, id), ...change, updatedAt: now };
  store.nodes.save(node);
  return node;
}

/**
 * Moves a node through the state machine, with what else changes in the same instant, and writes it on the timeline.
 * Throws `state.not_allowed` when the event has no place in the node's state.
 */
export function applyEvent(
  store: Store,
  id: NodeId,
  event: ProvisionEvent,
  now: number,
  change: Change = {},
): Node {
  return store.transaction(() => {
    const before = requireNode(store, id);
    const { to, target } = allowedTransition(before.provisionState, event);
    const node = changeNode(store, id, { provisionState: to, targetProvisionState: target, ...change }, now);
    store.timeline.append({
      kind: 'state',
      nodeId: id,
      deploymentId: node.deploymentId,
      message: 'state.changed',
      details: { from: before.provisionState, to: node.provisionState, event },
    });
    return node;
  });
}

/** Where a person's verb leads: refused with a sentence. */
export function allowedTransition(state: ProvisionState, event: ProvisionEvent): Transition {
  const found = transition(state, event);
  if (found !== undefined) return found;
  throw new CodedError('state.not_allowed', `"${event}" is not possible in state "${state}"`, {
    verb: event,
    state,
  });
}
