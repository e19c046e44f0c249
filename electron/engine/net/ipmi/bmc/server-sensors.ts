import { sensorSpecificEventType } from '../sensors/sensor-fields.ts';
import type { AnalogSensor, BoardSensor, SensorBoard, StateSensor } from './sensor-board.ts';
import { createSensorBoard } from './sensor-board.ts';

/** Entity ids, IPMI 2.0 table 43-13. */
const entity = {
  processor: 3,
  systemBoard: 7,
  powerSupply: 10,
  chassis: 23,
  driveBay: 26,
  fan: 29,
  memory: 32,
  battery: 40,
  airInlet: 55,
} as const;

/** Sensor types, table 42-3. */
const type = {
  temperature: 0x01,
  voltage: 0x02,
  fan: 0x04,
  intrusion: 0x05,
  processor: 0x07,
  powerSupply: 0x08,
  powerUnit: 0x09,
  otherUnits: 0x0b,
  memory: 0x0c,
  driveSlot: 0x0d,
  eventLogging: 0x10,
  acpiPower: 0x22,
  watchdog: 0x23,
} as const;

const redundancyEventType = 0x0b;

function place(id: number, instance = 1) {
  return { id, instance, isLogical: false };
}

type Limits = AnalogSensor['thresholds'];

function temperature(
  number: number,
  name: string,
  where: AnalogSensor['entity'],
  [nominal, warns, isCritical]: readonly [number, number, number],
): AnalogSensor {
  return {
    kind: 'analog',
    number,
    name,
    entity: where,
    sensorType: type.temperature,
    needsPower: true,
    unit: 'degrees-c',
    format: 'twos-complement',
    m: 1,
    b: 0,
    exponent: 0,
    nominal,
    hysteresis: 2,
    thresholds: { upperNonCritical: warns, upperCritical: isCritical, upperNonRecoverable: isCritical + 5 },
  };
}

function fan(bay: number): AnalogSensor {
  return {
    kind: 'analog',
    number: 0x10 + bay,
    name: `Fan ${bay}`,
    entity: place(entity.fan, bay),
    sensorType: type.fan,
    needsPower: true,
    unit: 'rpm',
    format: 'unsigned',
    m: 100,
    b: 0,
    exponent: 0,
    nominal: 5600,
    hysteresis: 2,
    thresholds: { lowerNonCritical: 1500, lowerCritical: 800 },
  };
}

function voltage(
  number: number,
  name: string,
  where: AnalogSensor['entity'],
  { nominal, centivolts, thresholds }: { nominal: number; centivolts: number; thresholds: Limits },
): AnalogSensor {
  return {
    kind: 'analog',
    number,
    name,
    entity: where,
    sensorType: type.voltage,
    needsPower: true,
    unit: 'volts',
    format: 'unsigned',
    m: centivolts,
    b: 0,
    exponent: -2,
    nominal,
    hysteresis: 1,
    thresholds,
  };
}

function rail(number: number, name: string, nominal: number, centivolts: number): AnalogSensor {
  const thresholds = {
    lowerCritical: nominal * 0.9,
    lowerNonCritical: nominal * 0.95,
    upperNonCritical: nominal * 1.05,
    upperCritical: nominal * 1.1,
  };
  return voltage(number, name, place(entity.systemBoard), { nominal, centivolts, thresholds });
}

function supply(bay: number): readonly BoardSensor[] {
  const where = place(entity.powerSupply, bay);
  const analog = { kind: 'analog', entity: where, format: 'unsigned' } as const;
  return [
    {
      ...analog,
      number: 0x30 + bay,
      name: `PSU${bay} Input`,
      sensorType: type.otherUnits,
      unit: 'watts',
      needsPower: true,
      m: 4,
      b: 0,
      exponent: 0,
      nominal: 140,
      hysteresis: 2,
      thresholds: { upperCritical: 800 },
    },
    {
      ...analog,
      number: 0x38 + bay,
      name: `PSU${bay} Temp`,
      sensorType: type.temperature,
      unit: 'degrees-c',
      needsPower: false,
      m: 1,
      b: -40,
      exponent: 0,
      nominal: 34,
      hysteresis: 2,
      thresholds: { upperNonCritical: 60, upperCritical: 65 },
    },
    states(0x40 + bay, `PSU${bay} Status`, where, {
      sensorType: type.powerSupply,
      offsets: [0, 1, 2, 3],
      initially: [0],
    }),
  ];
}

function states(
  number: number,
  name: string,
  where: StateSensor['entity'],
  what: Pick<StateSensor, 'sensorType' | 'offsets' | 'initially'> & Partial<StateSensor>,
): StateSensor {
  return {
    kind: 'states',
    number,
    name,
    entity: where,
    needsPower: false,
    eventType: sensorSpecificEventType,
    ...what,
  };
}

function drive(slot: number): StateSensor {
  return states(0x50 + slot, `Drive ${slot}`, place(entity.driveBay, slot + 1), {
    sensorType: type.driveSlot,
    offsets: [0, 1, 2, 5, 6, 7],
    initially: slot < 2 ? [0] : [],
  });
}

function processor(socket: number): readonly BoardSensor[] {
  const where = place(entity.processor, socket);
  return [
    temperature(0x02 + socket, `CPU${socket} Temp`, where, [47, 84, 89]),
    states(0x60 + socket, `CPU${socket} Status`, where, {
      sensorType: type.processor,
      offsets: [0, 1, 5, 7, 10],
      initially: [7],
    }),
  ];
}

const board = place(entity.systemBoard);

const serverSensors: readonly BoardSensor[] = [
  temperature(0x01, 'Inlet Temp', place(entity.airInlet), [23, 38, 42]),
  temperature(0x02, 'Exhaust Temp', board, [36, 70, 75]),
  ...processor(1),
  ...processor(2),
  temperature(0x06, 'DIMM Temp', place(entity.memory), [38, 80, 85]),
  ...[1, 2, 3, 4].map(fan),
  rail(0x20, '12V', 12, 6),
  rail(0x21, '5V', 5, 3),
  rail(0x22, '3.3V', 3.3, 2),
  voltage(0x23, 'CMOS Battery', place(entity.battery), {
    nominal: 3,
    centivolts: 2,
    thresholds: { lowerNonCritical: 2.6, lowerCritical: 2.4 },
  }),
  ...supply(1),
  ...supply(2),
  states(0x43, 'PSU Redundancy', place(entity.powerSupply), {
    sensorType: type.powerSupply,
    eventType: redundancyEventType,
    offsets: [0, 1, 2],
    initially: [0],
  }),
  ...[0, 1, 2, 3].map(drive),
  states(0x63, 'Memory', place(entity.memory), {
    sensorType: type.memory,
    offsets: [0, 1, 5, 6, 7],
    initially: [6],
  }),
  states(0x70, 'Watchdog', board, {
    sensorType: type.watchdog,
    offsets: [0, 1, 2, 3, 8],
    initially: [],
  }),
  states(0x71, 'Intrusion', place(entity.chassis), {
    sensorType: type.intrusion,
    offsets: [0],
    initially: [],
  }),
  states(0x72, 'Power Unit', board, {
    sensorType: type.powerUnit,
    offsets: [0, 4, 6],
    initially: [],
  }),
  states(0x73, 'ACPI Power', board, {
    sensorType: type.acpiPower,
    offsets: [0, 5],
    initially: [],
    followsPower: true,
  }),
  states(0x74, 'Event Log', board, {
    sensorType: type.eventLogging,
    offsets: [2, 4, 5],
    initially: [],
  }),
];

/** The sensors of a server with two processors, four fans, two power supplies and four drive slots, all of them well. */
export function createServerBoard(): SensorBoard {
  return createSensorBoard(serverSensors);
}

/** What DCMI adds up. */
export const powerInputs: readonly string[] = ['PSU1 Input', 'PSU2 Input'];
