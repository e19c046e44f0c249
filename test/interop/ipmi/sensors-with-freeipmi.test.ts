import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SensorBoard } from '#engine/net/ipmi/bmc/sensor-board.ts';
import { createServerBoard } from '#engine/net/ipmi/bmc/server-sensors.ts';
import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { openBmcSession } from '#engine/net/ipmi/client.ts';
import { chassisControl } from '#engine/net/ipmi/commands/chassis.ts';
import { readSdrRepository } from '#engine/net/ipmi/sensors/read-sdr.ts';
import { readSensors } from '#engine/net/ipmi/sensors/read-sensors.ts';
import { collected } from '#test/unit/engine/net/ipmi/sensors/collected.ts';
import type { OurBmc } from './our-bmc.ts';
import { startOurBmc } from './our-bmc.ts';
import { runTool } from './run-tool.ts';

let rack: OurBmc;
let session: BmcSession;
let board: SensorBoard;
let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'rackside-freeipmi-'));
  board = createServerBoard();
  rack = await startOurBmc({ sensors: board });
  const login = { username: 'admin', password: 'labpass' };
  session = await openBmcSession({ host: '127.0.0.1', port: rack.port, ...login });
  await session.run(chassisControl('on'));
});
afterEach(async () => {
  await session.close();
  rack.server.close();
  await rm(cache, { recursive: true, force: true });
});

async function freeipmi(program: string, ...options: readonly string[]): Promise<string> {
  const login = ['-h', `127.0.0.1:${rack.port}`, '-u', 'admin', '-p', 'labpass', '-D', 'LAN_2_0', '-I', '17'];
  const { output, exitCode } = await runTool(program, ...login, ...options);
  expect(exitCode, output).toBe(0);
  expect(output).not.toMatch(/invalid|unrecognized/i);
  return output;
}

/** Rows of a table with columns between bars, by the second column. */
function rows(output: string): ReadonlyMap<string, readonly string[]> {
  const lines = output.split('\n').map(line => line.split('|').map(cell => cell.trim()));
  return new Map(lines.filter(cells => cells.length > 4).map(cells => [cells[1] ?? '', cells]));
}

const units: Readonly<Record<string, string>> = { 'degrees-c': 'C', volts: 'V', rpm: 'RPM', watts: 'W' };

test('ipmi-sensors reads what we read, in its words', async () => {
  board.setValue('CPU2 Temp', 90);
  board.setValue('Inlet Temp', -12);
  board.setStates('PSU1 Status', [0, 3]);
  const table = rows(
    await freeipmi('ipmi-sensors', `--sdr-cache-directory=${cache}`, '--output-sensor-state'),
  );
  const ours = await collected(readSensors(session, await readSdrRepository(session)));
  expect(ours.length).toBeGreaterThan(30);
  for (const { name, recordId, value, unit } of ours) {
    const row = table.get(name) ?? [];
    expect(row[0], name).toBe(String(recordId));
    expect(row[4], name).toBe(value === undefined ? 'N/A' : value.toFixed(2));
    expect(row[5], name).toBe(unit === undefined ? 'N/A' : units[unit.base]);
  }
  expect(table.get('CPU2 Temp')?.at(-1)).toContain('At or Above (>=) Upper Critical Threshold');
  expect(table.get('CPU2 Temp')?.[3]).toBe('Critical');
  expect(table.get('PSU1 Status')?.at(-1)).toBe("'Presence detected' 'Power Supply input lost (AC/DC)'");
});

test('ipmi-sel prints the events with readings and thresholds', async () => {
  board.setValue('Fan 3', 700);
  board.setStates('Drive 0', [0, 1]);
  board.setValue('Fan 3', 5600);
  const events = await freeipmi('ipmi-sel', `--sdr-cache-directory=${cache}`, '-v');
  expect(events).toMatch(
    /Fan 3 .*Assertion.*Lower Critical - going low ; Sensor Reading = 700.00 RPM ; Threshold = 800.00 RPM/,
  );
  expect(events).toMatch(/Drive 0 .*Assertion Event .*Drive Fault/);
  expect(events).toMatch(/Fan 3 .*Deassertion.*Lower Critical - going low ; Sensor Reading = 5600.00 RPM/);
  expect(await freeipmi('ipmi-sel', '--clear')).toBe('');
  expect(await freeipmi('ipmi-sel', `--sdr-cache-directory=${cache}`)).not.toContain('Fan 3');
});

test('ipmi-fru reads all inventories', async () => {
  const frus = await freeipmi('ipmi-fru', `--sdr-cache-directory=${cache}`);
  expect(frus).toContain('FRU Inventory Device: PSU2 FRU (ID 02h)');
  for (const serial of ['SN0001', 'PSU0001', 'PSU0002', 'BP0001']) {
    expect(frus).toContain(`FRU Product Serial Number: ${serial}`);
  }
});

test('ipmi-dcmi reads the power', async () => {
  const power = await freeipmi('ipmi-dcmi', '--get-system-power-statistics');
  expect(power).toMatch(/Current Power\s+: 280 Watts/);
  expect(power).toMatch(/Power Measurement\s+: Active/);
});
