import { describe, expect, test } from 'vitest';
import { type BondMember, checkBondOptions } from '#engine/identity/network/bond-options.ts';
import { type BondMode, bondModes } from '#shared/contract/index.ts';

const members: readonly BondMember[] = [
  { link: 'nic0', knownAs: ['52:54:00:00:00:01', 'p1'] },
  { link: 'nic1', knownAs: ['52:54:00:00:00:02', 'p2'] },
];

function check(mode: BondMode, properties: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  const options = checkBondOptions(mode, properties, members, (code, values) =>
    problems.push([code, values['option'], values['other']].filter(word => word !== undefined).join(' ')),
  );
  return { options, problems };
}

describe('bond options', () => {
  test.each(bondModes)('watch the links of a bond in mode %s unless something else does', mode => {
    expect(check(mode, {})).toEqual({ options: { miimon: '100' }, problems: [] });
  });

  test("are taken by the kernel's numbers and given by its names", () => {
    expect(check('802.3ad', { lacp_rate: '1', xmit_hash_policy: '2', miimon: ' 080 ' })).toEqual({
      options: { miimon: '80', lacp_rate: 'fast', xmit_hash_policy: 'layer2+3' },
      problems: [],
    });
  });

  test("name the primary by its port's name or MAC", () => {
    expect(check('active-backup', { primary: 'P2' }).options['primary']).toBe('nic1');
    expect(check('active-backup', { primary: '52:54:00:00:00:01' }).options['primary']).toBe('nic0');
    expect(check('active-backup', { primary: 'eth0' }).problems).toEqual(['bond.bad_value primary']);
  });

  test.each<[BondMode, Record<string, string>, string[]]>([
    ['802.3ad', { lacp_rates: 'fast' }, ['bond.unknown_option lacp_rates']],
    ['802.3ad', { constructor: '1' }, ['bond.unknown_option constructor']],
    ['802.3ad', { mode: '802.3ad' }, ['bond.unknown_option mode']],
    ['active-backup', { lacp_rate: 'fast' }, ['bond.not_in_mode lacp_rate']],
    ['802.3ad', { primary: 'p1' }, ['bond.not_in_mode primary']],
    [
      '802.3ad',
      { arp_interval: '100', arp_ip_target: '10.0.0.1' },
      ['bond.not_in_mode arp_interval', 'bond.not_in_mode arp_ip_target'],
    ],
    ['802.3ad', { lacp_rate: 'faster' }, ['bond.bad_value lacp_rate']],
    ['802.3ad', { lacp_rate: '2' }, ['bond.bad_value lacp_rate']],
    ['802.3ad', { miimon: '0' }, ['bond.bad_value miimon']],
    ['802.3ad', { miimon: '100\nONBOOT=no' }, ['bond.bad_value miimon']],
    ['802.3ad', { miimon: '1e2' }, ['bond.bad_value miimon']],
    ['802.3ad', { miimon: '100', updelay: '50' }, ['bond.delay_below_miimon updelay']],
    ['802.3ad', { downdelay: '50' }, ['bond.delay_below_miimon downdelay']],
    ['balance-xor', { arp_interval: '100' }, ['bond.needs_option arp_interval arp_ip_target']],
    ['balance-xor', { arp_ip_target: '10.0.0.1' }, ['bond.needs_option arp_ip_target arp_interval']],
    [
      'balance-xor',
      { arp_interval: '1', arp_ip_target: '10.0.0.1, x' },
      ['bond.bad_value arp_ip_target', 'bond.needs_option arp_interval arp_ip_target'],
    ],
    [
      'balance-xor',
      { arp_interval: '1', arp_ip_target: '10.0.0.1', miimon: '100' },
      ['bond.excludes_option arp_interval miimon'],
    ],
  ])('in mode %s: %j is refused', (mode, properties, problems) => {
    expect(check(mode, properties).problems).toEqual(problems);
  });
});
