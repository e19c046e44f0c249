import type { ProblemValues } from '#shared/contract/checked.ts';
import type { IdentityProblemCode } from '#shared/contract/identity-problems.ts';
import type { BondMode } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { parseIpv4 } from '#shared/model/ip.ts';

/** A value as the kernel's sysfs takes it; of a choice also its number, which is the place in the list. */
type OptionValue =
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  /** By comma, as module parameters have them. */
  | { readonly kind: 'addresses'; readonly max: number }
  /** One of the bond's own NICs, by MAC or by the name of its port. */
  | { readonly kind: 'member' };

interface BondOption {
  readonly value: OptionValue;
  /** The modes in which the kernel takes the option and it has an effect. */
  readonly modes: readonly BondMode[];
}

const all: readonly BondMode[] = [
  'balance-rr',
  'active-backup',
  'balance-xor',
  'broadcast',
  '802.3ad',
  'balance-tlb',
  'balance-alb',
];
const withArpMonitor: readonly BondMode[] = ['balance-rr', 'active-backup', 'balance-xor', 'broadcast'];
const withPrimary: readonly BondMode[] = ['active-backup', 'balance-tlb', 'balance-alb'];
const number = (min: number, max: number): OptionValue => ({ kind: 'number', min, max });
const choice = (...values: string[]): OptionValue => ({ kind: 'choice', values });
const tenMinutesMs = 600_000;

/**
 * Documentation/networking/bonding.rst and drivers/net/bonding/bond_options.c (`unsuppmodes`). Only options and values
 * that all renderings can carry: netplan knows the fewest, and wicked is the strictest (src/bonding.c: it refuses the
 * whole bond where the kernel would ignore one option). A bond that is set up one way from a config drive and another way
 * by an installer helps nobody.
 */
const bondOptions: Readonly<Record<string, BondOption>> = {
  miimon: { value: number(1, tenMinutesMs), modes: all },
  updelay: { value: number(0, tenMinutesMs), modes: all },
  downdelay: { value: number(0, tenMinutesMs), modes: all },
  arp_interval: { value: number(1, tenMinutesMs), modes: withArpMonitor },
  arp_ip_target: { value: { kind: 'addresses', max: 16 }, modes: withArpMonitor },
  arp_validate: { value: choice('none', 'active', 'backup', 'all'), modes: ['active-backup'] },
  arp_all_targets: { value: choice('any', 'all'), modes: ['active-backup'] },
  primary: { value: { kind: 'member' }, modes: withPrimary },
  primary_reselect: { value: choice('always', 'better', 'failure'), modes: ['active-backup'] },
  fail_over_mac: { value: choice('none', 'active', 'follow'), modes: ['active-backup'] },
  num_grat_arp: { value: number(0, 255), modes: ['active-backup'] },
  xmit_hash_policy: {
    value: choice('layer2', 'layer3+4', 'layer2+3', 'encap2+3', 'encap3+4'),
    modes: ['balance-xor', '802.3ad'],
  },
  lacp_rate: { value: choice('slow', 'fast'), modes: ['802.3ad'] },
  ad_select: { value: choice('stable', 'bandwidth', 'count'), modes: ['802.3ad'] },
  min_links: { value: number(0, 255), modes: ['802.3ad'] },
  all_slaves_active: { value: number(0, 1), modes: all },
  resend_igmp: {
    value: number(0, 255),
    modes: ['balance-rr', 'active-backup', 'balance-tlb', 'balance-alb'],
  },
  packets_per_slave: { value: number(0, 65_535), modes: ['balance-rr'] },
  lp_interval: { value: number(1, 0x7fff_ffff), modes: ['balance-tlb', 'balance-alb'] },
};

/**
 * What cloud-init loses on the way from network_data.json to some image's own files, so that the bond never comes up or is
 * not watched: it gives netplan the word `arp-ip-target`, at which netplan refuses the whole file, and does not know the
 * last four at all (`NET_CONFIG_TO_V2`). An installer writes our own files.
 */
const lostByCloudInit: ReadonlySet<string> = new Set([
  'arp_interval',
  'arp_ip_target',
  'arp_validate',
  'arp_all_targets',
  'resend_igmp',
  'lp_interval',
  'all_slaves_active',
  'packets_per_slave',
]);

export function checkForImage(options: Readonly<Record<string, string>>, reject: RejectOption): void {
  for (const option of Object.keys(options))
    if (lostByCloudInit.has(option))
      reject('bond.not_on_image', { option }, `${option} does not reach the system of every image`);
}

/** A NIC under the bond: how a person may name it, and its link's name. */
export interface BondMember {
  readonly link: string;
  readonly knownAs: readonly string[];
}

export type RejectOption = (code: IdentityProblemCode, values: ProblemValues, reason: string) => void;

/** The options in the kernel's own words. What is wrong goes to `reject`; the result is then of no use. */
export function checkBondOptions(
  mode: BondMode,
  properties: Readonly<Record<string, string>>,
  members: readonly BondMember[],
  reject: RejectOption,
): Readonly<Record<string, string>> {
  const given: Record<string, string> = {};
  for (const [name, text] of Object.entries(properties)) {
    const option = Object.hasOwn(bondOptions, name) ? bondOptions[name] : undefined;
    if (option === undefined) {
      const reason = `${JSON.stringify(name)} is no bond option that every system can be given`;
      reject('bond.unknown_option', { option: name }, reason);
      continue;
    }
    if (!option.modes.includes(mode))
      reject('bond.not_in_mode', { option: name, mode }, `${name} has no meaning in mode ${mode}`);
    const value = parseValue(option.value, text.trim(), members);
    if (value === undefined)
      reject(
        'bond.bad_value',
        { option: name, found: text, allowed: allowed(option.value) },
        `${JSON.stringify(text)} is no value of ${name}; ${allowed(option.value)}`,
      );
    else given[name] = value;
  }
  // Without a monitor the kernel never notices a broken link: bonding.rst, `miimon`.
  const options = given['arp_interval'] === undefined ? { miimon: '100', ...given } : given;
  checkTogether(options, reject);
  return options;
}

/**
 * The kernel gives such a bond its active member's MAC and takes any other for set without setting it
 * (`bond_set_mac_address`). NetworkManager reads it back, finds that it is not there and takes the bond down.
 */
export function takesMemberMac({ fail_over_mac: policy }: Readonly<Record<string, string>>): boolean {
  return policy === 'active' || policy === 'follow';
}

function checkTogether(given: Readonly<Record<string, string>>, reject: RejectOption): void {
  const needs = (option: string, other: string) => {
    if (given[option] !== undefined && given[other] === undefined)
      reject('bond.needs_option', { option, other }, `${option} does nothing without ${other}`);
  };
  const excludes = (option: string, other: string) => {
    if (given[option] !== undefined && given[other] !== undefined)
      reject('bond.excludes_option', { option, other }, `${option} and ${other} exclude each other`);
  };
  needs('arp_interval', 'arp_ip_target');
  needs('arp_ip_target', 'arp_interval');
  needs('arp_validate', 'arp_interval');
  needs('arp_all_targets', 'arp_validate');
  needs('primary_reselect', 'primary');
  excludes('arp_interval', 'miimon');
  excludes('arp_interval', 'updelay');
  excludes('arp_interval', 'downdelay');
  for (const option of ['updelay', 'downdelay']) {
    const [delayMs, miimon] = [Number(given[option] ?? 0), given['miimon']];
    // The kernel rounds it down to a multiple, here to nothing.
    if (miimon !== undefined && delayMs > 0 && delayMs < Number(miimon))
      reject(
        'bond.delay_below_miimon',
        { option, miimon },
        `${option} is shorter than miimon (${miimon} ms) and would do nothing`,
      );
  }
}

function parseValue(value: OptionValue, text: string, members: readonly BondMember[]): string | undefined {
  switch (value.kind) {
    case 'number': {
      const isInRange = /^\d{1,10}$/.test(text) && Number(text) >= value.min && Number(text) <= value.max;
      return isInRange ? String(Number(text)) : undefined;
    }
    case 'choice':
      return value.values.includes(text) ? text : /^\d$/.test(text) ? value.values[Number(text)] : undefined;
    case 'addresses': {
      const parts = text.split(/[ ,]+/).map(parseIpv4);
      const addresses = parts.filter(address => address !== undefined);
      const isValid = addresses.length === parts.length && addresses.length <= value.max;
      return isValid ? addresses.join(',') : undefined;
    }
    case 'member':
      return members.find(member => member.knownAs.includes(text.toLowerCase()))?.link;
    default:
      return assertNever(value);
  }
}

function allowed(value: OptionValue): string {
  switch (value.kind) {
    case 'number':
      return `${value.min}…${value.max}`;
    case 'choice':
      return value.values.join(', ');
    case 'addresses':
      return '10.0.0.1,10.0.0.2';
    case 'member':
      return 'MAC';
    default:
      return assertNever(value);
  }
}
