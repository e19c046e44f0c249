import type { Inventory, Port, Portgroup } from '#shared/contract/index.ts';
import type { PortgroupId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';

export interface NetworkMachine {
  readonly ports: readonly Port[];
  readonly portgroups: readonly Portgroup[];
  /** As last inspected; null: never. */
  readonly nics: Inventory['nics'] | null;
  /** The NIC through which the machine is installed. */
  readonly provisioningMac: Mac | null;
}

/** What a network can be given to: a bond, or a NIC that is in none. */
export interface NetworkLink {
  readonly portId: PortId | null;
  readonly portgroupId: PortgroupId | null;
  readonly macs: readonly string[];
  /** The VLAN of its untagged frames; null: nobody knows. */
  readonly own: OwnVlan | null;
  /** Empty: nobody knows. */
  readonly physicalNetwork: string;
  readonly pxeEnabled: boolean;
  /** None of its NICs had a link when the machine was inspected. */
  readonly isDown: boolean;
}

interface OwnVlan {
  readonly vlanId: number;
  /** Null: a person entered it. */
  readonly neighbour: { readonly switch: string; readonly port: string } | null;
}

type Nic = Inventory['nics'][number];

/** In an order of their own, whatever order the ports were entered in. */
export function networkLinks({ ports, portgroups, nics }: NetworkMachine): readonly NetworkLink[] {
  const nicOf = new Map((nics ?? []).map(nic => [nic.mac.toLowerCase(), nic]));
  const sorted = ports.toSorted((one, other) => compare(one.id, other.id));
  const link = (members: readonly Port[], ids: Pick<NetworkLink, 'portId' | 'portgroupId'>): NetworkLink => {
    const found = members.map(port => nicOf.get(port.address.toLowerCase()));
    return {
      ...ids,
      macs: members.map(port => port.address.toLowerCase()),
      own: ownVlan(members, found),
      physicalNetwork: sole(members.map(port => port.physicalNetwork).filter(name => name !== '')) ?? '',
      pxeEnabled: members.some(port => port.pxeEnabled),
      isDown: found.every(nic => nic !== undefined && !nic.carrier),
    };
  };
  const bonds = portgroups
    .toSorted((one, other) => compare(one.id, other.id))
    .map(({ id }) =>
      link(
        sorted.filter(({ portgroupId }) => portgroupId === id),
        { portId: null, portgroupId: id },
      ),
    );
  const bonded = new Set(portgroups.map(({ id }) => id));
  const single = sorted
    .filter(({ portgroupId }) => portgroupId === null || !bonded.has(portgroupId))
    .map(port => link([port], { portId: port.id, portgroupId: null }));
  return [...bonds, ...single];
}

/** What was entered counts before what switches say; members of a bond that contradict each other say nothing. */
function ownVlan(members: readonly Port[], nics: readonly (Nic | undefined)[]): OwnVlan | null {
  const entered = members.map(port => port.segmentationId).filter(vlanId => vlanId !== null);
  if (entered.length > 0) {
    const vlanId = sole(entered);
    return vlanId === undefined ? null : { vlanId, neighbour: null };
  }
  const neighbours = nics.flatMap(nic => nic?.lldp ?? []).filter(({ vlan }) => vlan !== null);
  const vlanId = sole(neighbours.map(({ vlan }) => vlan));
  const [neighbour] = neighbours;
  if (vlanId === undefined || vlanId === null || neighbour === undefined) return null;
  return { vlanId, neighbour: { switch: neighbour.chassis, port: neighbour.port } };
}

/** The value that all of them have. */
function sole<T>(values: readonly T[]): T | undefined {
  const [value, ...others] = new Set(values);
  return others.length === 0 ? value : undefined;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
