import type { NetworkAssignment, NetworkPlace, Port, Portgroup } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { World } from '../../client/world.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { translateLoose } from '../../i18n/i18n.ts';
import { messageValues } from '../../i18n/message-values.ts';
import { type NetworkRow, vlanOfRow } from './network-rows.ts';

/** The links of servers, by name. */
export type Links = Pick<World, 'ports' | 'portgroups'>;
/** As the engine sends it inside an error too. */
export interface LooseReason {
  readonly code: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** `VLAN 120 is not its own: that is 100` */
export function reasonText(t: Translate, { code, values }: LooseReason): string {
  return translateLoose(`networkReason.${code}`, messageValues(t, values));
}

export function reasonsText(t: Translate, reasons: readonly LooseReason[]): string {
  return reasons.map(reason => reasonText(t, reason)).join('; ');
}

/** `provisioning`, `VLAN 120`; else by its place in the list. */
export function networkName(
  t: Translate,
  row: NetworkRow | undefined,
  index: number,
  networks: World['networks'],
): string {
  const network = row === undefined ? undefined : networks.get(row.networkId);
  if (network !== undefined) return network.name;
  const vlan = row === undefined ? null : vlanOfRow(row, undefined);
  return vlan === null ? t('deployNetwork.number', { number: index + 1 }) : t('nic.vlan', { id: vlan });
}

export function portText({ name, address }: Port): string {
  return [name, address].filter(part => part !== '').join(' ');
}

export function portgroupText(t: Translate, { name }: Portgroup): string {
  return t('deployNetwork.bond', { name });
}

/** A NIC or a bond. One that is gone meanwhile is told so. */
export function linkText(
  t: Translate,
  { portId, portgroupId }: { readonly portId: string | null; readonly portgroupId: string | null },
  { ports, portgroups }: Links,
): string {
  const portgroup = portgroupId === null ? undefined : portgroups.get(portgroupId);
  if (portgroup !== undefined) return portgroupText(t, portgroup);
  const port = portId === null ? undefined : ports.get(portId);
  return port === undefined ? t('deployNetwork.unknownLink') : portText(port);
}

/** `bond0, tagged with VLAN 120` */
export function assignmentText(t: Translate, assignment: NetworkAssignment, links: Links): string {
  const link = linkText(t, assignment, links);
  return assignment.vlanId === null
    ? t('deployNetwork.untaggedOn', { link })
    : t('deployNetwork.taggedOn', { link, id: assignment.vlanId });
}

export function placeText(t: Translate, place: NetworkPlace, links: Links): string {
  switch (place.by) {
    case 'match':
    case 'provisioning':
      return t(`deployNetwork.place.${place.by}`);
    case 'port':
      return linkText(t, { portId: place.portId, portgroupId: null }, links);
    case 'portgroup':
      return linkText(t, { portId: null, portgroupId: place.portgroupId }, links);
    default:
      return assertNever(place);
  }
}
