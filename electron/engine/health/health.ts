import { placeOf } from '#engine/inventory/bmc-login.ts';
import { readFruDevices } from '#engine/net/ipmi/read-fru.ts';
import type { Store } from '#engine/store/store.ts';
import {
  type Bmc,
  CodedError,
  codedErrorFrom,
  type FruDeviceRow,
  type Node,
  type SensorPoint,
  type SensorReadingRow,
  type ServerHealth,
} from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { fruRow } from './fru-row.ts';
import { gatherRounds } from './gather-rounds.ts';
import { createSensorHistory } from './history.ts';
import { type RoundNews, type RoundParts, readRound } from './round.ts';
import { saveAndClear } from './save-and-clear.ts';
import { createSdrCache } from './sdr-cache.ts';
import { storeRound } from './store-round.ts';
import { summaryOf } from './summary.ts';

export type HealthInputs = Omit<RoundParts, 'cache'>;
export type Health = ReturnType<typeof createHealth>;

/** What is known of the hardware of all servers, and how more of it gets known. */
export function createHealth(inputs: HealthInputs) {
  const { store, clock, bmc } = inputs;
  const cache = createSdrCache(store);
  const parts = { ...inputs, cache };
  const history = createSensorHistory(store);
  const current = new Map<NodeId, readonly SensorReadingRow[]>();
  const turns = new Map<NodeId, Promise<unknown>>();
  const gathered = gatherRounds(clock, keep);

  store.changes.subscribe(patch => {
    if (patch.op !== 'remove' || patch.table !== 'nodes') return;
    for (const id of patch.ids) forget(id as NodeId);
  });

  function rowsOf(nodeId: NodeId): readonly SensorReadingRow[] {
    const rows = current.get(nodeId) ?? storedRows(store, history.last(nodeId), nodeId);
    current.set(nodeId, rows);
    return rows;
  }

  function forget(nodeId: NodeId): void {
    cache.forget(nodeId);
    history.forget(nodeId);
    current.delete(nodeId);
  }

  function keep(all: readonly RoundNews[]): void {
    const known = new Set(store.nodes.list().map(({ id }) => id));
    try {
      store.transaction(() => {
        for (const news of all) {
          if (!known.has(news.nodeId)) continue;
          current.set(news.nodeId, storeRound({ store, history }, news, rowsOf(news.nodeId)));
          store.health.tell(news.nodeId);
        }
      });
    } catch (error) {
      // What is in memory is not what is stored.
      for (const { nodeId } of all) forget(nodeId);
      throw error;
    }
  }

  /** One thing at a time for a server, so that no entry of its log is read twice. */
  async function inTurn<T>(nodeId: NodeId, work: () => Promise<T>): Promise<T> {
    const done = (turns.get(nodeId) ?? Promise.resolve()).then(work, work);
    turns.set(nodeId, done);
    try {
      return await done;
    } finally {
      if (turns.get(nodeId) === done) turns.delete(nodeId);
    }
  }

  const read = (nodeId: NodeId, isUrgent = false): Promise<RoundNews> =>
    inTurn(nodeId, async () => {
      const news = await readRound(parts, requireNode(store, nodeId));
      await gathered.add(news, isUrgent);
      return news;
    });
  const server = (nodeId: NodeId): ServerHealth =>
    summaryOf(nodeId, store.health.find(nodeId), rowsOf(nodeId), store.alarms.allHolding(nodeId));

  return {
    /** A round; resolves when it is stored. A BMC that fails is news and no error. */
    read,
    /** Why a BMC is not asked at all now counts as a failed round. */
    fail: (nodeId: NodeId, error: CodedError): Promise<void> =>
      gathered.add({ kind: 'failed', nodeId, at: clock.now(), error: error.toData() }, false),
    server,
    sensors: (nodeId: NodeId): SensorReadingRow[] => [...rowsOf(nodeId)],
    history: (
      nodeId: NodeId,
      keys: readonly string[],
      span: { from: number; to: number; points: number },
    ): { key: string; points: SensorPoint[] }[] =>
      history.points(nodeId, keys, { ...span, now: clock.now() }),
    /** Rejects with `bmc.*` when the BMC fails. */
    async refresh(nodeId: NodeId): Promise<ServerHealth> {
      const round = await read(nodeId, true);
      if (round.kind === 'failed') throw codedErrorFrom(round.error);
      return server(nodeId);
    },
    async fru(nodeId: NodeId): Promise<FruDeviceRow[]> {
      const node = requireNode(store, nodeId);
      const devices = await bmc.long(node, async session => {
        const { repository } = await cache.of(nodeId, placeOf(node.bmc), session);
        return readFruDevices(session, repository.records);
      });
      return devices.map(fruRow);
    },
    /** Gives how many entries the log had. Rejects with `bmc.*`; nothing is emptied that is not stored. */
    saveAndClear: (nodeId: NodeId): Promise<number> =>
      inTurn(nodeId, () => saveAndClear(parts, requireNode(store, nodeId), rowsOf(nodeId))),
    stop: gathered.stop,
  };
}

/** As they were shown last: what rarely changes, and the newest values. */
function storedRows(
  store: Store,
  last: { at: number; values: ReadonlyMap<string, number> } | undefined,
  nodeId: NodeId,
): readonly SensorReadingRow[] {
  const rows = store.health.readings(nodeId);
  if (last === undefined) return rows;
  return rows.map(row => ({ ...row, value: last.values.get(row.key) ?? null, at: last.at }));
}

function requireNode(store: Store, id: NodeId): Node & { readonly bmc: Bmc } {
  const node = store.nodes.find(id);
  if (node === undefined) throw new CodedError('input.not_found', `no server ${id}`, { what: 'node', id });
  const { bmc, name } = node;
  if (bmc === null) throw new CodedError('bmc.none', `${name} has no BMC`, { node: name });
  return { ...node, bmc };
}
