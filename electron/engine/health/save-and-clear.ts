import { placeOf } from '#engine/inventory/bmc-login.ts';
import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { eraseSel, getSelInfo, reserveSel, type SelInfo } from '#engine/net/ipmi/commands/sel.ts';
import { completion } from '#engine/net/ipmi/completion-code.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { type Bmc, CodedError, type Node, type SensorReadingRow } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { clearAlarm } from './alarms.ts';
import { type LogNews, readLogNews, storeLogNews } from './event-log.ts';
import type { RoundParts } from './round.ts';
import { saveHealth } from './store-round.ts';

/** Each reads up to 500 entries; the longest logs have some ten thousand. */
const maxReadings = 100;
const erasePollMs = 500;
const maxErasePolls = 120;

/**
 * Stores what a BMC's event log has, then empties it; gives how many entries that were. An event that is written
 * meanwhile is not lost: the log is reserved and erased only if it is still as it was stored, and an event after that
 * cancels the reservation (IPMI 2.0 §31.4). Rejects with CodedError.
 */
export async function saveAndClear(
  { store, clock, bmc, cache }: RoundParts,
  node: Node & { readonly bmc: Bmc },
  readings: readonly SensorReadingRow[],
): Promise<number> {
  const { id: nodeId } = node;
  const place = placeOf(node.bmc);
  return bmc.long(node, async session => {
    const known = await cache.of(nodeId, place, session);
    const save = async () => {
      const news = await readLogNews(session, place, store.health.find(nodeId)?.logPlace ?? null);
      refuseFaults(news, node.bmc.address);
      store.transaction(() => {
        storeLogNews(store, news, { nodeId, now: clock.now(), known, readings });
        saveHealth(store, nodeId, { logPlace: news.place });
      });
      return news;
    };
    const { saved, left } = await clearSaved(session, clock, save);
    store.transaction(() => storeCleared(store, clock.now(), nodeId, place, saved, left));
    return saved;
  });
}

function refuseFaults({ faults: [fault] }: LogNews, address: string): void {
  if (fault === undefined) return;
  const details = { address, command: 'Get SEL Entry', reason: fault };
  throw new CodedError('bmc.command_failed', `the event log has what cannot be kept: ${fault}`, details);
}

async function clearSaved(
  session: BmcSession,
  clock: Clock,
  save: () => Promise<LogNews>,
): Promise<{ saved: number; left: SelInfo }> {
  for (let reading = 0; reading < maxReadings; reading += 1) {
    const { place, isAll } = await save();
    if (!isAll) continue;
    const reservation = await session.run(reserveSel);
    const { entryCount, addedAt } = await session.run(getSelInfo);
    const isAsSaved = entryCount === place.entryCount && addedAt === place.addedAt;
    if (!isAsSaved || !(await beginErasure(session, reservation))) continue;
    return { saved: entryCount, left: await erased(session, clock, reservation) };
  }
  throw new BmcError({ kind: 'busy', detail: 'new events keep coming', attempts: maxReadings });
}

/** False: something was written since the reservation. */
async function beginErasure(session: BmcSession, reservation: number): Promise<boolean> {
  try {
    await session.run(eraseSel(reservation, 'begin'));
    return true;
  } catch (error) {
    const failure = error instanceof BmcError ? error.failure : undefined;
    if (failure?.kind === 'completion_code' && failure.code === completion.reservationCancelled) return false;
    throw error;
  }
}

async function erased(session: BmcSession, clock: Clock, reservation: number): Promise<SelInfo> {
  for (let poll = 0; poll < maxErasePolls; poll += 1) {
    if ((await session.run(eraseSel(reservation, 'status'))) === 'done') return session.run(getSelInfo);
    await clock.sleep(erasePollMs);
  }
  throw new BmcError({ kind: 'busy', detail: 'still erases its event log', attempts: maxErasePolls });
}

/** Events that came since are read in the next round. */
function storeCleared(
  store: Store,
  now: number,
  nodeId: NodeId,
  bmc: string,
  saved: number,
  { entryCount, addedAt, erasedAt }: SelInfo,
): void {
  saveHealth(store, nodeId, {
    logPlace: { bmc, lastId: null, entryCount: 0, addedAt: entryCount === 0 ? addedAt : -1, erasedAt },
    eventLog: { entries: entryCount, isNearlyFull: false },
  });
  clearAlarm(store, now, { nodeId, kind: 'log-full', subject: '' });
  store.timeline.append({ kind: 'health', nodeId, message: 'health.log_saved', details: { entries: saved } });
  store.health.tell(nodeId);
}
