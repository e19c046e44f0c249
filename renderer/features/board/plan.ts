import type { DiskIdentity } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ImageId, NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import type { NetworkRow } from '../deploy/network-rows.ts';

/** NICs that are to be made into one when the batch is made: until then its id is known to this page alone. */
export interface StagedBond {
  readonly id: PortgroupId;
  readonly name: string;
  readonly portIds: readonly PortId[];
}

/** What is meant for one server. Null: as for all. */
export interface StagedServer {
  readonly imageId: ImageId | null;
  readonly networks: readonly NetworkRow[];
  readonly bonds: readonly StagedBond[];
  readonly disk: DiskIdentity | null;
  readonly raidDisks: readonly DiskIdentity[];
  readonly hostName: string | null;
  /** Empty: none, whatever all have. */
  readonly profileId: string | null;
}

/** Which disk of a server without a choice and without hints: a person's own, or by its size among those that may be used. */
export const diskPolicies = ['person', 'smallest', 'largest'] as const;
export type DiskPolicy = (typeof diskPolicies)[number];

/** What all servers of the batch have in common. Passwords are not here: this is kept. */
export interface ForAll {
  /** `web-{nn}`, `{name}`. */
  readonly hostNames: string;
  /** Of `{n}`. */
  readonly firstNumber: number;
  readonly diskPolicy: DiskPolicy;
  readonly profileId: string;
  /** Null: those of the settings. */
  readonly sshKeys: string | null;
}

/** All that is staged on the board. Nothing of it has happened. */
export interface Plan {
  readonly servers: Readonly<Record<NodeId, StagedServer>>;
  readonly forAll: ForAll;
}

const nothingStaged: StagedServer = {
  imageId: null,
  networks: [],
  bonds: [],
  disk: null,
  raidDisks: [],
  hostName: null,
  profileId: null,
};

export const emptyPlan: Plan = {
  servers: {},
  forAll: { hostNames: '{name}', firstNumber: 1, diskPolicy: 'person', profileId: '', sshKeys: null },
};

export type PlanChange =
  | { readonly is: 'image'; readonly nodeIds: readonly NodeId[]; readonly imageId: ImageId | null }
  | { readonly is: 'networks'; readonly given: readonly GivenNetwork[] }
  | { readonly is: 'remove-network'; readonly nodeId: NodeId; readonly key: string }
  /** A bond with an id that is there already gets these members. */
  | { readonly is: 'bond'; readonly nodeId: NodeId; readonly bond: StagedBond }
  | { readonly is: 'remove-bond'; readonly nodeId: NodeId; readonly id: PortgroupId }
  /** The engine has made it: from now on it goes by the engine's id. */
  | {
      readonly is: 'bond-made';
      readonly nodeId: NodeId;
      readonly id: PortgroupId;
      readonly madeId: PortgroupId;
    }
  | { readonly is: 'server'; readonly nodeId: NodeId; readonly change: Partial<StagedServer> }
  | { readonly is: 'for-all'; readonly change: Partial<ForAll> }
  | { readonly is: 'take-out'; readonly nodeIds: readonly NodeId[] }
  | { readonly is: 'clear' };

interface GivenNetwork {
  readonly nodeId: NodeId;
  readonly row: NetworkRow;
}

export function stagedOf({ servers }: Plan, nodeId: NodeId): StagedServer {
  return servers[nodeId] ?? nothingStaged;
}

/** The plan after a change; the very same where nothing changed. */
export function changedPlan(plan: Plan, change: PlanChange): Plan {
  switch (change.is) {
    case 'image':
      return change.nodeIds.reduce((known, nodeId) => withImage(known, nodeId, change.imageId), plan);
    case 'networks':
      return change.given.reduce(
        (known, { nodeId, row }) =>
          withServer(known, nodeId, ({ networks }) => ({ networks: [...networks, row] })),
        plan,
      );
    case 'remove-network':
      return withServer(plan, change.nodeId, ({ networks }) => ({
        networks: networks.filter(({ key }) => key !== change.key),
      }));
    case 'bond':
      return withServer(plan, change.nodeId, ({ bonds }) => ({
        bonds: [...bonds.filter(({ id }) => id !== change.bond.id), change.bond],
      }));
    case 'remove-bond':
      return withServer(plan, change.nodeId, staged => ({
        bonds: staged.bonds.filter(({ id }) => id !== change.id),
        networks: staged.networks.filter(({ place }) => !isOn(place, change.id)),
      }));
    case 'bond-made':
      return withServer(plan, change.nodeId, staged => ({
        bonds: staged.bonds.filter(({ id }) => id !== change.id),
        networks: staged.networks.map(row =>
          isOn(row.place, change.id)
            ? { ...row, place: { by: 'portgroup' as const, portgroupId: change.madeId } }
            : row,
        ),
      }));
    case 'server':
      return withServer(plan, change.nodeId, () => change.change);
    case 'for-all':
      return { ...plan, forAll: { ...plan.forAll, ...change.change } };
    case 'take-out': {
      const servers = Object.entries(plan.servers) as [NodeId, StagedServer][];
      return {
        ...plan,
        servers: Object.fromEntries(servers.filter(([nodeId]) => !change.nodeIds.includes(nodeId))),
      };
    }
    case 'clear':
      return emptyPlan;
    default:
      return assertNever(change);
  }
}

/** What was chosen for another image does not count for this one: its disk may be too small, its layout another. */
function withImage(plan: Plan, nodeId: NodeId, imageId: ImageId | null): Plan {
  if (stagedOf(plan, nodeId).imageId === imageId) return plan;
  return withServer(plan, nodeId, () => ({ imageId, disk: null, raidDisks: [] }));
}

function withServer(
  plan: Plan,
  nodeId: NodeId,
  change: (staged: StagedServer) => Partial<StagedServer>,
): Plan {
  const staged = stagedOf(plan, nodeId);
  return { ...plan, servers: { ...plan.servers, [nodeId]: { ...staged, ...change(staged) } } };
}

function isOn(place: NetworkRow['place'], id: PortgroupId): boolean {
  return place.by === 'portgroup' && place.portgroupId === id;
}
