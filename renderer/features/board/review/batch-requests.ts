import { type Disk, hostName, type Image, type Network, type Profile } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { NodeId, PortgroupId } from '#shared/model/ids.ts';
import { matchNetworks } from '#shared/placement/network-matching.ts';
import type { World } from '../../../client/world.ts';
import {
  areSshKeys,
  type DeployForm,
  type DeployInput,
  layoutOf,
  newDeployForm,
  raidDisksOf,
  requestOf,
} from '../../deploy/deploy-form.ts';
import { type NetworkRow, newNetworkRows } from '../../deploy/network-rows.ts';
import { type BoardServer, profileOf, wiringOf } from '../board-servers.ts';
import { placeOfLink } from '../carry.ts';
import type { Plan } from '../plan.ts';
import { chosenDisks } from './chosen-disks.ts';
import { hostNamesOf } from './host-names.ts';

/** What is typed once for all and kept nowhere. */
interface Secrets {
  readonly rootPassword: string;
}

/** A server of the batch that is to be made, and what it would be asked for. */
export interface PlannedServer {
  readonly server: BoardServer;
  readonly image: Image | undefined;
  readonly profile: Profile | undefined;
  readonly form: DeployForm;
  readonly raidDisks: readonly Disk[];
  /** Null until all that is needed is there and right. */
  readonly request: DeployInput | null;
  readonly lacks: readonly Lack[];
}

/** What a person must still say for one server. */
type Lack = 'disk' | 'hostName' | 'networks';

type Tables = Pick<World, 'images' | 'profiles' | 'settings'>;

/** Every server with an image, in the order in which they are begun. */
export function plannedServers(
  servers: readonly BoardServer[],
  plan: Plan,
  tables: Tables,
  secrets: Secrets,
): readonly PlannedServer[] {
  const chosen = servers.filter(({ staged }) => staged.imageId !== null);
  const names = hostNamesOf(
    plan.forAll.hostNames,
    plan.forAll.firstNumber,
    chosen.map(({ node }) => node.name),
  );
  return chosen.map((server, index) => {
    const { staged, node } = server;
    const image = tables.images.get(staged.imageId ?? '');
    const profile = profileOf(tables.profiles, plan, staged);
    const form = {
      ...formOf(server, image, plan, tables.settings?.defaultSshKeys ?? []),
      hostName: staged.hostName ?? names[index] ?? '',
      profileId: profile?.id ?? '',
      rootPassword: secrets.rootPassword,
    };
    const raidLevel = layoutOf(image, profile)?.raidLevel ?? null;
    const request = requestOf(form, node, raidLevel);
    const raidDisks = raidLevel === null ? [] : raidDisksOf(form, node);
    return { server, image, profile, form, raidDisks, request, lacks: lacksOf(form, request) };
  });
}

function formOf(
  server: BoardServer,
  image: Image | undefined,
  { forAll }: Plan,
  defaultKeys: readonly string[],
): DeployForm {
  const { node, staged } = server;
  const usual = newDeployForm(node, image === undefined ? [] : [image], defaultKeys);
  const byHints = usual.diskBy === 'hints' && staged.disk === null;
  const [first, ...others] =
    image === undefined || byHints || staged.disk !== null
      ? []
      : chosenDisks(server, image, forAll.diskPolicy);
  return {
    ...usual,
    imageId: staged.imageId ?? '',
    diskBy: byHints ? 'hints' : 'person',
    disk: staged.disk ?? (first === undefined ? null : identityOf(first)),
    raidDisks: staged.raidDisks.length > 0 ? staged.raidDisks : others.map(identityOf),
    networks: staged.networks.length > 0 ? staged.networks : newNetworkRows(),
    sshKeys: forAll.sshKeys ?? usual.sshKeys,
  };
}

/** Of what is wrong for all, such as a key, nothing is said at each server. */
function lacksOf(form: DeployForm, request: DeployInput | null): readonly Lack[] {
  if (request !== null) return [];
  const isNamed = hostName.safeParse(form.hostName).success;
  const hasDisk = form.diskBy === 'hints' || form.disk !== null;
  const found: Lack[] = [];
  if (!isNamed) found.push('hostName');
  if (!hasDisk) found.push('disk');
  if (isNamed && hasDisk && areSshKeys(form.sshKeys)) found.push('networks');
  return found;
}

/**
 * As the engine may be asked before the bonds are made: a network goes where it would with them, and one on a bond is on its
 * first NIC, which is wired alike. Without the password, which no review needs.
 */
export function forReview(
  { request, server, form }: PlannedServer,
  networks: readonly Network[],
): DeployInput | null {
  if (request === null) return null;
  const { rootPassword: _, ...asked } = request;
  const { bonds } = server.staged;
  if (bonds.length === 0) return asked;
  const first = new Map(bonds.map(({ id, portIds }) => [id, portIds[0]]));
  const matched = matchedPlaces(form.networks, server, networks);
  return withPlaces(asked, (place, index) => {
    const wanted = matched.get(index) ?? place;
    const portId = wanted.by === 'portgroup' ? first.get(wanted.portgroupId) : undefined;
    return portId === undefined ? wanted : { by: 'port', portId };
  });
}

/** Where networks that go by their VLAN go on a server with the bonds that are staged; none where that is not clear. */
function matchedPlaces(
  rows: readonly NetworkRow[],
  { machine }: BoardServer,
  networks: readonly Network[],
): ReadonlyMap<number, NetworkRow['place']> {
  const wirings = rows.flatMap((row, index) => {
    const wiring = wiringOf(row);
    return wiring === undefined ? [] : [{ index, wiring }];
  });
  const match = matchNetworks(
    wirings.map(({ wiring }) => wiring),
    machine,
    networks,
  );
  if (!match.ok) return new Map();
  return new Map(
    match.assignments.flatMap(({ request, portId, portgroupId }) => {
      const index = wirings[request]?.index;
      const place = placeOfLink({ portId, portgroupId });
      return index === undefined || place === undefined ? [] : [[index, place] as const];
    }),
  );
}

/** With the bonds as the engine has made them. */
export function withMadeBonds(
  request: DeployInput,
  made: ReadonlyMap<PortgroupId, PortgroupId>,
): DeployInput {
  return withPlaces(request, place => {
    const portgroupId = place.by === 'portgroup' ? made.get(place.portgroupId) : undefined;
    return portgroupId === undefined ? place : { by: 'portgroup', portgroupId };
  });
}

function withPlaces(
  request: DeployInput,
  change: (place: NetworkRow['place'], index: number) => NetworkRow['place'],
): DeployInput {
  const networks = request.networks?.map((network, index) => ({
    ...network,
    ...(network.place !== undefined && { place: change(network.place as NetworkRow['place'], index) }),
  }));
  return { ...request, ...(networks !== undefined && { networks }) };
}

/** The servers that have something staged and no image: they are no part of the batch. */
export function withoutImage(servers: readonly BoardServer[]): readonly NodeId[] {
  return servers
    .filter(
      ({ staged }) => staged.imageId === null && (staged.networks.length > 0 || staged.bonds.length > 0),
    )
    .map(({ node }) => node.id);
}
