import { randomUUID } from 'node:crypto';
import type {
  Deployment,
  Image,
  ImageUser,
  Network,
  NetworkInterface,
  RacksideHandlers,
  WorldSnapshot,
} from '#shared/contract/index.ts';
import type { ImageId, NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { aNetwork, anImage } from '#test/fakes/rows.ts';
import { find, given, type Play, type Script } from './play.ts';

export function imageHandlers(
  { world, patch, note }: Play,
  browse: Script['browse'],
): RacksideHandlers['images'] {
  const removed: Image[] = [];
  return {
    list: async () => world.images,
    import: async input => {
      note('images.import', input);
      const row = anImage({
        id: randomUUID() as ImageId,
        name: input.name || (input.path.split('/').at(-1) ?? ''),
        state: 'importing',
        progress: { doneBytes: 0, totalBytes: 4_000_000_000, phase: 'convert' },
      });
      patch({ op: 'put', table: 'images', row });
      return row;
    },
    beginUpload: async input => {
      note('images.beginUpload', input);
      const row = anImage({
        id: randomUUID() as ImageId,
        name: input.name,
        state: 'importing',
        progress: { doneBytes: 0, totalBytes: input.sizeBytes, phase: 'upload' },
      });
      patch({ op: 'put', table: 'images', row });
      return row;
    },
    retryImport: async ({ id }) => {
      note('images.retryImport', { id });
      const known = find(world.images, id, 'image');
      const row = { ...known, state: 'importing' as const, error: null, canRetry: false };
      patch({ op: 'put', table: 'images', row });
      return row;
    },
    space: async () => ({ freeBytes: 4.2e10, reserveBytes: 2 ** 28, neededBytes: 0 }),
    cancelImport: async ({ id }) => {
      patch({ op: 'remove', table: 'images', ids: [id] });
      return {};
    },
    rename: async ({ id, name }) => {
      const row = { ...find(world.images, id, 'image'), name };
      patch({ op: 'put', table: 'images', row });
      return row;
    },
    remove: async ({ id }) => {
      removed.push(find(world.images, id, 'image'));
      patch({ op: 'remove', table: 'images', ids: [id] });
      return {};
    },
    undoRemove: async ({ id }) => {
      const row = find(removed, id, 'image');
      patch({ op: 'put', table: 'images', row });
      return row;
    },
    users: async ({ id }) => usersIn(world, id),
    correctInstaller: async input => {
      note('images.correctInstaller', input);
      const known = find(world.images, input.id, 'image');
      const row = { ...known, installer: { ...input.installer, certainty: 'corrected' as const } };
      patch({ op: 'put', table: 'images', row });
      return row;
    },
    browse: browse ?? (async () => ({ path: '/', parent: null, entries: [] })),
  };
}

function usersIn({ images, deployments, batches }: WorldSnapshot, id: ImageId): ImageUser[] {
  const { name } = find(images, id, 'image');
  const withIt = (wanted: Deployment['state'], kind: ImageUser['kind']) =>
    deployments
      .filter(({ imageId, state }) => imageId === id && state === wanted)
      .map(({ nodeId, nodeName }) => ({ kind, id: nodeId, name: nodeName }));
  const waiting = batches.filter(({ servers }) =>
    servers.some(({ state, imageName }) => state === 'waiting' && imageName === name),
  );
  return [
    ...withIt('running', 'deployment'),
    ...waiting.map(batch => ({ kind: 'batch' as const, id: batch.id, name: batch.name })),
    ...withIt('succeeded', 'installed'),
  ];
}

export function networkHandlers(
  { world, patch, note }: Play,
  { interfaces = async () => [], setDhcpMode, leases, dependants }: Script,
): RacksideHandlers['networks'] {
  const made: NetworkInterface[] = [];
  return {
    list: async () => world.networks,
    interfaces: async (input, signal) => [...(await interfaces(input, signal)), ...made],
    create: async input => {
      note('networks.create', input);
      const { poolStart = '' as Ipv4, poolEnd = '' as Ipv4, ...rest } = input;
      const row = aNetwork({ ...rest, poolStart, poolEnd, id: randomUUID() as NetworkId });
      patch({ op: 'put', table: 'networks', row });
      return row;
    },
    update: async input => {
      note('networks.update', input);
      const { id, ...change } = input;
      const row = { ...find(world.networks, id, 'network'), ...given(change) } as Network;
      patch({ op: 'put', table: 'networks', row });
      return row;
    },
    remove: async ({ id }) => {
      patch({ op: 'remove', table: 'networks', ids: [id] });
      return {};
    },
    createVlanInterface: async input => {
      note('networks.createVlanInterface', input);
      const nic = vlanInterface(input);
      made.push(nic);
      return nic;
    },
    removeVlanInterface: async input => {
      note('networks.removeVlanInterface', input);
      made.splice(0, made.length, ...made.filter(nic => nic.name !== input.name));
      return {};
    },
    setDhcpMode: async input => {
      note('networks.setDhcpMode', input);
      const network = find(world.networks, input.id, 'network');
      if (!input.serveBesideOthers) setDhcpMode?.(network, input.mode);
      const row = { ...network, dhcpMode: input.mode, serveBesideOthers: input.serveBesideOthers };
      patch({ op: 'put', table: 'networks', row });
      return row;
    },
    dependants: dependants ?? (async () => []),
    lookForOthers: async input => {
      note('networks.lookForOthers', input);
      const row = { ...find(world.networks, input.id, 'network'), checkedAt: Date.now() };
      patch({ op: 'put', table: 'networks', row });
      return row;
    },
    leases: async ({ id }) => [...(leases?.[id] ?? [])],
    leaseChanges: ({ id }) => ({
      snapshot: () => [...(leases?.[id] ?? [])],
      subscribe: () => () => undefined,
    }),
  };
}

type VlanWanted = Parameters<RacksideHandlers['networks']['createVlanInterface']>[0];

function vlanInterface({ parent, vlanId, address, prefixLength }: VlanWanted): NetworkInterface {
  return {
    name: `${parent}.${vlanId}`,
    mac: '00:1b:21:aa:bb:01',
    addresses: [{ address, prefixLength }],
    up: true,
    carrier: true,
    kind: 'virtual',
    vlan: { parent, vlanId, ours: true },
    hasDefaultRoute: false,
  };
}
