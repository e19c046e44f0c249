import { z } from 'zod';
import * as e from '../entities/index.ts';
import { stream } from '../procedure.ts';
import { nothing } from './nothing.ts';

/** All that a screen shows, in tables keyed by id. Small rows only: events and logs have streams of their own. */
const worldSnapshot = z.object({
  nodes: z.array(e.node),
  ports: z.array(e.port),
  portgroups: z.array(e.portgroup),
  discovered: z.array(e.discovered),
  images: z.array(e.image),
  networks: z.array(e.network),
  /** Those that run, and each server's newest; all of them by `deployments.list`. */
  deployments: z.array(e.deployment),
  /** Those that have not ended, and the newest 20; all of them by `batches.list`. */
  batches: z.array(e.batch),
  profiles: z.array(e.profile),
  services: z.array(e.service),
  settings: e.settings,
});
export type WorldSnapshot = z.output<typeof worldSnapshot>;

const put = <Table extends string, Row extends z.ZodType>(table: Table, row: Row) =>
  z.object({ op: z.literal('put'), table: z.literal(table), row });
const putPatch = z.discriminatedUnion('table', [
  put('nodes', e.node),
  put('ports', e.port),
  put('portgroups', e.portgroup),
  put('discovered', e.discovered),
  put('images', e.image),
  put('networks', e.network),
  put('deployments', e.deployment),
  put('batches', e.batch),
  put('profiles', e.profile),
  put('services', e.service),
  put('settings', e.settings),
]);
const removePatch = z.object({
  op: z.literal('remove'),
  table: z.enum([
    'nodes',
    'ports',
    'portgroups',
    'discovered',
    'images',
    'networks',
    'deployments',
    'batches',
    'profiles',
  ]),
  /** The `id` of each row that is gone; its `mac` in `discovered`. */
  ids: z.array(z.string()),
});
const worldPatch = z.union([putPatch, removePatch]);
export type WorldPatch = z.output<typeof worldPatch>;

export const worldProcedures = {
  changes: stream(nothing, worldSnapshot, worldPatch),
} as const;
