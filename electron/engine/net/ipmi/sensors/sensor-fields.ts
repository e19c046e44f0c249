/**
 * What full, compact and event-only records begin with (IPMI 2.0 §43.1–43.3), from byte 5 of a record:
 *
 * ```
 * owner | channel·LUN | number | entity id | entity instance | initialization | capabilities | sensor type | event type
 * ```
 * Event-only records leave initialization and capabilities out.
 */
export interface SensorIdentity {
  readonly recordId: number;
  readonly owner: SensorOwner;
  /** Of its owner. */
  readonly lun: number;
  readonly number: number;
  readonly entity: Entity;
  /** Code of table 42-3; sensor-types.ts has the words. */
  readonly sensorType: number;
  /** Event/reading type code, table 42-1: 1 thresholds, 2–12 generic states, 6Fh states of the sensor type, 70h–7Fh OEM. */
  readonly eventType: number;
  readonly name: string;
}

export type SensorOwner =
  /** Address on the IPMB, 20h: the BMC itself. */
  | { readonly kind: 'controller'; readonly address: number; readonly channel: number }
  /** BIOS, operating system, a console (table 5-4). */
  | { readonly kind: 'software'; readonly id: number; readonly channel: number };

/** What a sensor or FRU belongs to: table 43-13 and which one of them. */
export interface Entity {
  readonly id: number;
  readonly instance: number;
  /** A container of physical parts, as a power domain is. */
  readonly isLogical: boolean;
}

export const thresholdEventType = 0x01;
export const sensorSpecificEventType = 0x6f;

/** In the order of their bits and bytes in §35.9. */
export const thresholdNames = [
  'lowerNonCritical',
  'lowerCritical',
  'lowerNonRecoverable',
  'upperNonCritical',
  'upperCritical',
  'upperNonRecoverable',
] as const;
export type ThresholdName = (typeof thresholdNames)[number];
export type Thresholds = Readonly<Partial<Record<ThresholdName, number>>>;

export function readOwner(id: number, channelLun: number): SensorOwner {
  const channel = channelLun >> 4;
  return (id & 1) === 1
    ? { kind: 'software', id: id >> 1, channel }
    : { kind: 'controller', address: id, channel };
}

export function ownerBytes(owner: SensorOwner, lun: number): readonly [number, number] {
  const id = owner.kind === 'software' ? (owner.id << 1) | 1 : owner.address;
  return [id, (owner.channel << 4) | lun];
}

export function readEntity(id: number, instance: number): Entity {
  return { id, instance: instance & 0x7f, isLogical: (instance & 0x80) !== 0 };
}

export function entityBytes(entity: Entity): readonly [number, number] {
  return [entity.id, (entity.isLogical ? 0x80 : 0) | entity.instance];
}
