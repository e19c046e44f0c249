import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NetworkRequest, networkRequest, type Port } from '#shared/contract/index.ts';
import type { NetworkId, PortgroupId, PortId } from '#shared/model/ids.ts';
import type { NetworkMachine } from '#shared/placement/network-links.ts';
import { matchNetworks } from '#shared/placement/network-matching.ts';
import { aNetwork, aPortgroup } from '#test/fakes/rows.ts';
import { machine, macOf, nic, portIdOf } from './network-machine.ts';

const bondId = '00000000-0000-4000-8000-0000000000b0' as PortgroupId;
const bond = aPortgroup({ id: bondId, name: 'bond0' });

const request = (change: object = {}): NetworkRequest => networkRequest.parse(change);
const vlan = (segmentationId: number, change: object = {}) => request({ segmentationId, ...change });

/** `eth1 untagged`, `bond0 tag 100`; or what is wrong. */
function places(requests: readonly NetworkRequest[], on: NetworkMachine) {
  const result = matchNetworks(requests, on, []);
  if (!result.ok) return result.problems.map(({ request: index, code }) => `${index}: ${code}`);
  return result.assignments.map(({ portId, portgroupId, vlanId }) =>
    [nameOf(portId, portgroupId), vlanId === null ? 'untagged' : `tag ${vlanId}`].join(' '),
  );
}
function nameOf(portId: PortId | null, portgroupId: PortgroupId | null): string {
  return portgroupId === null ? `eth${Number(portId?.slice(-1))}` : 'bond0';
}
function reasonsOf(requests: readonly NetworkRequest[], on: NetworkMachine) {
  const result = matchNetworks(requests, on, []);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.assignments.map(({ reasons }) => reasons.map(({ code }) => code));
}
function candidatesOf(requests: readonly NetworkRequest[], on: NetworkMachine) {
  const result = matchNetworks(requests, on, []);
  if (result.ok) throw new Error('nothing is wrong');
  return result.problems.map(({ candidates }) =>
    Object.fromEntries(
      candidates.map(({ portId, portgroupId, reasons }) => [
        nameOf(portId, portgroupId),
        reasons.map(({ code }) => code),
      ]),
    ),
  );
}

describe('a network goes to the NIC', () => {
  it('that is wired for its VLAN, whatever order NICs and networks were entered in', () => {
    const wired = machine([
      { segmentationId: 300 },
      { segmentationId: 100, pxeEnabled: true },
      { segmentationId: 200 },
    ]);
    expect(places([vlan(100), vlan(200), vlan(300)], wired)).toEqual([
      'eth1 untagged',
      'eth2 untagged',
      'eth0 untagged',
    ]);
    expect(places([vlan(300), vlan(100), vlan(200)], wired)).toEqual([
      'eth0 untagged',
      'eth1 untagged',
      'eth2 untagged',
    ]);
  });

  it('before one with the right physical network, before a bond, before one that boots', () => {
    const all = machine(
      [
        { segmentationId: 100 },
        { physicalNetwork: 'dmz' },
        { portgroupId: bondId },
        { portgroupId: bondId },
        { pxeEnabled: true },
        {},
      ],
      { portgroups: [bond] },
    );
    const wanted = vlan(100, { physicalNetwork: 'dmz' });
    expect(places([wanted], all)).toEqual(['eth0 untagged']);
    const without = (...gone: number[]) => ({
      ...all,
      ports: all.ports.filter((_, at) => !gone.includes(at)),
    });
    expect(places([wanted], without(0))).toEqual(['eth1 untagged']);
    expect(places([wanted], without(0, 1))).toEqual(['bond0 untagged']);
    expect(places([wanted], without(0, 1, 2, 3))).toEqual(['eth4 untagged']);
    expect(places([wanted], without(0, 1, 2, 3, 4))).toEqual(['eth5 untagged']);
  });

  it('and leaves the one that is wired for another network to that one', () => {
    const wired = machine([{ segmentationId: 100, pxeEnabled: true }, {}]);
    expect(places([request(), vlan(100)], wired)).toEqual(['eth1 untagged', 'eth0 untagged']);
  });

  it.each<[string, NetworkMachine, NetworkRequest[], string[]]>([
    [
      'a tagged and an untagged one on the only NIC',
      machine([{}]),
      [vlan(100, { tagging: 'tagged' }), request()],
      ['eth0 tag 100', 'eth0 untagged'],
    ],
    [
      'the same, where the tagged one fits better',
      machine([{ physicalNetwork: 'dmz' }]),
      [vlan(100, { tagging: 'tagged', physicalNetwork: 'dmz' }), request({ tagging: 'untagged' })],
      ['eth0 tag 100', 'eth0 untagged'],
    ],
    [
      'the same on one of two physical networks',
      machine([{ physicalNetwork: 'dmz' }, { physicalNetwork: 'lan' }]),
      [vlan(100, { tagging: 'tagged', physicalNetwork: 'dmz' }), request({ physicalNetwork: 'dmz' })],
      ['eth0 tag 100', 'eth0 untagged'],
    ],
    [
      'one that has a single NIC to go to, beside one that has two',
      machine([{ pxeEnabled: true }, { segmentationId: 7 }]),
      [vlan(5), request()],
      ['eth0 untagged', 'eth1 untagged'],
    ],
  ])('in whatever order they were typed: %s', (_name, on, requests, expected) => {
    expect(places(requests, on)).toEqual(expected);
    expect(places(requests.toReversed(), on)).toEqual(expected.toReversed());
  });

  it('that leaves a place to each of the others, where two networks want the same one alike', () => {
    const on = machine([{ segmentationId: 200 }, { physicalNetwork: 'lan' }, { physicalNetwork: 'dmz' }]);
    const [dmz, untagged, lan] = [
      vlan(200, { physicalNetwork: 'dmz' }),
      request({ physicalNetwork: 'lan' }),
      vlan(200, { physicalNetwork: 'lan' }),
    ] as const;
    expect(places([dmz, untagged, lan], on)).toEqual(['eth2 untagged', 'eth1 untagged', 'eth0 untagged']);
    expect(places([lan, untagged, dmz], on)).toEqual(['eth0 untagged', 'eth1 untagged', 'eth2 untagged']);
  });

  it('never to one that is wired for another VLAN or physical network, or has no link', () => {
    const wrong = machine([{ segmentationId: 200 }, { physicalNetwork: 'lan' }, {}], {
      nics: [nic(2, null, false)],
    });
    const wanted = [vlan(100, { physicalNetwork: 'dmz' })];
    expect(places(wanted, wrong)).toEqual(['0: none']);
    expect(candidatesOf(wanted, wrong)).toEqual([
      {
        eth0: ['not_wired_for_vlan'],
        eth1: ['no_segmentation_id', 'other_physical_network'],
        eth2: ['no_segmentation_id', 'no_link'],
      },
    ]);
  });

  it('without a tag only as the one that is left: a missing tag is no match and no error', () => {
    expect(reasonsOf([vlan(100)], machine([{}]))).toEqual([['no_segmentation_id', 'only_one_left']]);
  });

  it('whose switch port is in its VLAN, where nobody entered one', () => {
    const on = machine([{}, {}, { segmentationId: 200 }], { nics: [nic(0, 200), nic(1, 100), nic(2, 100)] });
    const result = matchNetworks([vlan(100)], on, []);
    expect(result).toMatchObject({
      ok: true,
      assignments: [
        {
          portId: portIdOf(1),
          vlanId: null,
          reasons: [
            { code: 'lldp_vlan', values: { segmentationId: 100, switch: 'tor-1', port: 'Gi1/0/1' } },
            { code: 'only_one_left' },
          ],
        },
      ],
    });
  });

  it('of its own network where the request says nothing itself', () => {
    const id = 'aaaaaaaa-4444-4444-8444-444444444444' as NetworkId;
    const ours = [aNetwork({ id, segmentationId: 100, physicalNetwork: 'dmz' })];
    const on = machine([{ segmentationId: 200 }, { segmentationId: 100 }]);
    const portOf = (wanted: NetworkRequest) => {
      const result = matchNetworks([wanted], on, ours);
      return result.ok ? result.assignments[0]?.portId : result.problems;
    };
    expect(portOf(request({ networkId: id }))).toBe(portIdOf(1));
    expect(portOf(request({ networkId: id, segmentationId: 200 }))).toBe(portIdOf(0));
  });
});

describe('what cannot be decided is an error', () => {
  it('that names the NICs that differ in nothing', () => {
    const alike = machine([{ pxeEnabled: true }, { pxeEnabled: true }, {}]);
    expect(places([vlan(100)], alike)).toEqual(['0: ambiguous']);
    expect(candidatesOf([vlan(100)], alike)).toEqual([
      { eth0: ['no_segmentation_id', 'pxe_enabled'], eth1: ['no_segmentation_id', 'pxe_enabled'] },
    ]);
  });

  it('though only one is left for each: which is which matters', () => {
    expect(places([vlan(100), vlan(200)], machine([{}, {}]))).toEqual(['0: ambiguous', '1: ambiguous']);
  });

  it('but not when another network takes all others of them', () => {
    const on = machine([{ physicalNetwork: 'a' }, { physicalNetwork: 'b' }]);
    expect(places([request(), request({ physicalNetwork: 'b' })], on)).toEqual([
      'eth0 untagged',
      'eth1 untagged',
    ]);
  });

  it('and so are more networks than NICs', () => {
    const two = [vlan(100, { name: 'front' }), vlan(100)];
    const on = machine([{ segmentationId: 100 }]);
    expect(places(two, on)).toEqual(['1: none']);
    const result = matchNetworks(two, on, []);
    expect(result.ok || result.problems[0]?.candidates[0]?.reasons).toContainEqual({
      code: 'taken_by',
      values: { network: 'front' },
    });
  });

  it('and a machine without NICs, which has none for any network', () => {
    expect(places([request()], machine([]))).toEqual(['0: none']);
    expect(places([request()], machine([], { portgroups: [bond] }))).toEqual(['0: none']);
    expect(places([], machine([]))).toEqual([]);
  });
});

describe('a bond', () => {
  const bonded = (first: Partial<Port>, second: Partial<Port>, nics: NetworkMachine['nics'] = null) =>
    machine(
      [
        { portgroupId: bondId, ...first },
        { portgroupId: bondId, ...second },
      ],
      { portgroups: [bond], nics },
    );

  it('is wired for what its members are wired for', () => {
    expect(reasonsOf([vlan(100)], bonded({ segmentationId: 100 }, {}))).toEqual([
      ['same_segmentation_id', 'is_portgroup', 'only_one_left'],
    ]);
    expect(reasonsOf([vlan(100)], bonded({}, {}, [nic(0, 100), nic(1, 100)]))[0]).toContain('lldp_vlan');
  });

  it('whose members contradict each other is wired for nothing known', () => {
    expect(reasonsOf([vlan(100)], bonded({ segmentationId: 100 }, { segmentationId: 200 }))[0]).toContain(
      'no_segmentation_id',
    );
    expect(reasonsOf([vlan(100)], bonded({}, {}, [nic(0, 100), nic(1, 200)]))[0]).toContain(
      'no_segmentation_id',
    );
  });

  it('has a link as long as one member has', () => {
    expect(places([request()], bonded({}, {}, [nic(0, null, false), nic(1, null)]))).toEqual([
      'bond0 untagged',
    ]);
    expect(places([request()], bonded({}, {}, [nic(0, null, false), nic(1, null, false)]))).toEqual([
      '0: none',
    ]);
  });

  it('is meant by a person who points at one of its NICs', () => {
    const place = { by: 'port', portId: portIdOf(1) };
    expect(reasonsOf([request({ place })], bonded({}, {}))).toEqual([
      ['chosen_by_person', 'member_of_portgroup', 'is_portgroup'],
    ]);
    const on = { ...bonded({}, {}), provisioningMac: macOf(0) };
    expect(reasonsOf([request({ place: { by: 'provisioning' } })], on)).toEqual([
      ['provisioning_nic', 'member_of_portgroup', 'is_portgroup'],
    ]);
  });
});

describe('where a person put a network it stays', () => {
  const eth0 = { place: { by: 'port', portId: portIdOf(0) } };

  it('with what speaks against it', () => {
    const on = machine([{ segmentationId: 200, physicalNetwork: 'lan' }], { nics: [nic(0, null, false)] });
    const wanted = vlan(100, { physicalNetwork: 'dmz', tagging: 'untagged', ...eth0 });
    expect(places([wanted], on)).toEqual(['eth0 untagged']);
    expect(reasonsOf([wanted], on)).toEqual([
      ['chosen_by_person', 'not_wired_for_vlan', 'other_physical_network', 'no_link'],
    ]);
  });

  it('and others are matched around it', () => {
    expect(places([request(), request(eth0)], machine([{ pxeEnabled: true }, {}]))).toEqual([
      'eth1 untagged',
      'eth0 untagged',
    ]);
  });

  it.each([
    ["a port of another machine's", { by: 'port', portId: portIdOf(9) }],
    ["a bond of another machine's", { by: 'portgroup', portgroupId: bondId }],
    ['the provisioning NIC of a machine that never booted here', { by: 'provisioning' }],
  ])('but not on %s', (_name, place) => {
    expect(places([request({ place })], machine([{}]))).toEqual(['0: none']);
  });

  it('nor on a provisioning NIC that nobody entered as a port', () => {
    const on = machine([{}], { provisioningMac: macOf(9) });
    expect(places([request({ place: { by: 'provisioning' } })], on)).toEqual(['0: none']);
  });
});

describe('tags', () => {
  const eth0 = { place: { by: 'port', portId: portIdOf(0) } };

  it.each<[string, number | null, NetworkRequest, string]>([
    ['untagged where nothing is known', null, vlan(100, eth0), 'eth0 untagged'],
    ["untagged where the NIC's own VLAN is the network's", 100, vlan(100, eth0), 'eth0 untagged'],
    ['tagged where the NIC has another one for itself', 200, vlan(100, eth0), 'eth0 tag 100'],
    ['untagged without a VLAN', 200, request(eth0), 'eth0 untagged'],
    ['tagged where the request says so', 100, vlan(100, { tagging: 'tagged', ...eth0 }), 'eth0 tag 100'],
    ['untagged where the request says so', 200, vlan(100, { tagging: 'untagged', ...eth0 }), 'eth0 untagged'],
  ])('one network is %s', (_name, segmentationId, wanted, expected) => {
    expect(places([wanted], machine([{ segmentationId }]))).toEqual([expected]);
  });

  it('are on every network of a trunk of which nothing is known', () => {
    expect(places([vlan(100, eth0), vlan(200, eth0)], machine([{}]))).toEqual([
      'eth0 tag 100',
      'eth0 tag 200',
    ]);
    expect(places([request(eth0), vlan(200, eth0)], machine([{}]))).toEqual([
      'eth0 untagged',
      'eth0 tag 200',
    ]);
  });

  it("are not on a trunk's own VLAN", () => {
    expect(places([vlan(100, eth0), vlan(200, eth0)], machine([{ segmentationId: 200 }]))).toEqual([
      'eth0 tag 100',
      'eth0 untagged',
    ]);
  });

  it('let matched networks share one trunk', () => {
    const trunk = machine([{ portgroupId: bondId }, { portgroupId: bondId }, { pxeEnabled: true }], {
      portgroups: [bond],
    });
    const tagged = [100, 200, 300].map(id => vlan(id, { tagging: 'tagged' }));
    expect(places(tagged, trunk)).toEqual(['bond0 tag 100', 'bond0 tag 200', 'bond0 tag 300']);
    expect(places([...tagged, request()], trunk).at(-1)).toBe('eth2 untagged');
    expect(places([request(), ...tagged], trunk)[0]).toBe('eth2 untagged');
  });

  it('go rather onto a trunk of which nothing is known than onto one with another VLAN of its own', () => {
    const wanted = vlan(100, { tagging: 'tagged' });
    expect(places([wanted], machine([{ segmentationId: 200, pxeEnabled: true }, {}]))).toEqual([
      'eth1 tag 100',
    ]);
    expect(places([wanted], machine([{ segmentationId: 200 }]))).toEqual(['eth0 tag 100']);
  });

  it.each<[string, number | null, NetworkRequest[]]>([
    ['two untagged networks', null, [request(eth0), request(eth0)]],
    ['one VLAN twice', null, [vlan(100, eth0), vlan(100, { tagging: 'tagged', ...eth0 })]],
    [
      "a trunk's own VLAN, named and not named",
      100,
      [request(eth0), vlan(100, { tagging: 'tagged', ...eth0 })],
    ],
  ])('cannot carry %s on one wire', (_name, segmentationId, requests) => {
    expect(places(requests, machine([{ segmentationId }]))).toEqual(['1: conflict']);
    expect(candidatesOf(requests, machine([{ segmentationId }]))).toEqual([{ eth0: ['taken_by'] }]);
  });

  it('need a VLAN', () => {
    expect(places([request({ tagging: 'tagged' })], machine([{}]))).toEqual(['0: conflict']);
  });
});

describe('whatever is asked of whatever machine', () => {
  const tag = fc.option(fc.constantFrom(100, 200), { nil: null });
  const physicalNetwork = fc.constantFrom('', 'dmz', 'lan');
  const port = fc.record({
    segmentationId: tag,
    physicalNetwork,
    pxeEnabled: fc.boolean(),
    portgroupId: fc.option(fc.constantFrom(bondId, 'gone' as PortgroupId), { nil: null }),
  });
  const anyNic = fc.tuple(fc.integer({ min: 0, max: 5 }), tag, fc.boolean()).map(args => nic(...args));
  const anyMachine = fc
    .record({
      ports: fc.array(port, { maxLength: 5 }),
      portgroups: fc.constantFrom([], [bond]),
      nics: fc.option(fc.uniqueArray(anyNic, { selector: ({ mac }) => mac }), { nil: null }),
      provisioningMac: fc.option(fc.integer({ min: 0, max: 6 }).map(macOf), { nil: null }),
    })
    .map(({ ports, ...rest }) => machine(ports, rest));
  const place = fc.oneof(
    { weight: 3, arbitrary: fc.constant({ by: 'match' }) },
    fc.constant({ by: 'provisioning' }),
    fc.integer({ min: 0, max: 6 }).map(at => ({ by: 'port', portId: portIdOf(at) })),
    fc.constant({ by: 'portgroup', portgroupId: bondId }),
  );
  const anyRequest = fc
    .record({
      segmentationId: tag,
      physicalNetwork,
      place,
      tagging: fc.constantFrom('auto', 'tagged', 'untagged'),
    })
    .map(request);
  const anyRequests = fc.array(anyRequest, { maxLength: 4 });

  it('every network has a place on this machine, or there is a reason', () => {
    fc.assert(
      fc.property(anyRequests, anyMachine, (requests, on) => {
        const result = matchNetworks(requests, on, []);
        if (!result.ok) {
          expect(result.problems.length).toBeGreaterThan(0);
          return;
        }
        expect(result.assignments.map(assignment => assignment.request)).toEqual([...requests.keys()]);
        for (const { portId, portgroupId, reasons } of result.assignments) {
          expect(reasons.length).toBeGreaterThan(0);
          const members = on.ports.filter(one =>
            portgroupId === null ? one.id === portId : one.portgroupId === portgroupId,
          );
          expect(members.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('no wire carries two untagged networks, or one VLAN twice', () => {
    fc.assert(
      fc.property(anyRequests, anyMachine, (requests, on) => {
        const result = matchNetworks(requests, on, []);
        const frames = (result.ok ? result.assignments : []).map(
          ({ portId, portgroupId, vlanId }) => `${portId ?? portgroupId} ${vlanId}`,
        );
        expect(new Set(frames).size).toBe(frames.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('whether all have a place does not depend on the order in which they were typed', () => {
    fc.assert(
      fc.property(anyRequests, anyMachine, (requests, on) => {
        const { ok } = matchNetworks(requests, on, []);
        expect(matchNetworks(requests.toReversed(), on, []).ok).toBe(ok);
      }),
      { numRuns: 2000 },
    );
  });

  it('the order in which NICs were entered and inspected changes nothing', () => {
    fc.assert(
      fc.property(
        anyRequests,
        anyMachine.chain(on =>
          fc.tuple(
            fc.constant(on),
            fc
              .shuffledSubarray([...on.ports], { minLength: on.ports.length })
              .map(ports => ({ ...on, ports, nics: on.nics?.toReversed() ?? null })),
          ),
        ),
        (requests, [on, shuffled]) => {
          expect(matchNetworks(requests, shuffled, [])).toEqual(matchNetworks(requests, on, []));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
