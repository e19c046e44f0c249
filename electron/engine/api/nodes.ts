import type { BmcLinks } from '#engine/inventory/bmc-link.ts';
import { loginOf, refuseTakenBmc } from '#engine/inventory/bmc-login.ts';
import { matchFlavor } from '#engine/inventory/flavor-match.ts';
import { bmcOf, enroll, keepBmcSecrets, secretsOwner, taken, withLabels } from '#engine/inventory/nodes.ts';
import { changeNode, requireNode } from '#engine/provision/node-state.ts';
import { erasureOnRelease } from '#engine/provision/release.ts';
import { removeNode } from '#engine/provision/remove-node.ts';
import type { CleanReview } from '#engine/provision/review.ts';
import { requireEraseConfirmation, type WantedCleaning } from '#engine/provision/reviewed-disks.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import {
  CodedError,
  type Deployment,
  type EraseConfirmation,
  type Node,
  type RacksideHandlers,
} from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { PowerTarget } from '#shared/model/provision-state.ts';

export interface NodeHandlerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly bmc: BmcLinks;
  /** A person switched the machine: whatever ran there is gone. */
  readonly onPowerChanged: (id: NodeId) => void;
  /** Starts verifying; the node's state tells the end. Throws `state.not_allowed`, as `release` does. */
  readonly verify: (id: NodeId) => void;
  readonly inspect: (id: NodeId) => Node;
  /** Ends what runs on this node: a deployment or an inspection. Throws `state.not_allowed` when nothing does. */
  readonly abort: (id: NodeId) => void;
  /** Erases disks. Throws what `reviewClean` has as blockers. */
  readonly clean: (request: WantedCleaning) => Deployment;
  readonly reviewClean: (request: WantedCleaning) => CleanReview;
  /** Gives an installed machine back: no longer booted by us, switched off. */
  readonly release: (id: NodeId) => void;
}

export function nodeHandlers(parts: NodeHandlerParts): RacksideHandlers['nodes'] {
  const { store, clock, bmc: links } = parts;

  function requireConfirmedErasure(request: WantedCleaning, confirmed: EraseConfirmation): void {
    const { name } = requireNode(store, request.nodeId);
    requireEraseConfirmation(confirmed, name, parts.reviewClean(request).disks);
  }

  function refuseUnconfirmedRelease(id: NodeId, confirmed: EraseConfirmation): void {
    const erasure = erasureOnRelease(store, requireNode(store, id));
    if (erasure !== undefined) requireConfirmedErasure(erasure, confirmed);
  }

  return {
    list: () => Promise.resolve(store.nodes.list()),
    get: async ({ id }) => requireNode(store, id),

    async enroll(input) {
      if (input.bmc !== null) refuseTakenBmc(store, input.bmc);
      const node = enroll(store, input, clock.now());
      parts.verify(node.id);
      return requireNode(store, node.id);
    },

    async update({ id, name, bmc: given, labels, ...change }) {
      const node = requireNode(store, id);
      const other = name === undefined ? undefined : store.nodes.findByName(name);
      if (other !== undefined && other.id !== id) throw taken('name', other.name);
      if (given) refuseTakenBmc(store, given, id);
      const bmc = given === undefined || given === null ? given : bmcOf(given, node.bmc);
      const extra = labels === undefined ? change.extra : withLabels(change.extra ?? node.extra, labels);
      store.transaction(() => {
        if (given) keepBmcSecrets(store, id, given);
        if (given === null) store.secrets.remove(secretsOwner(id));
        changeNode(store, id, onlyGiven({ ...change, name, bmc, extra }), clock.now());
      });
      if (given !== undefined) {
        links.leave(node.bmc);
        if (requireNode(store, id).provisionState === 'enroll') parts.verify(id);
      }
      return requireNode(store, id);
    },

    async remove({ id }) {
      const node = requireNode(store, id);
      if (store.deployments.runningOf(id) !== undefined) {
        throw new CodedError('input.in_use', 'a deployment is running', {
          what: node.name,
          by: 'deployment',
        });
      }
      if (isInspected(node)) parts.abort(id);
      links.leave(node.bmc);
      store.transaction(() => {
        removeNode(store, id);
        store.timeline.append({
          kind: 'state',
          nodeId: id,
          message: 'node.removed',
          details: { name: node.name },
        });
      });
      return {};
    },

    async testBmc({ nodeId, ...credentials }) {
      const stored = nodeId === undefined ? undefined : loginOf(store, requireNode(store, nodeId));
      const password = credentials.password || (stored?.password ?? '');
      const bmcKey = credentials.bmcKey || (stored?.bmcKey ?? '');
      const startedAt = clock.now();
      const found = await links.test({ ...credentials, password, bmcKey });
      return { ...found, roundTripMs: clock.now() - startedAt };
    },

    async setPower({ id, target }) {
      const node = requireNode(store, id);
      await links.control(node, powerAction(target));
      parts.onPowerChanged(id);
      store.timeline.append({
        kind: 'power',
        nodeId: id,
        deploymentId: node.deploymentId,
        message: 'power.controlled',
        details: { action: powerAction(target), bootDevice: '' },
      });
      const powerState = await links.read(node);
      changeNode(store, id, { powerState }, clock.now());
      return {};
    },

    async setBootDevice({ id, device, persistent }) {
      return links.setBootDevice(requireNode(store, id), device, persistent);
    },

    async identify({ id, seconds }) {
      await links.identify(requireNode(store, id), seconds);
      return {};
    },

    async setProvisionState({ id, verb, confirmed }) {
      switch (verb) {
        case 'manage':
        case 'provide':
          parts.verify(id);
          break;
        case 'inspect':
          return parts.inspect(id);
        case 'abort':
          parts.abort(id);
          break;
        case 'deleted':
          refuseUnconfirmedRelease(id, confirmed);
          parts.release(id);
          break;
        default:
          assertNever(verb);
      }
      return requireNode(store, id);
    },

    async match(flavor) {
      const { matches, nearest } = matchFlavor(flavor, store.nodes.list());
      return {
        matches: [...matches],
        nearest: nearest.map(({ nodeId, differences }) => ({ nodeId, differences: [...differences] })),
      };
    },

    async clean({ confirmed, ...request }) {
      const [blocker] = parts.reviewClean(request).blockers;
      if (blocker !== undefined) throw blocker;
      requireConfirmedErasure(request, confirmed);
      return parts.clean(request);
    },

    async reviewClean(request) {
      const { disks, filtered, warnings, blockers } = parts.reviewClean(request);
      return {
        disks,
        filtered,
        warnings,
        blockers: blockers.map(({ code, details }) => ({ code, details })),
      };
    },

    async forgetDiscovered({ mac }) {
      store.discovered.remove(mac);
      return {};
    },
  };
}

function isInspected({ provisionState }: Node): boolean {
  return provisionState === 'inspecting' || provisionState === 'inspect wait';
}

type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** A change names what it changes; what was not sent is not touched. */
function onlyGiven<T extends object>(change: T): Given<T> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Given<T>;
}

function powerAction(target: PowerTarget): 'on' | 'off' | 'soft' | 'reset' | 'cycle' {
  switch (target) {
    case 'power on':
      return 'on';
    case 'power off':
      return 'off';
    case 'soft power off':
      return 'soft';
    case 'rebooting':
      return 'reset';
    case 'power cycle':
      return 'cycle';
    default:
      return assertNever(target);
  }
}
