import { firstNonLinear, toValue } from '#engine/net/ipmi/sensors/conversion.ts';
import type { SdrRecord } from '#engine/net/ipmi/sensors/sdr-record.ts';
import type { SelEvent } from '#engine/net/ipmi/sensors/sel-entry.ts';
import type { SensorIdentity, SensorOwner } from '#engine/net/ipmi/sensors/sensor-fields.ts';
import { readableSensors } from '#engine/net/ipmi/sensors/sensor-reading.ts';
import type { FullSensor } from '#engine/net/ipmi/sensors/sensor-record.ts';

/** Names the sensor that an event comes from: numbers are unique for a controller and LUN only. */
export function sourceKey(owner: SensorOwner, lun: number, number: number): string {
  return `${ownerText(owner)} ${owner.channel}.${lun} ${number}`;
}

export function ownerText(owner: SensorOwner): string {
  const hex = (code: number) => `${code.toString(16).padStart(2, '0')}h`;
  return owner.kind === 'controller' ? `controller ${hex(owner.address)}` : `software ${hex(owner.id)}`;
}

/** The names of all sensors that events may come from, by `sourceKey`. */
export function eventSources(records: readonly SdrRecord[]): Record<string, string> {
  const sensors = [...readableSensors(records), ...records.flatMap(eventOnly)];
  return Object.fromEntries(
    sensors.map(({ owner, lun, number, name }) => [sourceKey(owner, lun, number), name]),
  );
}

/** Those of a shared record have one name. */
function eventOnly(record: SdrRecord): SensorIdentity[] {
  if (record.kind !== 'event-only') return [];
  return Array.from({ length: record.sharing.count }, (_, index) => ({
    ...record,
    number: (record.number + index) & 0xff,
  }));
}

/** A raw count of this event in the unit of its sensor; undefined where the records do not say how. */
export function eventValue(
  records: readonly SdrRecord[],
  event: SelEvent,
  raw: number | undefined,
): number | undefined {
  const sensor = fullSensorOf(records, event);
  if (raw === undefined || sensor === undefined || sensor.linearisation >= firstNonLinear) return undefined;
  return toValue(raw, sensor.format, sensor.linearisation, sensor.factors);
}

export function fullSensorOf(records: readonly SdrRecord[], event: SelEvent): FullSensor | undefined {
  const key = sourceKey(event.generator, event.generator.lun, event.sensorNumber);
  return records.find(
    (record): record is FullSensor =>
      record.kind === 'full' && sourceKey(record.owner, record.lun, record.number) === key,
  );
}
