import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { isFresh, readSdrRepository, type SdrRepository } from '#engine/net/ipmi/sensors/read-sdr.ts';
import { createSensorMemory, type SensorMemory } from '#engine/net/ipmi/sensors/read-sensors.ts';
import {
  decodeSdrRecord,
  encodeSdrRecord,
  type SdrRecord,
  sdrHeaderBytes,
} from '#engine/net/ipmi/sensors/sdr-record.ts';
import type { StoredRepository } from '#engine/store/health.ts';
import type { Store } from '#engine/store/store.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { eventSources } from './event-sources.ts';

/** What a BMC is made of, and what its sensors taught us. */
export interface KnownRepository {
  readonly place: string;
  readonly repository: SdrRepository;
  /** By `sourceKey`: which sensor an event comes from. */
  readonly names: Readonly<Record<string, string>>;
  readonly memory: SensorMemory;
}

export type SdrCache = ReturnType<typeof createSdrCache>;

/**
 * Sensor data records are hundreds of requests, so they are read once and kept, over a new start too. One request a
 * round asks by the BMC's time stamps whether they are still true.
 */
export function createSdrCache(store: Store) {
  const known = new Map<NodeId, KnownRepository>();

  function kept(nodeId: NodeId, place: string): KnownRepository | undefined {
    const inMemory = known.get(nodeId);
    if (inMemory !== undefined) return inMemory.place === place ? inMemory : undefined;
    const stored = store.health.repository(nodeId);
    return stored?.place === place ? fromStored(stored) : undefined;
  }

  return {
    /** `place` names the BMC. Rejects with BmcError. */
    async of(nodeId: NodeId, place: string, session: BmcSession): Promise<KnownRepository> {
      const before = kept(nodeId, place);
      if (before !== undefined && (await isFresh(session, before.repository))) {
        known.set(nodeId, before);
        return before;
      }
      const repository = await readSdrRepository(session);
      const names = eventSources(repository.records);
      const read = { place, repository, names, memory: createSensorMemory() };
      known.set(nodeId, read);
      store.health.saveRepository(nodeId, toStored(read));
      return read;
    },
    /** The server is gone. */
    forget: (nodeId: NodeId): void => void known.delete(nodeId),
  };
}

function toStored({ place, repository, names }: KnownRepository): StoredRepository {
  const { source, stamp, records } = repository;
  return { place, source, stamp, names, records: Buffer.concat(records.flatMap(encoded)) };
}

/** Of sensors that only write events the name is all that is needed, and it is among the names. */
function encoded(record: SdrRecord): Buffer[] {
  switch (record.kind) {
    case 'full':
    case 'compact':
    case 'fru-locator':
    case 'controller-locator':
      return [encodeSdrRecord(record)];
    default:
      return [];
  }
}

/** Undefined: what is stored cannot be read, and is read from the BMC anew. */
function fromStored({ place, source, stamp, records, names }: StoredRepository): KnownRepository | undefined {
  const list: SdrRecord[] = [];
  for (let at = 0; at < records.length; ) {
    const record = decodeSdrRecord(records.subarray(at));
    if (!record.ok) return undefined;
    list.push(record.value);
    at += sdrHeaderBytes + records.readUInt8(at + sdrHeaderBytes - 1);
  }
  const repository = { source, stamp, records: list, faults: [] };
  return { place, repository, names, memory: createSensorMemory() };
}
