import type { NetworkInterface, RacksideClient } from '#shared/contract/index.ts';
import { parseIpv4 } from '#shared/model/ip.ts';

export interface VlanForm {
  readonly parent: string;
  readonly vlanId: string;
  /** With its prefix: `10.100.0.1/24`. */
  readonly address: string;
}

export type VlanInput = Parameters<RacksideClient['networks']['createVlanInterface']>[0];

/** Linux's IFNAMSIZ less the closing zero. */
const nameMax = 15;

/** What a tag can be put on. */
export function canCarryVlans({ kind, vlan }: NetworkInterface): boolean {
  return vlan === null && kind === 'ethernet';
}

export function vlanName({ parent, vlanId }: VlanForm): string {
  return `${parent}.${vlanId.trim()}`;
}

/** Empty fields count as incomplete, not as wrong. */
export function wrongVlanFields(form: VlanForm, names: readonly string[]): ReadonlySet<'vlanId' | 'address'> {
  const wrong = new Set<'vlanId' | 'address'>();
  const tag = form.vlanId.trim();
  const isTag = /^\d+$/.test(tag) && Number(tag) >= 1 && Number(tag) <= 4094;
  const isFree = !names.includes(vlanName(form)) && vlanName(form).length <= nameMax;
  if (tag !== '' && !(isTag && isFree)) wrong.add('vlanId');
  if (form.address.trim() !== '' && addressOf(form) === undefined) wrong.add('address');
  return wrong;
}

/** Null until it is complete and right. */
export function vlanInput(form: VlanForm, names: readonly string[]): VlanInput | null {
  const address = addressOf(form);
  if (address === undefined || form.vlanId.trim() === '' || form.parent === '') return null;
  if (wrongVlanFields(form, names).size > 0) return null;
  return { parent: form.parent, vlanId: Number(form.vlanId), ...address };
}

function addressOf({ address: text }: VlanForm): Pick<VlanInput, 'address' | 'prefixLength'> | undefined {
  const [address = '', prefix = '', ...more] = text.trim().split('/');
  const parsed = parseIpv4(address);
  if (parsed === undefined || more.length > 0 || !/^([1-9]|[12]\d|30)$/.test(prefix)) return undefined;
  return { address: parsed, prefixLength: Number(prefix) };
}
