import { create } from 'zustand';
import type { Alarm, AlarmPatch, RacksideClient } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { AlarmId } from '#shared/model/ids.ts';
import { batch } from './batch.ts';

/** A failed switch takes hundreds of BMCs with it: their alarms are drawn together. */
const gatherMs = 100;

export interface Alarms {
  readonly isLoaded: boolean;
  /** Those that hold, and those of the last 30 days. */
  readonly byId: ReadonlyMap<AlarmId, Alarm>;
}

export const useAlarms = create<Alarms>(() => ({ isLoaded: false, byId: new Map() }));

export const alarmStages = ['open', 'acknowledged', 'over'] as const;
export type AlarmStage = (typeof alarmStages)[number];

export function stageOf({ clearedAt, acknowledgedAt }: Alarm): AlarmStage {
  if (clearedAt !== null) return 'over';
  return acknowledgedAt === null ? 'open' : 'acknowledged';
}

export function patchedAlarms(
  known: Alarms['byId'],
  patches: readonly AlarmPatch[],
): ReadonlyMap<AlarmId, Alarm> {
  const byId = new Map(known);
  for (const patch of patches) applyPatch(byId, patch);
  return byId;
}

function applyPatch(byId: Map<AlarmId, Alarm>, patch: AlarmPatch): void {
  switch (patch.op) {
    case 'put':
      byId.set(patch.row.id, patch.row);
      return;
    case 'remove':
      for (const id of patch.ids) byId.delete(id);
      return;
    case 'remove-of':
      for (const { id, nodeId } of byId.values()) if (patch.nodeIds.includes(nodeId)) byId.delete(id);
      return;
    default:
      assertNever(patch);
  }
}

/** How many wait for a person. */
export function openCount({ byId }: Alarms): number {
  let count = 0;
  for (const alarm of byId.values()) if (stageOf(alarm) === 'open') count += 1;
  return count;
}

/** Follows the alarms of all servers: the rail shows on every screen how many wait for a person. */
export function followAlarms(client: RacksideClient): () => void {
  const waiting = batch<AlarmPatch>(
    patches => useAlarms.setState(({ byId }) => ({ byId: patchedAlarms(byId, patches) })),
    () => gatherMs,
  );
  const close = client.health.alarms(
    {},
    {
      onSnapshot(alarms) {
        waiting.clear();
        useAlarms.setState({ isLoaded: true, byId: new Map(alarms.map(alarm => [alarm.id, alarm])) });
      },
      onPatch: waiting.add,
    },
  );
  return () => {
    waiting.clear();
    close();
  };
}
