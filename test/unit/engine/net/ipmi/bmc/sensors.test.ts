import { describe, expect, test } from 'vitest';
import { createServerBoard } from '#engine/net/ipmi/bmc/server-sensors.ts';
import { readSel } from '#engine/net/ipmi/sensors/read-sel.ts';
import type { SelEntry } from '#engine/net/ipmi/sensors/sel-entry.ts';
import type { SimulatedRack } from '../simulated-rack.ts';
import { simulatedRack } from '../simulated-rack.ts';

async function server() {
  const board = createServerBoard();
  const rack = await simulatedRack({ sensors: board });
  const session = await rack.open();
  const events = async () => (await rack.run(readSel(session, { limit: 1000 }))).entries.map(text);
  return { board, rack, session, events };
}

function text(entry: SelEntry): string {
  return entry.kind === 'event'
    ? `${entry.event} ${entry.direction} ${entry.rawReading ?? ''}`.trim()
    : entry.kind;
}

describe('events', () => {
  test('a threshold is crossed once, and left by the hysteresis', async () => {
    const { board, events } = await server();
    for (const value of [83, 84, 85, 84, 83, 82, 81, 84]) board.setValue('CPU1 Temp', value);
    expect(await events()).toEqual([
      'threshold.upper-non-critical-going-high asserted 84',
      'threshold.upper-non-critical-going-high deasserted 81',
      'threshold.upper-non-critical-going-high asserted 84',
    ]);
  });

  test('a fan that stops crosses both of its thresholds, going low', async () => {
    const { board, events } = await server();
    board.setValue('Fan 2', 0);
    expect(await events()).toEqual([
      'threshold.lower-non-critical-going-low asserted 0',
      'threshold.lower-critical-going-low asserted 0',
    ]);
  });

  test('a state begins and ends once each', async () => {
    const { board, events } = await server();
    board.setStates('Drive 0', [0, 1]);
    board.setStates('Drive 0', [0, 1]);
    board.setStates('Drive 0', [0]);
    expect(await events()).toEqual(['drive-slot.drive-fault asserted', 'drive-slot.drive-fault deasserted']);
  });

  test('what is not there makes no events', async () => {
    const { board, events } = await server();
    board.setPresent('Fan 2', false);
    board.setValue('Fan 2', 0);
    expect(await events()).toEqual([]);
  });

  test('a sensor that the board does not have is a mistake', async () => {
    const { board } = await server();
    expect(() => board.setValue('Fan 9', 0)).toThrow('no sensor Fan 9');
  });
});

async function infoOf(rack: SimulatedRack, session: Parameters<typeof readSel>[0]) {
  return (await rack.run(readSel(session, { limit: 0 }))).info;
}

test('a log that is full takes no more and says so', async () => {
  const { board, rack, session } = await server();
  for (let round = 0; round < 300; round += 1) {
    board.setStates('Intrusion', [0]);
    board.setStates('Intrusion', []);
  }
  expect(await infoOf(rack, session)).toMatchObject({ entryCount: 512, freeBytes: 0, hasOverflowed: true });
});
