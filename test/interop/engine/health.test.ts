import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Alarm, SensorReadingRow } from '#shared/contract/index.ts';
import { openRack, until } from './rack-rig.ts';

let rack: Awaited<ReturnType<typeof openRack>>;
beforeEach(async () => {
  rack = await openRack();
});
afterEach(() => rack.close());

/** What a stream shows now. */
function alarmsOf(): () => Alarm[] {
  const known = new Map<string, Alarm>();
  rack.client.health.alarms(
    {},
    {
      onSnapshot(rows) {
        for (const row of rows) known.set(row.id, row);
      },
      onPatch(patch) {
        if (patch.op === 'put') known.set(patch.row.id, patch.row);
      },
    },
  );
  return () => [...known.values()];
}

it('a processor that gets hot is a reading, an alarm and an event, and over when it has cooled', async () => {
  const { id: nodeId } = await rack.available();
  const alarms = alarmsOf();
  let sensors: SensorReadingRow[] = [];
  const show = (rows: SensorReadingRow[]) => {
    sensors = rows;
  };
  rack.client.health.sensors({ nodeId }, { onSnapshot: show, onPatch: show });
  await rack.client.nodes.setPower({ id: nodeId, target: 'power on' });
  await rack.client.health.refresh({ nodeId });
  const cpu = () => sensors.find(({ name }) => name === 'CPU1 Temp');
  expect(cpu()).toMatchObject({
    state: 'ok',
    value: 47,
    unit: 'degrees-c',
    thresholds: { upperCritical: 89 },
  });

  await rack.client.virtualRack.setFault({ nodeId, fault: 'hot-cpu' });
  const hot = await rack.client.health.refresh({ nodeId });
  expect(hot).toMatchObject({ state: 'critical', worst: ['CPU1 Temp'], alarms: 1 });
  expect(cpu()).toMatchObject({ state: 'critical', value: 93 });
  expect(alarms()).toMatchObject([
    { nodeId, kind: 'sensor', severity: 'critical', message: 'health.sensor', clearedAt: null },
  ]);
  await until(
    async () => rack.events,
    events => events.some(({ message }) => message === 'health.sensor'),
  );
  const [entry] = await rack.client.health.events({ nodeId, severities: ['critical'] });
  expect(entry).toMatchObject({ sensorName: 'CPU1 Temp', reading: 93, threshold: 89, unit: 'degrees-c' });

  await rack.client.virtualRack.setFault({ nodeId, fault: 'none' });
  await rack.client.health.refresh({ nodeId });
  expect(alarms()[0]?.clearedAt).toBeNull();
  await rack.client.health.refresh({ nodeId });
  expect(alarms()[0]?.clearedAt).not.toBeNull();
  const now = Date.now();
  const keys = [cpu()?.key ?? ''];
  const [series] = await rack.client.health.history({ nodeId, keys, from: now - 600_000, to: now });
  expect(series?.points.map(({ maximum }) => maximum)).toContain(93);
});

it('the event log is stored before it is emptied, and its boards are named', async () => {
  const { id: nodeId } = await rack.available();
  await rack.client.virtualRack.setFault({ nodeId, fault: 'fan-fails' });
  await rack.client.virtualRack.setFault({ nodeId, fault: 'none' });
  const { saved } = await rack.client.health.saveAndClear({ nodeId });
  expect(saved).toBeGreaterThanOrEqual(4);
  expect(await rack.client.health.events({ nodeId, text: 'fan 2' })).toHaveLength(saved);
  expect(await rack.client.health.refresh({ nodeId })).toMatchObject({ eventLog: { entries: 0 } });
  expect(await rack.client.health.events({ nodeId })).toHaveLength(saved);
  const boards = await rack.client.health.fru({ nodeId });
  expect(boards.length).toBeGreaterThan(1);
});
