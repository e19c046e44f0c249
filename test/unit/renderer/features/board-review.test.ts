import { describe, expect, it } from 'vitest';
import { emptyWorld } from '#renderer/client/world.ts';
import { type BoardServer, boardServers } from '#renderer/features/board/board-servers.ts';
import { changedPlan, emptyPlan, type Plan, type PlanChange } from '#renderer/features/board/plan.ts';
import {
  forReview,
  plannedServers,
  withMadeBonds,
  withoutImage,
} from '#renderer/features/board/review/batch-requests.ts';
import { hostNamesOf } from '#renderer/features/board/review/host-names.ts';
import {
  confirmedRequest,
  overwrittenOf,
  toBeTyped,
  worstFirst,
} from '#renderer/features/board/review/verdicts.ts';
import { newNetworkRow } from '#renderer/features/deploy/network-rows.ts';
import { type Disk, deployRequest } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { NodeId, PortgroupId } from '#shared/model/ids.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk, aNode, anImage, aPort, aProfile, aReview, imageId, networkId } from '#test/fakes/rows.ts';

const GB = 1e9;
const nodeIdOf = (number: number) => `11111111-1111-4111-8111-11111111111${number}` as NodeId;
const small = aDisk({ sizeBytes: 240 * GB });
const large = aDisk({ name: 'sdb', serial: 'SER-2', wwn: '', sizeBytes: 960 * GB });
const image = anImage({ rawSizeBytes: 4 * GB });
const port = aPort({ nodeId: nodeIdOf(1) });
const profile = aProfile();

function serversOf(plan: Plan, disks: readonly Disk[] = [small, large]): readonly BoardServer[] {
  const nodes = [1, 2].map(number =>
    aNode({ id: nodeIdOf(number), name: `r4u0${number}`, inventory: anInventory({ disks: [...disks] }) }),
  );
  return boardServers(
    {
      ...emptyWorld,
      nodes: new Map(nodes.map(node => [node.id, node])),
      ports: new Map([[port.id, port]]),
      profiles: new Map([[profile.id, profile]]),
    },
    plan,
  );
}

const staged = (...changes: readonly PlanChange[]): Plan =>
  [{ is: 'image', nodeIds: [nodeIdOf(1), nodeIdOf(2)], imageId } as const, ...changes].reduce<Plan>(
    changedPlan,
    emptyPlan,
  );

const planned = (plan: Plan, disks?: readonly Disk[]) =>
  plannedServers(
    serversOf(plan, disks),
    plan,
    { images: new Map([[image.id, image]]), profiles: new Map([[profile.id, profile]]), settings: null },
    { rootPassword: '' },
  );

describe('host names', () => {
  it('are made of the server’s own name or of numbers with as many digits as asked for', () => {
    expect(hostNamesOf('{name}', 1, ['a', 'b'])).toEqual(['a', 'b']);
    expect(hostNamesOf('web-{nn}', 9, ['a', 'b'])).toEqual(['web-09', 'web-10']);
    expect(hostNamesOf('{name}-{n}', 3, ['a'])).toEqual(['a-3']);
  });
});

describe('what a batch asks for', () => {
  it('is nothing while nobody has said which of several disks', () => {
    const [first] = planned(staged());
    expect(first).toMatchObject({ request: null, lacks: ['disk'] });
    const [alone] = planned(staged(), [small]);
    expect(alone?.request?.disk).toEqual({ by: 'person', disk: identityOf(small) });
  });

  it.each([
    ['smallest', small],
    ['largest', large],
  ] as const)('takes the %s disk that fits when a person says so for all', (diskPolicy, disk) => {
    const plan = staged({ is: 'for-all', change: { diskPolicy } });
    for (const { request } of planned(plan))
      expect(request?.disk).toEqual({ by: 'person', disk: identityOf(disk) });
    const own = changedPlan(plan, {
      is: 'server',
      nodeId: nodeIdOf(1),
      change: { disk: identityOf(diskPolicy === 'smallest' ? large : small) },
    });
    const [first, second] = planned(own);
    expect(first?.request?.disk).not.toEqual(second?.request?.disk);
  });

  it('is a request that the contract takes, with names by the pattern and one server’s own', () => {
    const plan = staged(
      { is: 'for-all', change: { diskPolicy: 'smallest', hostNames: 'web-{nn}', profileId: profile.id } },
      { is: 'server', nodeId: nodeIdOf(2), change: { hostName: 'db', profileId: '' } },
    );
    const requests = planned(plan).map(({ request }) => deployRequest.parse(request));
    expect(requests.map(({ hostName }) => hostName)).toEqual(['web-01', 'db']);
    expect(requests.map(({ profileId }) => profileId)).toEqual([profile.id, null]);
    expect(requests[0]?.networks).toMatchObject([{ place: { by: 'provisioning' } }]);
  });

  it('says what is wrong with a name', () => {
    const plan = staged({ is: 'for-all', change: { diskPolicy: 'smallest', hostNames: 'web_{n' } });
    expect(planned(plan).map(({ lacks }) => lacks)).toEqual([['hostName'], ['hostName']]);
  });

  it('names the first NIC of a bond that is not made yet for the review, and the real bond at last', () => {
    const [id, madeId] = ['1', '2'].map(end => `77777777-7777-4777-8777-77777777777${end}` as PortgroupId);
    if (id === undefined || madeId === undefined) throw new Error('no ids');
    const row = { ...newNetworkRow({ by: 'portgroup', portgroupId: id }), networkId };
    const plan = staged(
      { is: 'for-all', change: { diskPolicy: 'smallest' } },
      { is: 'bond', nodeId: nodeIdOf(1), bond: { id, name: 'bond0', portIds: [port.id] } },
      { is: 'networks', given: [{ nodeId: nodeIdOf(1), row }] },
    );
    const [first] = planned(plan);
    if (first?.request == null) throw new Error('no request');
    expect(forReview(first)?.networks?.[0]?.place).toEqual({ by: 'port', portId: port.id });
    expect(withMadeBonds(first.request, new Map([[id, madeId]])).networks?.[0]?.place).toEqual({
      by: 'portgroup',
      portgroupId: madeId,
    });
  });

  it('leaves out servers that have networks and no image', () => {
    const plan = changedPlan(emptyPlan, {
      is: 'networks',
      given: [{ nodeId: nodeIdOf(1), row: newNetworkRow() }],
    });
    expect(planned(plan)).toEqual([]);
    expect(withoutImage(serversOf(plan))).toEqual([nodeIdOf(1)]);
  });
});

describe('the review', () => {
  const plan = staged({ is: 'for-all', change: { diskPolicy: 'smallest' } });
  const [first, second] = planned(plan);
  if (first === undefined || second === undefined) throw new Error('no servers');
  const reviewOf = (nodeId: NodeId, change: Parameters<typeof aReview>[0] = {}) => ({
    nodeId,
    review: aReview({ mustConfirm: false, disk: small, ...change }),
    conflicts: [],
  });

  it('shows what is wrong first, then warnings', () => {
    const reviews = new Map([
      [nodeIdOf(1) as string, reviewOf(nodeIdOf(1), { warnings: [{ code: 'power.by_hand', details: {} }] })],
      [nodeIdOf(2) as string, reviewOf(nodeIdOf(2), { blockers: [{ code: 'node.no_port', details: {} }] })],
    ]);
    expect(worstFirst([first, second], reviews)).toEqual([second, first]);
    const half = new Map([[nodeIdOf(1) as string, reviewOf(nodeIdOf(1))]]);
    expect(worstFirst([first, second], half)).toEqual([second, first]);
  });

  it('wants the host name of a single server typed, else how many they are, and confirms the disks that were shown', () => {
    const one = overwrittenOf(first, reviewOf(nodeIdOf(1), { mustConfirm: true }));
    if (one === null || first.request === null) throw new Error('nothing is overwritten');
    expect(toBeTyped([one])).toBe('r4u01');
    expect(toBeTyped([one, one])).toBe('2');
    expect(overwrittenOf(second, reviewOf(nodeIdOf(2)))).toBeNull();
    expect(confirmedRequest(first.request, one).confirmed).toEqual({
      hostName: 'r4u01',
      disks: [identityOf(small)],
    });
    expect(confirmedRequest(first.request, null).confirmed).toBeUndefined();
  });
});
