import { randomUUID } from 'node:crypto';
import type { RacksideHandlers } from '#shared/contract/index.ts';
import type { ImageId, NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { aNetwork, anImage } from '#test/fakes/rows.ts';
import { find, type Play, type Script } from './play.ts';

export function imageHandlers(
  { world, patch, note }: Play,
  browse: Script['browse'],
): RacksideHandlers['images'] {
  return {
    list: async () => world.images,
    import: async input => {
      note('images.import', input);
      const row = anImage({
        id: randomUUID() as ImageId,
        name: input.name || (input.path.split('/').at(-1) ?? ''),
        state: 'importing',
        progress: { doneBytes: 0, totalBytes: 4_000_000_000, phase: 'reading' },
      });
      patch({ op: 'put', table: 'images', row });
      return row;
    },
    cancelImport: async ({ id }) => {
      patch({ op: 'remove', table: 'images', id });
      return {};
    },
    rename: async ({ id, name }) => {
      const row = { ...find(world.images, id, 'image'), name };
      patch({ op: 'put', table: 'images', row });
      return row;
    },
    remove: async ({ id }) => {
      patch({ op: 'remove', table: 'images', id });
      return {};
    },
    browse: browse ?? (async () => ({ path: '/', parent: null, entries: [] })),
  };
}

export function networkHandlers(
  { world, patch, note }: Play,
  { interfaces, setDhcpMode, leases }: Script,
): RacksideHandlers['networks'] {
  return {
    list: async () => world.networks,
    interfaces: interfaces ?? (async () => []),
    create: async input => {
      note('networks.create', input);
      const { poolStart = '' as Ipv4, poolEnd = '' as Ipv4, ...rest } = input;
      const row = aNetwork({ ...rest, poolStart, poolEnd, id: randomUUID() as NetworkId });
      patch({ op: 'put', table: 'networks', row });
      return row;
    },
    remove: async ({ id }) => {
      patch({ op: 'remove', table: 'networks', id });
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
    leases: leases ?? (async () => []),
  };
}
