import { describe, expect, it } from 'vitest';
import { type NetworkRequest, networkRequest } from '#shared/contract/index.ts';
import type { PortgroupId } from '#shared/model/ids.ts';
import { isGuess, reasonsOfGuess } from '#shared/placement/network-guess.ts';
import type { NetworkMachine } from '#shared/placement/network-links.ts';
import { matchNetworks } from '#shared/placement/network-matching.ts';
import { aPortgroup } from '#test/fakes/rows.ts';
import { machine, macOf, nic, portIdOf } from './network-machine.ts';

const vlan120 = (change: object = {}): NetworkRequest =>
  networkRequest.parse({ segmentationId: 120, ...change });

/** Why it is a guess; undefined where it is none. */
function guess(wanted: NetworkRequest, on: NetworkMachine): readonly string[] | undefined {
  const result = matchNetworks([wanted], on, []);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const [assignment] = result.assignments;
  if (assignment === undefined) throw new Error('no assignment');
  return isGuess(assignment) ? reasonsOfGuess(assignment).map(({ code }) => code) : undefined;
}

describe('a network with a VLAN goes on a guess to the NIC of which nothing is known', () => {
  it.each<[string, NetworkMachine, readonly string[]]>([
    ['because it is the only one', machine([{}]), ['only_one_left']],
    ['because it may boot from the network', machine([{ pxeEnabled: true }, {}]), ['pxe_enabled']],
    [
      'because it is a bond',
      machine([{ portgroupId: aPortgroup().id as PortgroupId }, {}], { portgroups: [aPortgroup()] }),
      ['is_portgroup'],
    ],
    ['whose switch speaks and tells no VLAN', machine([{}], { nics: [nic(0, null)] }), ['only_one_left']],
  ])('%s', (_name, on, why) => {
    expect(guess(vlan120(), on)).toEqual(why);
  });

  it('because all others are wired for other VLANs, which would not keep its tagged frames from them', () => {
    const tagged = vlan120({ tagging: 'tagged' });
    const on = machine([{ segmentationId: 200 }, {}, { segmentationId: 300 }]);
    expect(guess(tagged, on)).toEqual(['others_are_wired']);
  });
});

describe('it is no guess', () => {
  it.each<[string, NetworkRequest, NetworkMachine]>([
    ['where somebody entered the VLAN', vlan120(), machine([{ segmentationId: 120 }, {}])],
    ['where the switch told it', vlan120(), machine([{}, {}], { nics: [nic(0, 120)] })],
    [
      'where the physical network is the same',
      vlan120({ physicalNetwork: 'dmz' }),
      machine([{ physicalNetwork: 'dmz' }, {}]),
    ],
    ['where a person chose the NIC', vlan120({ place: { by: 'port', portId: portIdOf(0) } }), machine([{}])],
    [
      'on the NIC through which the server is installed, which was asked for',
      vlan120({ place: { by: 'provisioning' } }),
      machine([{}], { provisioningMac: macOf(0) }),
    ],
    ['without a VLAN, which any NIC has untagged', networkRequest.parse({}), machine([{}])],
  ])('%s', (_name, wanted, on) => {
    expect(guess(wanted, on)).toBeUndefined();
  });
});
