import type {
  Alarm,
  FruDeviceRow,
  HealthEvent,
  SensorPoint,
  SensorReadingRow,
  ServerHealth,
} from '#shared/contract/index.ts';
import type { AlarmId, NodeId } from '#shared/model/ids.ts';
import { nodeIdOf, uuid } from './ids.ts';

const noThresholds: SensorReadingRow['thresholds'] = {
  lowerNonRecoverable: null,
  lowerCritical: null,
  lowerWarning: null,
  upperWarning: null,
  upperCritical: null,
  upperNonRecoverable: null,
};

type Own = Pick<SensorReadingRow, 'name' | 'type'> & Partial<SensorReadingRow>;

function sensor(at: number, own: Own): SensorReadingRow {
  return {
    key: own.name,
    state: 'ok',
    reason: null,
    value: null,
    unit: '',
    states: [],
    at,
    ...own,
    thresholds: { ...noThresholds, ...own.thresholds },
  };
}

const limits = (change: Partial<SensorReadingRow['thresholds']>) => ({ ...noThresholds, ...change });
const celsius = { type: 'temperature', unit: 'degrees-c' } as const;
const rpm = { type: 'fan', unit: 'rpm', thresholds: limits({ lowerCritical: 480, lowerWarning: 600 }) };
const ofCpu = limits({ upperWarning: 90, upperCritical: 95 });

/** What stands in a server of two sockets. The second is hot; the third has lost a fan and the input of a power supply. */
export function sensorsOf(nodeId: NodeId, now: number): SensorReadingRow[] {
  const at = now - 20_000;
  const isHot = nodeId === nodeIdOf(2);
  const isBroken = nodeId === nodeIdOf(3);
  const fans = [1, 2, 3, 4, 5, 6].map(fan =>
    isBroken && fan === 4
      ? {
          name: `Fan${fan}`,
          ...rpm,
          value: 0,
          state: 'critical' as const,
          states: ['crossed.lower-critical'],
        }
      : { name: `Fan${fan}`, ...rpm, value: (isHot ? 15_120 : 8280) + fan * 120 },
  );
  const supplies = [1, 2].map(number => {
    const isLost = isBroken && number === 2;
    return {
      name: `PSU${number} Status`,
      type: 'power-supply',
      state: isLost ? ('critical' as const) : ('ok' as const),
      states: ['power-supply.presence-detected', ...(isLost ? ['power-supply.ac-lost'] : [])],
    };
  });
  const own: Own[] = [
    {
      name: 'Inlet Temp',
      ...celsius,
      value: isHot ? 34 : 24,
      thresholds: limits({ lowerWarning: 3, upperWarning: 42, upperCritical: 47 }),
    },
    { name: 'Exhaust Temp', ...celsius, value: isHot ? 61 : 38, thresholds: limits({ upperWarning: 70 }) },
    {
      name: 'CPU1 Temp',
      ...celsius,
      value: isHot ? 96 : 54,
      thresholds: ofCpu,
      ...(isHot && { state: 'critical' as const, states: ['crossed.upper-critical'] }),
    },
    { name: 'CPU2 Temp', ...celsius, value: isHot ? 88 : 51, thresholds: ofCpu },
    ...fans,
    ...supplies,
    { name: 'Fan Redundancy', type: 'fan', ...redundancy(isBroken) },
    { name: 'PSU1 Power', type: 'power-supply', unit: 'watts', value: isBroken ? 318 : 164 },
    { name: 'PSU2 Power', type: 'power-supply', unit: 'watts', value: isBroken ? 0 : 158 },
    ...voltages,
    { name: 'CPU1 Status', type: 'processor', states: ['processor.presence-detected'] },
    { name: 'CPU2 Status', type: 'processor', states: ['processor.presence-detected'] },
    { name: 'DIMM A1', type: 'memory', states: ['memory.presence-detected'] },
    { name: 'Intrusion', type: 'physical-security' },
    { name: 'CMOS Battery', type: 'battery', states: ['battery.presence-detected'] },
    { name: 'GPU1 Temp', ...celsius, state: 'unavailable', reason: 'absent' },
    { name: 'vNIC Flow', type: 'acme-flow', value: 3, unit: 'liters/minute' },
  ];
  return own.map(row => sensor(at, row));
}

function redundancy(isLost: boolean): Pick<SensorReadingRow, 'state' | 'states'> {
  return isLost
    ? { state: 'critical', states: ['redundancy.lost'] }
    : { state: 'ok', states: ['redundancy.full'] };
}

const voltages: readonly Own[] = [
  ['12V', 12.096, 10.8, 13.2],
  ['5V', 5.012, 4.5, 5.5],
  ['3.3V', 3.312, 2.97, 3.63],
  ['VBAT', 3.04, 2.7, 3.6],
].map(([name, value, lower, upper]) => ({
  name: String(name),
  type: 'voltage',
  unit: 'volts',
  value: Number(value),
  thresholds: limits({ lowerCritical: Number(lower), upperCritical: Number(upper) }),
}));

/** A day's ups and downs around the present value, the same at each start; the BMC was silent for two hours. */
export function historyOf(
  { value, name }: Pick<SensorReadingRow, 'value' | 'name'>,
  from: number,
  to: number,
  points: number,
): SensorPoint[] {
  if (value === null) return [];
  const swing = Math.abs(value) * 0.06;
  return Array.from({ length: points }, (_, index) => from + ((to - from) * index) / points)
    .filter(at => at % 86_400_000 < silentFrom || at % 86_400_000 > silentTo)
    .map(at => {
      const mean = value + swing * (Math.sin(at / 7_200_000 + name.length) - Math.sin(at / 1_700_000) / 3);
      return { at: Math.round(at), minimum: mean - swing / 5, mean, maximum: mean + swing / 4 };
    });
}

const silentFrom = 3 * 3_600_000;
const silentTo = 5 * 3_600_000;

export function fleetOf(now: number): ServerHealth[] {
  const row = (number: number, change: Partial<ServerHealth>): ServerHealth => ({
    nodeId: nodeIdOf(number),
    state: 'ok',
    readAt: now - 1000 * (10 + number),
    error: null,
    sensors: { ok: 24, warning: 0, critical: 0, unavailable: 1 },
    worst: [],
    powerWatts: 322,
    temperature: { name: 'Inlet Temp', celsius: 24 },
    alarms: 0,
    eventLog: { entries: 84 + number, isNearlyFull: false },
    ...change,
  });
  return [
    row(1, {}),
    row(2, {
      state: 'critical',
      sensors: { ok: 23, warning: 0, critical: 1, unavailable: 1 },
      worst: ['CPU1 Temp'],
      powerWatts: 611,
      temperature: { name: 'Inlet Temp', celsius: 34 },
      alarms: 1,
    }),
    row(3, {
      state: 'critical',
      sensors: { ok: 21, warning: 0, critical: 3, unavailable: 1 },
      worst: ['Fan4', 'PSU2 Status', 'Fan Redundancy'],
      alarms: 2,
    }),
    row(4, {
      state: 'critical',
      powerWatts: 18,
      temperature: { name: 'Inlet Temp', celsius: 22 },
      alarms: 1,
    }),
    row(5, { state: 'warning', alarms: 1, eventLog: { entries: 912, isNearlyFull: true } }),
    row(6, {
      state: 'unknown',
      readAt: now - 5 * 3_600_000,
      error: {
        code: 'bmc.unreachable',
        level: 'peer',
        retryable: true,
        message: 'no answer',
        details: { address: '10.78.0.16', attempts: 5 },
      },
      sensors: { ok: 0, warning: 0, critical: 0, unavailable: 0 },
      powerWatts: null,
      temperature: null,
      eventLog: null,
    }),
    row(8, { powerWatts: 96, eventLog: { entries: 3, isNearlyFull: false } }),
  ];
}

export function alarmsOf(now: number): Alarm[] {
  const row = (number: number, server: number, change: Partial<Alarm>): Alarm => ({
    id: uuid('9', number) as AlarmId,
    nodeId: nodeIdOf(server),
    kind: 'sensor',
    severity: 'critical',
    message: 'health.sensor',
    details: {},
    raisedAt: now - number * 1_260_000,
    clearedAt: null,
    acknowledgedAt: null,
    note: '',
    ...change,
  });
  const lost = 'power-supply.presence-detected, power-supply.ac-lost';
  return [
    row(1, 2, {
      raisedAt: now - 60_000,
      details: { sensor: 'CPU1 Temp', state: 'critical', reading: '96', unit: 'degrees-c' },
    }),
    row(2, 3, { details: { sensor: 'Fan4', state: 'critical', reading: '0', unit: 'rpm' } }),
    row(3, 3, { details: { sensor: 'PSU2 Status', state: 'critical', reading: lost, unit: '' } }),
    row(4, 5, {
      kind: 'log-full',
      severity: 'warning',
      message: 'health.log_nearly_full',
      details: { entries: 912, freeBytes: 1792 },
    }),
    row(5, 6, {
      kind: 'silent',
      severity: 'warning',
      message: 'health.bmc_silent',
      details: { seconds: 18_000, text: 'no answer' },
      acknowledgedAt: now - 3_600_000,
      note: 'Switch in R5 is being replaced',
    }),
    row(6, 1, {
      kind: 'event',
      severity: 'warning',
      message: 'health.log_entry',
      details: { sensor: 'DIMM A1', event: 'memory.correctable-error', data: 'a00001' },
      clearedAt: now - 4_000_000,
      acknowledgedAt: now - 4_000_000,
      note: 'Module reseated',
    }),
    row(7, 4, {
      kind: 'hardware',
      message: 'health.hardware',
      details: { trouble: 'disk-failing', name: 'ST2000NM0008 00a8b1c5d2e34f10', number: 0 },
    }),
  ];
}

const happenings: readonly Partial<HealthEvent>[] = [
  {
    severity: 'critical',
    sensorName: 'CPU1 Temp',
    sensorType: 'temperature',
    event: 'threshold.upper-critical-going-high',
    reading: 96,
    threshold: 95,
    unit: 'degrees-c',
    data: '59605f',
  },
  {
    severity: 'warning',
    sensorName: 'DIMM A1',
    sensorType: 'memory',
    event: 'memory.correctable-error',
    data: 'a00001',
  },
  { sensorName: 'SEL', sensorType: 'event-logging-disabled', event: 'event-logging-disabled.log-cleared' },
  {
    sensorName: 'PSU2 Status',
    sensorType: 'power-supply',
    event: 'power-supply.ac-lost',
    direction: 'deasserted',
  },
  { sensorName: 'System', sensorType: 'boot-initiated', event: 'boot-initiated.power-up' },
  { sensorName: '', sensorType: 'oem', event: 'oem', generator: 'controller 2Ch', at: null, data: 'c0ffee' },
];

/** Newest first; more than a page of them. */
export function eventsOf(nodeId: NodeId, now: number): HealthEvent[] {
  const count = 450;
  return Array.from({ length: count }, (_, index) => ({
    seq: count - index,
    nodeId,
    entryId: count - index,
    at: now - 95_000 - index * 947_000,
    readAt: now - 74_000 - index * 947_000,
    severity: 'ok' as const,
    sensorName: '',
    sensorType: '',
    event: '',
    direction: 'asserted' as const,
    generator: 'controller 20h',
    reading: null,
    threshold: null,
    unit: '',
    data: '00ffff',
    ...happenings[index % happenings.length],
  }));
}

export const fruDevices: readonly FruDeviceRow[] = [
  {
    name: 'Builtin FRU Device',
    fields: [
      { key: 'board.manufacturer', value: 'DELL' },
      { key: 'board.product', value: 'PowerEdge R740' },
      { key: 'board.serial', value: 'CNFCP0075T01QR' },
      { key: 'product.serial', value: 'CN7V1002' },
    ],
    fault: null,
  },
  { name: 'PSU2', fields: [], fault: 'checksum of the product area is wrong' },
];
