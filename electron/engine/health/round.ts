import type { BmcLinks } from '#engine/inventory/bmc-link.ts';
import { placeOf } from '#engine/inventory/bmc-login.ts';
import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';
import { readPower } from '#engine/net/ipmi/sensors/power-reading.ts';
import { readSensors } from '#engine/net/ipmi/sensors/read-sensors.ts';
import type { SensorReading } from '#engine/net/ipmi/sensors/sensor-reading.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { type Bmc, CodedError, type ErrorData, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { type LogNews, readLogNews } from './event-log.ts';
import type { KnownRepository, SdrCache } from './sdr-cache.ts';

/** What one round found out about a server. */
export type RoundNews = AnsweredRound | FailedRound;

export interface AnsweredRound {
  readonly kind: 'answered';
  readonly nodeId: NodeId;
  readonly at: number;
  /** Undefined of what the BMC refuses to tell. */
  readonly known: KnownRepository | undefined;
  readonly readings: readonly SensorReading[] | undefined;
  readonly watts: number | undefined;
  readonly log: LogNews | undefined;
  /** The first refusal. */
  readonly error: ErrorData | null;
}

export interface FailedRound {
  readonly kind: 'failed';
  readonly nodeId: NodeId;
  readonly at: number;
  readonly error: ErrorData;
}

export interface RoundParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly bmc: Pick<BmcLinks, 'long'>;
  readonly cache: SdrCache;
}

/** Reads sensors, power and event log of one server. What the BMC refuses costs itself only; silence is a failed round. */
export async function readRound(
  { store, clock, bmc, cache }: RoundParts,
  node: Node & { readonly bmc: Bmc },
): Promise<RoundNews> {
  const { id: nodeId } = node;
  const { address } = node.bmc;
  const place = placeOf(node.bmc);
  try {
    return await bmc.long(node, async session => {
      const refusals: BmcError[] = [];
      const known = await unlessRefused(refusals, () => cache.of(nodeId, place, session));
      const readings =
        known === undefined ? undefined : await unlessRefused(refusals, () => allReadings(session, known));
      const power = await unlessRefused(refusals, () => readPower(session));
      const stored = store.health.find(nodeId)?.logPlace ?? null;
      const log = await unlessRefused(refusals, () => readLogNews(session, place, stored));
      const [refusal] = refusals;
      return {
        kind: 'answered',
        nodeId,
        at: clock.now(),
        known,
        readings,
        watts: power?.currentWatts,
        log,
        error: refusal === undefined ? null : refused(refusal, address),
      };
    });
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { kind: 'failed', nodeId, at: clock.now(), error: error.toData() };
  }
}

async function allReadings(session: BmcSession, known: KnownRepository): Promise<SensorReading[]> {
  const readings: SensorReading[] = [];
  const { repository, memory } = known;
  for await (const reading of readSensors(session, repository, { memory })) readings.push(reading);
  return readings;
}

async function unlessRefused<T>(refusals: BmcError[], ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof BmcError)) throw error;
    const { kind } = error.failure;
    if (kind !== 'completion_code' && kind !== 'malformed_answer' && kind !== 'busy') throw error;
    refusals.push(error);
    return undefined;
  }
}

function refused({ failure, message }: BmcError, address: string): ErrorData {
  const command = 'command' in failure ? failure.command : '';
  return new CodedError('bmc.command_failed', message, { address, command, reason: message }).toData();
}
