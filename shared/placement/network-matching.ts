import type { Network, NetworkAssignment, NetworkRequest } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { PortgroupId, PortId } from '#shared/model/ids.ts';
import { type NetworkLink, type NetworkMachine, networkLinks } from './network-links.ts';

/**
 * Which network goes to which NIC or bond. The order of criteria is Ironic's with the VLAN in front: a link whose own VLAN
 * is the network's, then its physical network, then a bond before a NIC, then `pxeEnabled`. Unlike Ironic the order in
 * which NICs were entered decides nothing: links that differ in nothing are an error that names them.
 */
export type NetworkMatch =
  | { readonly ok: true; readonly assignments: readonly NetworkAssignment[] }
  | { readonly ok: false; readonly problems: readonly NetworkProblem[] };

interface NetworkProblem {
  /** Index in the request's `networks`. */
  readonly request: number;
  /** `conflict`: what was asked for cannot be on one wire, or asks for a tag and names no VLAN. */
  readonly code: 'ambiguous' | 'none' | 'conflict';
  readonly candidates: readonly {
    readonly portId: PortId | null;
    readonly portgroupId: PortgroupId | null;
    readonly reasons: readonly Reason[];
  }[];
}

type Reason = NetworkAssignment['reasons'][number];

/** A request with what its network says where it is silent itself. */
interface Wanted {
  readonly request: number;
  readonly name: string;
  readonly vlanId: number | null;
  readonly physicalNetwork: string;
  readonly tagging: NetworkRequest['tagging'];
}

interface Placed {
  readonly wanted: Wanted;
  readonly link: NetworkLink;
  readonly reasons: readonly Reason[];
}

export function matchNetworks(
  requests: readonly NetworkRequest[],
  machine: NetworkMachine,
  networks: readonly Network[],
): NetworkMatch {
  const links = networkLinks(machine);
  const problems: NetworkProblem[] = [];
  const given: Placed[] = [];
  const unplaced: Wanted[] = [];
  for (const [index, request] of requests.entries()) {
    const wanted = wantedBy(request, index, networks);
    if (wanted.tagging === 'tagged' && wanted.vlanId === null) {
      const candidates = links.map(link => candidate(link, [{ code: 'no_segmentation_id', values: {} }]));
      problems.push({ request: index, code: 'conflict', candidates });
    } else if (request.place.by === 'match') {
      unplaced.push(wanted);
    } else {
      const place = placeOf(request.place, wanted, machine, links);
      if (place === undefined) problems.push(noLink(wanted, links, given));
      else given.push(place);
    }
  }
  const { placed, problems: unsolved } = placeAll(unplaced, links, given, { left: mostAttempts });
  problems.push(...unsolved);
  if (problems.length > 0) {
    return { ok: false, problems: problems.toSorted((one, other) => one.request - other.request) };
  }
  const assignments = placed.map(place => ({
    request: place.wanted.request,
    portId: place.link.portId,
    portgroupId: place.link.portgroupId,
    vlanId: tagOf(place, placed),
    reasons: [...place.reasons],
  }));
  return { ok: true, assignments: assignments.toSorted((one, other) => one.request - other.request) };
}

function wantedBy(request: NetworkRequest, index: number, networks: readonly Network[]): Wanted {
  const network = networks.find(({ id }) => id === request.networkId);
  const vlanId = request.segmentationId ?? network?.segmentationId ?? null;
  return {
    request: index,
    name: request.name || network?.name || (vlanId === null ? String(index + 1) : `VLAN ${vlanId}`),
    vlanId,
    physicalNetwork: request.physicalNetwork || network?.physicalNetwork || '',
    tagging: request.tagging,
  };
}

/** Where a person said: taken as given, with what is known against it among the reasons. A bond's member is the bond. */
function placeOf(
  place: Exclude<NetworkRequest['place'], { by: 'match' }>,
  wanted: Wanted,
  machine: NetworkMachine,
  links: readonly NetworkLink[],
): Placed | undefined {
  const on = (link: NetworkLink | undefined, code: Reason['code'], member: boolean): Placed | undefined => {
    if (link === undefined) return undefined;
    const bond = machine.portgroups.find(({ id }) => id === link.portgroupId);
    const ofBond: Reason[] =
      member && bond ? [{ code: 'member_of_portgroup', values: { portgroup: bond.name } }] : [];
    return { wanted, link, reasons: [{ code, values: {} }, ...ofBond, ...reasonsFor(wanted, link, [])] };
  };
  const onNic = (mac: string | undefined, code: Reason['code']) =>
    on(
      mac === undefined ? undefined : links.find(({ macs }) => macs.includes(mac.toLowerCase())),
      code,
      true,
    );
  switch (place.by) {
    case 'provisioning':
      return onNic(machine.provisioningMac ?? undefined, 'provisioning_nic');
    case 'port':
      return onNic(machine.ports.find(({ id }) => id === place.portId)?.address, 'chosen_by_person');
    case 'portgroup':
      return on(
        links.find(({ portgroupId, macs }) => portgroupId === place.portgroupId && macs.length > 0),
        'chosen_by_person',
        false,
      );
    default:
      return assertNever(place);
  }
}

interface Placement {
  readonly placed: readonly Placed[];
  readonly problems: readonly NetworkProblem[];
}

/** Requests that are all alike have as many orders as there are; a machine is not kept waiting for each of them. */
const mostAttempts = 500;

/**
 * The one whose best link is the best of all and has no equal goes first, and so on with what is left: a NIC that is wired
 * for one network is not given away to another that any NIC would do for. Among equals those with the fewest links to go
 * to, and then the tagged ones, so that the others find out which links are free. Of those that are still alike each is tried
 * first, until all have a place: the order of the request decides nothing but which of several good answers is given.
 */
function placeAll(
  unplaced: readonly Wanted[],
  links: readonly NetworkLink[],
  placed: readonly Placed[],
  attempts: { left: number },
): Placement {
  const options = unplaced.map(wanted => optionsOf(wanted, links, placed));
  const ready = options.filter(({ equal }) => equal.length === 1).toSorted(byUrgency);
  const attempt = ({ wanted, open, equal }: Options): Placement => {
    attempts.left -= 1;
    const others = unplaced.filter(other => other !== wanted);
    const now = equal.map(link => ({
      wanted,
      link,
      reasons: [...reasonsFor(wanted, link, []), ...againstOthers(wanted, link, open)],
    }));
    return placeAll(others, links, [...placed, ...now], attempts);
  };
  const [first, ...others] = ready;
  if (first === undefined) {
    const stuck = options.map(
      ({ wanted, equal }): NetworkProblem =>
        equal.length === 0
          ? noLink(wanted, links, placed)
          : { request: wanted.request, code: 'ambiguous', candidates: explained(wanted, equal, placed) },
    );
    return { placed, problems: [...stuck, ...conflicts(placed)] };
  }
  const found = attempt(first);
  if (found.problems.length === 0) return found;
  for (const other of others) {
    if (byUrgency(first, other) !== 0 || attempts.left <= 0) break;
    const instead = attempt(other);
    if (instead.problems.length === 0) return instead;
  }
  return found;
}

interface Options {
  readonly wanted: Wanted;
  /** Where it may go. */
  readonly open: readonly NetworkLink[];
  readonly shared: readonly NetworkLink[];
  readonly best: number;
  /** The links of the best rank. */
  readonly equal: readonly NetworkLink[];
}

function optionsOf(wanted: Wanted, links: readonly NetworkLink[], placed: readonly Placed[]): Options {
  const { own, shared } = openLinks(wanted, links, placed);
  const open = own.length > 0 ? own : shared;
  const ranks = open.map(link => rank(wanted, link));
  const best = Math.max(...ranks);
  return { wanted, open, shared, best, equal: open.filter((_, at) => ranks[at] === best) };
}

function byUrgency(one: Options, other: Options): number {
  return (
    other.best - one.best ||
    one.open.length - other.open.length ||
    one.shared.length - other.shared.length ||
    Number(other.wanted.tagging === 'tagged') - Number(one.wanted.tagging === 'tagged')
  );
}

function againstOthers(wanted: Wanted, link: NetworkLink, open: readonly NetworkLink[]): Reason[] {
  const others = open.filter(other => other !== link);
  if (others.length === 0) return [{ code: 'only_one_left', values: {} }];
  const areWired = wanted.vlanId !== null && others.every(({ own }) => own !== null);
  return areWired && link.own === null ? [{ code: 'others_are_wired', values: {} }] : [];
}

/** The criteria in their order, as the digits of a number. */
function rank(wanted: Wanted, { own, physicalNetwork, portgroupId, pxeEnabled }: NetworkLink): number {
  const isWired = wanted.vlanId !== null && own?.vlanId === wanted.vlanId;
  // Only a network that is tagged anyway comes here: rather a trunk of which nothing is known.
  const isWiredForAnother = wanted.vlanId !== null && own !== null && !isWired;
  const isPhysical = wanted.physicalNetwork !== '' && physicalNetwork === wanted.physicalNetwork;
  const isBond = portgroupId !== null;
  return (
    (isWired ? 2000 : isWiredForAnother ? 0 : 1000) +
    (isPhysical ? 100 : 0) +
    (isBond ? 10 : 0) +
    (isBond || pxeEnabled ? 1 : 0)
  );
}

/** Those that are its own alone, and with them those on which it would be beside tagged ones. */
function openLinks(wanted: Wanted, links: readonly NetworkLink[], placed: readonly Placed[]) {
  const open = (others: readonly Placed[]) =>
    links.filter(link => isOpen(wanted, reasonsFor(wanted, link, others)));
  const shared = open(
    placed.filter(place => place.wanted.tagging !== 'tagged' || isOnSameVlan(wanted, place)),
  );
  return { own: open(placed), shared };
}

/** A network that names no VLAN is on that of the link's untagged frames. */
function isOnSameVlan(wanted: Wanted, place: Placed): boolean {
  return vlanOf({ ...place, wanted }) === vlanOf(place);
}

function isOpen(wanted: Wanted, reasons: readonly Reason[]): boolean {
  return !reasons.some(
    ({ code }) =>
      code === 'no_link' ||
      code === 'other_physical_network' ||
      code === 'taken_by' ||
      // A trunk's own VLAN says nothing of those that it carries with tags.
      (code === 'not_wired_for_vlan' && wanted.tagging !== 'tagged'),
  );
}

/** All that speaks for this link and against it, in the order of the criteria. */
function reasonsFor(wanted: Wanted, link: NetworkLink, placed: readonly Placed[]): Reason[] {
  const reasons: Reason[] = [];
  const { own } = link;
  if (wanted.vlanId !== null) {
    const segmentationId = wanted.vlanId;
    if (own === null) reasons.push({ code: 'no_segmentation_id', values: {} });
    else if (own.vlanId !== segmentationId)
      reasons.push({ code: 'not_wired_for_vlan', values: { segmentationId, own: own.vlanId } });
    else if (own.neighbour === null)
      reasons.push({ code: 'same_segmentation_id', values: { segmentationId } });
    else reasons.push({ code: 'lldp_vlan', values: { segmentationId, ...own.neighbour } });
  }
  const { physicalNetwork } = wanted;
  if (physicalNetwork !== '' && link.physicalNetwork !== '') {
    reasons.push(
      link.physicalNetwork === physicalNetwork
        ? { code: 'same_physical_network', values: { physicalNetwork } }
        : { code: 'other_physical_network', values: { physicalNetwork, own: link.physicalNetwork } },
    );
  }
  if (link.portgroupId !== null) reasons.push({ code: 'is_portgroup', values: {} });
  if (link.pxeEnabled) reasons.push({ code: 'pxe_enabled', values: {} });
  if (link.isDown) reasons.push({ code: 'no_link', values: {} });
  const other = placed.find(place => place.link === link && isInTheWay(wanted, place));
  if (other !== undefined) reasons.push({ code: 'taken_by', values: { network: other.wanted.name } });
  return reasons;
}

/** A tagged network goes onto a trunk beside others; one that may need the untagged frames is not put there first. */
function isInTheWay(wanted: Wanted, place: Placed): boolean {
  return wanted.tagging !== 'tagged' || vlanOf(place) === wanted.vlanId;
}

/** Null: the frames leave this machine untagged. */
function tagOf({ wanted, link }: Placed, placed: readonly Placed[]): number | null {
  switch (wanted.tagging) {
    case 'tagged':
      return wanted.vlanId;
    case 'untagged':
      return null;
    case 'auto': {
      if (link.own !== null) return link.own.vlanId === wanted.vlanId ? null : wanted.vlanId;
      const isTrunk = placed.filter(other => other.link === link).length > 1;
      return isTrunk ? wanted.vlanId : null;
    }
    default:
      return assertNever(wanted.tagging);
  }
}

function vlanOf({ wanted, link }: Placed): number | null {
  return wanted.vlanId ?? link.own?.vlanId ?? null;
}

/** One wire carries one untagged network, and each VLAN once. */
function conflicts(placed: readonly Placed[]): NetworkProblem[] {
  const inOrder = placed.toSorted((one, other) => one.wanted.request - other.wanted.request);
  return inOrder.flatMap((place, index) => {
    const { wanted, link } = place;
    const earlier = inOrder.slice(0, index).filter(other => other.link === link);
    const isUntagged = tagOf(place, placed) === null;
    const rival = earlier.find(
      other =>
        (isUntagged && tagOf(other, placed) === null) ||
        (vlanOf(place) !== null && vlanOf(other) === vlanOf(place)),
    );
    if (rival === undefined) return [];
    const reasons: Reason[] = [{ code: 'taken_by', values: { network: rival.wanted.name } }];
    return [{ request: wanted.request, code: 'conflict', candidates: [candidate(link, reasons)] }];
  });
}

function noLink(wanted: Wanted, links: readonly NetworkLink[], placed: readonly Placed[]): NetworkProblem {
  return { request: wanted.request, code: 'none', candidates: explained(wanted, links, placed) };
}

function explained(wanted: Wanted, links: readonly NetworkLink[], placed: readonly Placed[]) {
  return links.map(link => candidate(link, reasonsFor(wanted, link, placed)));
}

function candidate({ portId, portgroupId }: NetworkLink, reasons: readonly Reason[]) {
  return { portId, portgroupId, reasons };
}
