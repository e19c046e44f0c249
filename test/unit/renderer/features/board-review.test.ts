import { describe, expect, it } from 'vitest';
import { emptyWorld } from '#renderer/client/world.ts';
import { type BoardServer, createBoardServers } from '#renderer/features/board/board-servers.ts';
import { changedPlan, emptyPlan, type Plan, type PlanChange } from '#renderer/features/board/plan.ts';
import {
  forReview,
  plannedServers,
  withMadeBonds,
  withoutImage,
} from '#renderer/features/board/review/batch-requests.ts';
import { estimateText } from '#renderer/features/board/review/estimate-text.ts';
import { hostNamesOf } from '#renderer/features/board/review/host-names.ts';
import { bondOf } from '#renderer/features/board/review/use-create-batch.ts';
import {
  confirmedRequest,
  overwrittenOf,
  toBeTyped,
  worstFirst,
} from '#renderer/features/board/review/verdicts.ts';
import { newNetworkRow } from '#renderer/features/deploy/network-rows.ts';
import { startI18n, translate } from '#renderer/i18n/i18n.ts';
import { type Disk, deployRequest, type Port } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import {
  aDisk,
  aNetwork,
  aNode,
  anImage,
  aPort,
  aProfile,
  aReview,
  imageId,
  networkId,
} from '#test/fakes/rows.ts';

await startI18n('en');

const GB = 1e9;
const nodeIdOf = (number: number) => `11111111-1111-4111-8111-11111111111${number}` as NodeId;
const small = aDisk({ sizeBytes: 240 * GB });
const large = aDisk({ name: 'sdb', serial: 'SER-2', wwn: '', sizeBytes: 960 * GB });
const image = anImage({ rawSizeBytes: 4 * GB });
const port = aPort({ nodeId: nodeIdOf(1) });
const profile = aProfile();

const onVlan = (nic: number) =>
  aPort({
    id: `55555555-5555-4555-8555-55555555555${nic}` as PortId,
    nodeId: nodeIdOf(1),
    address: `52:54:00:aa:01:0${nic}` as Mac,
    segmentationId: 120,
  });

function serversOf(
  plan: Plan,
  disks: readonly Disk[] = [small, large],
  ports: readonly Port[] = [port],
): readonly BoardServer[] {
  const nodes = [1, 2].map(number =>
    aNode({ id: nodeIdOf(number), name: `r4u0${number}`, inventory: anInventory({ disks: [...disks] }) }),
  );
  return createBoardServers()(
    {
      ...emptyWorld,
      nodes: new Map(nodes.map(node => [node.id, node])),
      ports: new Map(ports.map(each => [each.id, each])),
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

const planned = (plan: Plan, disks?: readonly Disk[], ports?: readonly Port[]) =>
  plannedServers(
    serversOf(plan, disks, ports),
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
    expect(forReview(first, [])?.networks?.[0]?.place).toEqual({ by: 'port', portId: port.id });
    expect(withMadeBonds(first.request, new Map([[id, madeId]])).networks?.[0]?.place).toEqual({
      by: 'portgroup',
      portgroupId: madeId,
    });
  });

  it('is reviewed as with its bond: what goes by its VLAN is on that, not on two NICs alike', () => {
    const id = '77777777-7777-4777-8777-777777777771' as PortgroupId;
    const wired = [1, 2].map(nic => onVlan(nic));
    const plan = staged(
      { is: 'for-all', change: { diskPolicy: 'smallest' } },
      { is: 'networks', given: [{ nodeId: nodeIdOf(1), row: { ...newNetworkRow(), networkId } }] },
      { is: 'bond', nodeId: nodeIdOf(1), bond: { id, name: 'bond0', portIds: wired.map(nic => nic.id) } },
    );
    const [first] = planned(plan, [small], wired);
    if (first === undefined) throw new Error('nothing is planned');
    const customer = aNetwork({ id: networkId, segmentationId: 120 });
    expect(forReview(first, [customer])?.networks?.[0]?.place).toEqual({ by: 'port', portId: wired[0]?.id });
    expect(first.request?.networks?.[0]?.place).toEqual({ by: 'match' });
  });

  it('is reviewed without the password', () => {
    const [first] = planned(staged(), [small]);
    if (first?.request == null) throw new Error('nothing is planned');
    const withPassword = { ...first, request: { ...first.request, rootPassword: 'correct horse' } };
    expect(JSON.stringify(forReview(withPassword, []))).not.toContain('correct horse');
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

describe('a bond whose making nobody heard of', () => {
  const made = '77777777-7777-4777-8777-777777777772' as PortgroupId;
  const member = (nic: number, portgroupId: PortgroupId | null = made) => ({ ...onVlan(nic), portgroupId });
  const among = (...ports: readonly Port[]) => ({ ports: new Map(ports.map(each => [each.id, each])) });
  const ids = [1, 2].map(nic => onVlan(nic).id);

  it('is the one of just these NICs', () => {
    expect(bondOf(among(member(1), member(2), member(3, null)), ids)).toBe(made);
  });

  it.each<[string, readonly Port[]]>([
    ['there is none', [member(1, null), member(2, null)]],
    ['one of them is in none', [member(1), member(2, null)]],
    ['it has another NIC too', [member(1), member(2), member(3)]],
  ])('is to be made where %s', (_what, ports) => {
    expect(bondOf(among(...ports), ids)).toBeNull();
  });
});

describe('the estimate', () => {
  const proposal = {
    concurrency: 8,
    bytesPerServer: 1.5e9,
    linkBitsPerSecond: null,
    estimateSeconds: 720,
    limitedBy: 'link',
    measuredDeployments: 0,
  } as const;

  it('says how long it takes, and what it was made of', () => {
    expect(estimateText(translate, proposal, true)).toBe(
      'About 12 min with 8 at once · 1.5 GB for each server · link: unknown, taken as 1 Gbit/s · more would only share the link · not measured yet',
    );
  });

  it('does not explain a number that a person chose', () => {
    expect(estimateText(translate, { ...proposal, measuredDeployments: 3 }, false)).toBe(
      'About 12 min with 8 at once · 1.5 GB for each server · link: unknown, taken as 1 Gbit/s · from 3 past deployments',
    );
  });
});
