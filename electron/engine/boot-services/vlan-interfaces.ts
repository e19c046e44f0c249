import type { Store } from '#engine/store/store.ts';
import type { StoredVlanInterface } from '#engine/store/vlan-interfaces.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import { listInterfaces, type NetworkInterface } from '#engine/system/interfaces.ts';
import { createTurns } from '#engine/system/turns.ts';
import {
  addVlanInterface,
  listVlanLinks,
  removeVlanInterface,
  type VlanLink,
  vlanInterfaceName,
} from '#engine/system/vlan-interface.ts';
import { CodedError } from '#shared/contract/index.ts';
import { broadcastAddress, type Ipv4, parseCidr, subnetContains } from '#shared/model/ip.ts';

/** What is done with the operating system's interfaces. */
export interface VlanSystem {
  readonly platform: string;
  readonly listInterfaces: () => Promise<NetworkInterface[]>;
  readonly listVlans: () => Promise<VlanLink[]>;
  readonly add: (vlan: StoredVlanInterface) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

export const vlansOfThisComputer: VlanSystem = {
  platform: process.platform,
  listInterfaces: () => listInterfaces(),
  listVlans: () => listVlanLinks(),
  add: vlan => addVlanInterface(vlan),
  remove: name => removeVlanInterface(name),
};

interface KnownVlan extends Omit<VlanLink, 'name'> {
  readonly ours: boolean;
}

export type VlanInput = Omit<StoredVlanInterface, 'name' | 'parentMac'>;
export type VlanInterfaces = ReturnType<typeof createVlanInterfaces>;

/**
 * VLAN sub-interfaces that a person lets us make. What we make is stored before, so that none is left behind by a crash;
 * they are made again after a reboot or when their adapter is back, and only those in the store are ever taken away.
 */
export function createVlanInterfaces(store: Store, system: VlanSystem) {
  /** Of what failed, on which parent and why: not tried again, or told, each time that somebody looks. */
  const failures = new Map<string, string>();
  /** Those that were seen at work: one that is switched off now was switched off by a person. */
  const whole = new Set<string>();
  /** Somebody may look while one that is stored already is being made. */
  const inTurn = createTurns();

  async function isThere({ name, parent, vlanId }: VlanLink): Promise<boolean> {
    const links = await system.listVlans();
    return links.some(link => link.name === name && link.parent === parent && link.vlanId === vlanId);
  }

  async function restoreOne(
    vlan: StoredVlanInterface,
    refusal: CodedError | undefined,
    isLeftover: boolean,
  ): Promise<void> {
    try {
      if (refusal !== undefined) throw refusal;
      if (isLeftover && !(await isThere(vlan))) return;
      if (isLeftover) await system.remove(vlan.name);
      await system.add(vlan);
      failures.delete(vlan.name);
    } catch (thrown) {
      const { message } = asCodedError(thrown);
      store.timeline.append({
        kind: 'warning',
        message: 'network.vlan_not_restored',
        details: { name: vlan.name, text: message },
      });
    }
  }

  /** We were killed while we made it: it is switched on last. It is down with its parent too. */
  const isHalfMade = (there: NetworkInterface, parent: NetworkInterface) =>
    !there.isUp && parent.isUp && !whole.has(there.name);

  async function restore(found: readonly NetworkInterface[]): Promise<boolean> {
    let hasTried = false;
    for (const vlan of store.vlanInterfaces.list()) {
      const parent = found.find(({ name }) => name === vlan.parent);
      const there = found.find(({ name }) => name === vlan.name);
      if (there?.isUp === true) whole.add(vlan.name);
      if (parent === undefined || (there !== undefined && !isHalfMade(there, parent))) continue;
      const refusal = whyNotAgain(vlan, parent, found);
      const failure = `${parent.index ?? ''} ${refusal?.message ?? ''}`;
      if (failures.get(vlan.name) === failure) continue;
      failures.set(vlan.name, failure);
      await restoreOne(vlan, refusal, there !== undefined);
      hasTried = true;
    }
    return hasTried;
  }

  async function create(input: VlanInput): Promise<string> {
    const { parent, vlanId } = input;
    if (system.platform !== 'linux') {
      const text = 'VLAN interfaces are made by hand on this system';
      throw new CodedError('net.vlan_by_hand', text, { interfaceName: parent });
    }
    const [interfaces, vlans] = await Promise.all([system.listInterfaces(), system.listVlans()]);
    const below = interfaces.find(({ name }) => name === parent);
    // A bridge or a bond may have another one after each start.
    const parentMac = below?.isVirtual === false ? (below.mac ?? null) : null;
    const vlan = { ...input, name: vlanInterfaceName(parent, vlanId), parentMac };
    refuseUnfit(vlan, interfaces, vlans);
    store.vlanInterfaces.save(vlan);
    try {
      await system.add(vlan);
    } catch (thrown) {
      store.vlanInterfaces.remove(vlan.name);
      throw thrown;
    }
    failures.delete(vlan.name);
    whole.add(vlan.name);
    return vlan.name;
  }

  async function remove(name: string): Promise<void> {
    const what = 'interfaceName';
    const vlan = store.vlanInterfaces.find(name);
    if (vlan === undefined)
      throw new CodedError('input.not_found', `${name} was not made by us`, { what, id: name });
    const user = store.networks.list().find(({ interfaceName }) => interfaceName === name);
    if (user !== undefined)
      throw new CodedError('input.in_use', `${user.name} uses it`, { what, by: user.name });
    // One that is gone, or that somebody made anew in another way, is not ours to take away.
    if (await isThere(vlan)) await system.remove(name);
    store.vlanInterfaces.remove(name);
    failures.delete(name);
    whole.delete(name);
  }

  return {
    /** Gives its name. Throws `net.vlan_…` with what a person can do. */
    create: (input: VlanInput): Promise<string> => inTurn(() => create(input)),

    /** Only one of ours, and that no network uses. */
    remove: (name: string): Promise<void> => inTurn(() => remove(name)),

    /** The VLAN sub-interfaces among these, by name. */
    async vlansAmong(found: readonly NetworkInterface[]): Promise<ReadonlyMap<string, KnownVlan>> {
      // Where `ip` cannot tell, they are shown as any other interface.
      const links = found.some(({ isVlan }) => isVlan) ? await system.listVlans().catch(() => []) : [];
      return new Map(
        links.map(({ name, parent, vlanId }) => {
          const stored = store.vlanInterfaces.find(name);
          return [name, { parent, vlanId, ours: stored?.parent === parent && stored.vlanId === vlanId }];
        }),
      );
    },

    /** The system's interfaces, after those of ours that are missing were made again. */
    listInterfaces: (): Promise<NetworkInterface[]> =>
      inTurn(async () => {
        const found = await system.listInterfaces();
        return (await restore(found)) ? system.listInterfaces() : found;
      }),
  };
}

function refuseUnfit(
  { name, parent, vlanId, address, prefixLength }: StoredVlanInterface,
  interfaces: readonly NetworkInterface[],
  vlans: readonly VlanLink[],
): void {
  const below = interfaces.find(candidate => candidate.name === parent);
  if (below === undefined) {
    throw new CodedError('net.no_such_interface', `there is no interface ${parent}`, {
      interfaceName: parent,
    });
  }
  // Anything else the kernel allows in a name would have to be quoted in the command that a person is shown.
  if (!/^[\w.-]+$/.test(parent)) throw invalid('parent', 'a name with letters, digits, dots and hyphens');
  if (below.isLoopback || below.isVlan) throw invalid('parent', `${parent} carries no VLANs of its own`);
  const same = vlans.find(link => link.parent === parent && link.vlanId === vlanId);
  const taken = same?.name ?? interfaces.find(candidate => candidate.name === name)?.name;
  if (taken !== undefined) throw conflict('interfaceName', taken);
  const subnet = parseCidr(`${address}/${prefixLength}`);
  if (subnet === undefined || [subnet.address, broadcastAddress(subnet)].includes(address))
    throw invalid('address', `${address} is not for an interface`);
  const overlapping = overlappingAddress(subnet, interfaces);
  if (overlapping !== undefined) throw conflict('address', overlapping);
}

/** Two interfaces in one subnet: answers would leave by the wrong one. */
function overlappingAddress(
  subnet: NonNullable<ReturnType<typeof parseCidr>>,
  interfaces: readonly NetworkInterface[],
): Ipv4 | undefined {
  return interfaces.flatMap(each => each.addresses).find(other => overlaps(other, subnet))?.address;
}

/** What may have changed since a person wanted it: names of adapters, and the networks that this computer is in. */
function whyNotAgain(
  { name, parent, parentMac, address, prefixLength }: StoredVlanInterface,
  { mac }: NetworkInterface,
  found: readonly NetworkInterface[],
): CodedError | undefined {
  if (parentMac !== null && mac !== undefined && mac !== parentMac) {
    return new CodedError('input.conflict', `${parent} is another adapter now: ${mac}`, {
      what: 'interfaceName',
      field: 'parent',
      value: mac,
    });
  }
  const subnet = parseCidr(`${address}/${prefixLength}`);
  const others = found.filter(other => other.name !== name);
  const overlapping = subnet === undefined ? undefined : overlappingAddress(subnet, others);
  return overlapping === undefined ? undefined : conflict('address', overlapping);
}

function overlaps(
  other: NetworkInterface['addresses'][number],
  subnet: NonNullable<ReturnType<typeof parseCidr>>,
): boolean {
  const theirs = parseCidr(`${other.address}/${other.prefixLength}`);
  return (
    theirs !== undefined && (subnetContains(theirs, subnet.address) || subnetContains(subnet, theirs.address))
  );
}

function conflict(field: string, value: string | Ipv4): CodedError<'input.conflict'> {
  return new CodedError('input.conflict', `${field}: ${value} is there already`, {
    what: 'interfaceName',
    field,
    value,
  });
}

function invalid(path: string, message: string): CodedError<'input.invalid'> {
  return new CodedError('input.invalid', `${path}: ${message}`, { issues: [{ path, message }] });
}
