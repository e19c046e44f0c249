import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHealth, type Health } from '#engine/health/health.ts';
import { createServerBoard } from '#engine/net/ipmi/bmc/server-sensors.ts';
import { clearSel } from '#engine/net/ipmi/sensors/read-sel.ts';
import { sensorReading } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { nodeId } from '#test/fakes/rows.ts';
import { type SimulatedBmc, type SimulatedBmcs, simulatedBmcs } from '../inventory/simulated-bmcs.ts';

let rack: SimulatedBmcs;
let machine: SimulatedBmc;
let board: ReturnType<typeof createServerBoard>;
let health: Health;

beforeEach(async () => {
  rack = await simulatedBmcs();
  board = createServerBoard();
  machine = await rack.bmcAt('10.0.0.2', { sensors: board, now: () => rack.clock.now() + 1e12 });
  machine.power = 'on';
  rack.serverAt('10.0.0.2');
  health = newHealth();
});
afterEach(() => health.stop());

function newHealth(): Health {
  return createHealth({ store: rack.store, clock: rack.clock, bmc: rack.links });
}

const round = (id: NodeId = nodeId) => rack.run(health.read(id));
const alarms = () => rack.store.alarms.since(0);
const holding = () => rack.store.alarms.allHolding().map(({ kind, subject }) => `${kind} ${subject}`.trim());
const told = () => rack.messages().filter(message => message.startsWith('health.'));
const entries = () =>
  rack.store.healthEvents
    .list({ text: '', limit: 1000 })
    .map(({ sensorName, event }) => `${sensorName}: ${event}`);
const named = (name: string) => health.sensors(nodeId).find(row => row.name === name);

describe('a round', () => {
  it('has all sensors with values, units and thresholds, what the machine draws and the log', async () => {
    await round();
    expect(sensorReading.array().parse(health.sensors(nodeId)).length).toBeGreaterThan(30);
    expect(named('Fan 1')).toMatchObject({ state: 'ok', value: 5600, unit: 'rpm' });
    expect(health.server(nodeId)).toMatchObject({
      state: 'ok',
      error: null,
      powerWatts: 280,
      temperature: { name: 'Inlet Temp', celsius: 23 },
      eventLog: { entries: 0, isNearlyFull: false },
    });
  });

  it('lets a power command go between two requests', async () => {
    const order: string[] = [];
    const whole = health.read(nodeId).then(() => order.push('round'));
    await rack.time.advance(1);
    const command = rack.links.control({ id: nodeId }, 'reset').then(() => order.push('power'));
    await rack.run(Promise.all([whole, command]));
    expect(order).toEqual(['power', 'round']);
    expect(machine.bmc.activeSessions).toBe(1);
    expect(named('Fan 1')?.value).toBe(5600);
  });

  it('reads what the BMC is made of once, also over a new start', async () => {
    await round();
    const stored = rack.store.health.repository(nodeId);
    health.stop();
    health = newHealth();
    let requests = 0;
    rack.network.conditions.pass = () => {
      requests += 1;
      return true;
    };
    await round();
    expect(rack.store.health.repository(nodeId)).toEqual(stored);
    // Two packets a request: with the records read again it would be hundreds more.
    expect(requests).toBeLessThan(250);
    expect(named('Fan 1')?.name).toBe('Fan 1');
  });

  it('shows after a new start what was shown before it', async () => {
    await round();
    board.setValue('Fan 1', 4000);
    await round();
    const before = { rows: health.sensors(nodeId), server: health.server(nodeId) };
    health.stop();
    health = newHealth();
    expect({ rows: health.sensors(nodeId), server: health.server(nodeId) }).toEqual(before);
  });

  it('of a server that is gone meanwhile is dropped', async () => {
    const reading = health.read(nodeId);
    await rack.time.advance(1);
    rack.store.nodes.remove(nodeId);
    await rack.run(reading.catch(() => undefined));
    expect(rack.store.health.find(nodeId)).toBeUndefined();
  });
});

describe('an alarm', () => {
  it('is raised at once, told once, worse again told, and over after two good rounds', async () => {
    await round();
    board.setValue('CPU1 Temp', 86);
    await round();
    await round();
    expect(alarms()).toMatchObject([{ kind: 'sensor', severity: 'warning', clearedAt: null }]);
    board.setValue('CPU1 Temp', 90);
    await round();
    expect(alarms()).toMatchObject([{ severity: 'critical' }]);
    board.setValue('CPU1 Temp', 47);
    await round();
    expect(holding()).toHaveLength(1);
    await round();
    expect(holding()).toEqual([]);
    expect(told()).toEqual(['health.sensor', 'health.sensor', 'health.over']);
  });

  it('stays while its sensor says nothing', async () => {
    board.setValue('Fan 2', 0);
    await round();
    machine.power = 'off';
    for (let count = 0; count < 3; count += 1) await round();
    expect(named('Fan 2')).toMatchObject({ state: 'unavailable', value: null });
    expect(holding()).toHaveLength(1);
  });

  it('of a power supply that was pulled is over when it is back', async () => {
    await round();
    board.setStates('PSU2 Status', []);
    await round();
    expect(holding()).toEqual(['inventory power-supply PSU2 Status']);
    board.setStates('PSU2 Status', [0]);
    await round();
    expect(holding()).toEqual([]);
    expect(told()).toEqual(['health.part_gone', 'health.part_new', 'health.over']);
  });

  it('tells of a BMC that has been silent for five minutes, and that it answers again', async () => {
    await round();
    machine.server.faults.silent = true;
    await round();
    expect(health.server(nodeId)).toMatchObject({ state: 'unknown', error: { code: 'bmc.unreachable' } });
    expect(holding()).toEqual([]);
    await rack.time.advance(300_000);
    await round();
    expect(holding()).toEqual(['silent']);
    machine.server.faults.silent = false;
    await round();
    expect(holding()).toEqual([]);
    expect(health.server(nodeId)).toMatchObject({ state: 'ok', error: null });
  });
});

describe('the event log', () => {
  it('of before our time is listed and raises no alarm', async () => {
    board.setStates('Memory', [6, 1]);
    board.setStates('Memory', [6]);
    await round();
    expect(entries()).toEqual(['Memory: memory.uncorrectable-error', 'Memory: memory.uncorrectable-error']);
    expect(holding()).toEqual([]);
  });

  it('is read from where it was read to, and what is critical and past is an alarm', async () => {
    await round();
    board.setStates('Watchdog', [8]);
    board.setStates('Memory', [6, 1]);
    await round();
    expect(entries()).toHaveLength(2);
    await round();
    expect(entries()).toHaveLength(2);
  });

  it('that was cleared elsewhere begins anew without doubles, though its numbers are used again', async () => {
    board.setValue('Fan 1', 0);
    await round();
    const before = entries();
    await rack.run(rack.links.long({ id: nodeId }, session => clearSel(session, rack.time)));
    await rack.time.advance(5000);
    board.setValue('Fan 3', 0);
    board.setValue('Fan 3', 5600);
    await round();
    const after = entries();
    expect(after.slice(-before.length)).toEqual(before);
    expect(after.slice(0, -before.length).every(entry => entry.startsWith('Fan 3'))).toBe(true);
    expect(after.length).toBe(before.length * 3);
    await round();
    expect(entries()).toEqual(after);
  });

  it('that is nearly full is an alarm until it is cleared', async () => {
    for (let count = 0; count < 2000; count += 1) board.setStates('Intrusion', count % 2 === 0 ? [0] : []);
    await round();
    expect(holding()).toContain('log-full');
    const saved = await rack.run(health.saveAndClear(nodeId));
    expect(saved).toBeGreaterThan(500);
    expect(rack.store.healthEvents.list({ text: '', limit: 10_000 })).toHaveLength(saved);
    expect(holding()).not.toContain('log-full');
  });

  it('is saved whole and then empty', async () => {
    board.setValue('Fan 1', 0);
    board.setValue('Fan 1', 5600);
    const saved = await rack.run(health.saveAndClear(nodeId));
    expect(entries()).toHaveLength(saved);
    expect(health.server(nodeId).eventLog).toEqual({ entries: 0, isNearlyFull: false });
    expect(told()).toContain('health.log_saved');
  });

  it('that is not emptied because it cannot be stored loses nothing', async () => {
    board.setValue('Fan 1', 0);
    const { append } = rack.store.healthEvents;
    const full = new Error('disk full');
    Object.assign(rack.store.healthEvents, {
      append() {
        throw full;
      },
    });
    await expect(rack.run(health.saveAndClear(nodeId))).rejects.toThrow(full);
    Object.assign(rack.store.healthEvents, { append });
    await round();
    expect(entries().length).toBeGreaterThan(0);
  });
});
