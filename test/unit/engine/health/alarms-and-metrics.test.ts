import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acknowledgeAlarms, raiseAlarm } from '#engine/health/alarms.ts';
import { tellHardwareTroubles } from '#engine/health/hardware-alarms.ts';
import { createHealth } from '#engine/health/health.ts';
import { metricsText } from '#engine/health/metrics.ts';
import { tellPartChanges } from '#engine/health/part-changes.ts';
import { bmcOf } from '#engine/inventory/nodes.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { type Inventory, type SensorReadingRow, sensorReading } from '#shared/contract/index.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aDisk, aNode, nodeId } from '#test/fakes/rows.ts';
import { aSmart } from '#test/fakes/smartctl.ts';

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.nodes.save(aNode());
});
afterEach(() => store.close());

const messages = () =>
  store.timeline.newest({}, 100).map(({ message, details }) => ({ message, ...details }));

describe('an acknowledgement', () => {
  const raise = (kind: 'sensor' | 'event') =>
    raiseAlarm(store, 1, {
      nodeId,
      kind,
      subject: 'x',
      severity: 'critical',
      told: { message: 'health.log_entry', details: { sensor: 'x', event: 'e', data: '' } },
    });

  it('keeps its note, and does not end what still holds', () => {
    raise('sensor');
    const [alarm] = store.alarms.since(0);
    acknowledgeAlarms(store, 2, alarm === undefined ? [] : [alarm.id], 'spare ordered');
    expect(store.alarms.since(0)).toMatchObject([
      { acknowledgedAt: 2, note: 'spare ordered', clearedAt: null },
    ]);
    expect(messages().at(-1)).toMatchObject({
      message: 'health.acknowledged',
      subject: 'x',
      note: 'spare ordered',
    });
  });

  it('ends an alarm whose end nobody can see', () => {
    raise('event');
    const [alarm] = store.alarms.since(0);
    acknowledgeAlarms(store, 2, alarm === undefined ? [] : [alarm.id], '');
    expect(store.alarms.allHolding()).toEqual([]);
    raise('event');
    expect(store.alarms.allHolding()).toHaveLength(1);
  });
});

describe('an inspection', () => {
  const inspected = (before: Inventory | null, after: Inventory) =>
    store.transaction(() => tellPartChanges(store, 1, nodeId, before, after));
  const whole = anInventory({
    dimms: [{ locator: 'A1', sizeBytes: 1, type: 'DDR4', speed: '' }],
    disks: [aDisk({ serial: 'S1' }), aDisk({ serial: 'S2' }), aDisk({ serial: 'USB', removable: true })],
  });

  it('that is the first, or finds the same, is no news', () => {
    inspected(null, whole);
    inspected(whole, whole);
    expect(messages()).toEqual([]);
  });

  it('that misses a disk raises an alarm, which is over when the disk is back', () => {
    const [, ...disks] = whole.disks;
    inspected(whole, { ...whole, disks });
    expect(store.alarms.allHolding()).toMatchObject([{ kind: 'inventory', message: 'health.part_gone' }]);
    expect(messages()[0]).toMatchObject({ message: 'health.part_gone', part: 'disk' });
    inspected({ ...whole, disks }, whole);
    expect(store.alarms.allHolding()).toEqual([]);
  });
});

describe('a machine that says that its disk fails', () => {
  const inspected = (smart: ReturnType<typeof aSmart> | null) =>
    store.transaction(() =>
      tellHardwareTroubles(store, 1, nodeId, anInventory({ disks: [aDisk({ smart })] })),
    );
  const alarm = {
    kind: 'hardware',
    severity: 'critical',
    message: 'health.hardware',
    details: { trouble: 'disk-failing', name: 'ST1000 SER-1', number: 0 },
  };

  it('raises one alarm, however often it says so, and it is over when an inspection no longer has it', () => {
    inspected(aSmart({ verdict: 'failing' }));
    inspected(aSmart({ verdict: 'failing' }));
    expect(store.alarms.allHolding()).toMatchObject([alarm]);
    expect(messages()).toHaveLength(1);
    inspected(aSmart());
    expect(store.alarms.allHolding()).toEqual([]);
    expect(messages().map(({ message }) => message)).toContain('health.over');
  });

  it('is not silenced for good by an acknowledgement', () => {
    inspected(aSmart({ verdict: 'failing' }));
    acknowledgeAlarms(
      store,
      2,
      store.alarms.allHolding().map(({ id }) => id),
      'spare ordered',
    );
    expect(store.alarms.allHolding()).toMatchObject([{ ...alarm, acknowledgedAt: 2 }]);
  });
});

describe('/metrics', () => {
  const row = (change: Partial<SensorReadingRow>): SensorReadingRow =>
    sensorReading.parse({
      key: '1.1/0.1 a',
      name: 'a',
      type: 'temperature',
      state: 'ok',
      reason: null,
      value: 1,
      unit: 'degrees-c',
      states: [],
      at: 1,
      thresholds: {
        lowerNonRecoverable: null,
        lowerCritical: null,
        lowerWarning: null,
        upperWarning: null,
        upperCritical: null,
        upperNonRecoverable: null,
      },
      ...change,
    });

  function serverNamed(name: string, failingSince: number | null): string {
    const bmc = bmcOf({ address: '10.0.0.2', port: 623, username: 'admin', password: 'planted' }, null);
    store.nodes.save(aNode({ name, bmc, powerState: 'power on' }));
    const nothing = { error: null, eventLog: null, logPlace: null };
    store.health.save({ nodeId, readAt: 5000, failingSince, powerWatts: 280, ...nothing });
    const unused = { long: () => Promise.reject(new Error('not asked')) };
    const health = createHealth({ store, clock: manualClock(), bmc: unused });
    return metricsText(store, {
      server: health.server,
      sensors: () => [
        row({}),
        row({ key: '1.2/0.2 b', name: 'hot "\\\n\u0007', state: 'critical', value: 93.5 }),
      ],
    });
  }

  it('has values, states, power and alarms, and escapes what hardware and people call things', () => {
    const text = serverNamed('r1"u01\n', null);
    expect(text).toContain('rackside_up{server="r1\\"u01\\n"} 1\n');
    expect(text).toContain(
      'rackside_sensor_value{server="r1\\"u01\\n",sensor="hot \\"\\\\\\n ",type="temperature",key="1.2/0.2 b",unit="degrees-c"} 93.5\n',
    );
    expect(text).toContain('rackside_power_watts{server="r1\\"u01\\n"} 280\n');
    expect(text).toContain('rackside_alarms{severity="critical",acknowledged="no"} 0\n');
    expect(text).not.toContain('planted');
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(
        /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="([^"\\\n]|\\["\\n])*",?)+\})? [-0-9.e+]+)$/,
      );
  });

  it('of a silent server has no values that are old', () => {
    const text = serverNamed('r1', 4000);
    expect(text).toContain('rackside_up{server="r1"} 0\n');
    expect(text).not.toMatch(/^rackside_(sensor_value|power_watts)\{/m);
  });
});
