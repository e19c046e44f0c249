import { describe, expect, test } from 'vitest';
import { createServerBoard } from '#engine/net/ipmi/bmc/server-sensors.ts';
import type { BmcCommand } from '#engine/net/ipmi/commands/command.ts';
import { getSelTime, setSelTime } from '#engine/net/ipmi/commands/sel.ts';
import { clearSel, readSel } from '#engine/net/ipmi/sensors/read-sel.ts';
import { simulatedRack } from '../simulated-rack.ts';
import { oddSession } from './odd-session.ts';

const isGetEntry = ({ netFn, command }: BmcCommand<unknown>) => netFn === 0x0a && command === 0x43;
const nowMs = Date.UTC(2026, 10, 26, 20, 0, 0);

async function serverWithEvents() {
  const board = createServerBoard();
  const rack = await simulatedRack({ sensors: board, now: () => nowMs });
  const session = await rack.open();
  board.setStates('Intrusion', [0]);
  board.setValue('CPU1 Temp', 90);
  board.setValue('CPU1 Temp', 50);
  return { board, rack, session };
}

describe('reading', () => {
  test('entries come oldest first, with the state of the log', async () => {
    const { rack, session } = await serverWithEvents();
    const { entries, info, isAll } = await rack.run(readSel(session, { limit: 100 }));
    expect(info).toMatchObject({ entryCount: 5, erasedAt: 0, hasOverflowed: false });
    expect(isAll).toBe(true);
    expect(
      entries.map(entry => (entry.kind === 'event' ? [entry.event, entry.direction] : entry.kind)),
    ).toEqual([
      ['physical-security.chassis-intrusion', 'asserted'],
      ['threshold.upper-non-critical-going-high', 'asserted'],
      ['threshold.upper-critical-going-high', 'asserted'],
      ['threshold.upper-non-critical-going-high', 'deasserted'],
      ['threshold.upper-critical-going-high', 'deasserted'],
    ]);
    expect(entries[2]).toMatchObject({
      sensorNumber: 3,
      rawReading: 90,
      rawThreshold: 89,
      severity: 'critical',
      time: { kind: 'clock', unixSeconds: nowMs / 1000 },
    });
  });

  test('it goes on behind the newest entry that is known', async () => {
    const { rack, session, board } = await serverWithEvents();
    const first = await rack.run(readSel(session, { limit: 2 }));
    expect(first).toMatchObject({ isAll: false, entries: [{ id: 1 }, { id: 2 }] });
    const rest = await rack.run(readSel(session, { limit: 100, afterId: 2 }));
    expect(rest.entries.map(({ id }) => id)).toEqual([3, 4, 5]);
    expect((await rack.run(readSel(session, { limit: 100, afterId: 5 }))).entries).toEqual([]);
    board.setStates('Intrusion', []);
    const newest = await rack.run(readSel(session, { limit: 100, afterId: 5 }));
    expect(newest.entries).toMatchObject([{ id: 6, direction: 'deasserted', severity: 'ok' }]);
  });

  test('a log that was cleared meanwhile is read from its beginning', async () => {
    const { rack, session, board } = await serverWithEvents();
    await rack.run(clearSel(session, rack.clock));
    board.setValue('Fan 1', 0);
    const { entries, info } = await rack.run(readSel(session, { limit: 100, afterId: 5 }));
    expect(entries.map(({ id }) => id)).toEqual([1, 2]);
    expect(info.erasedAt).toBe(nowMs / 1000);
  });

  test('a BMC that refuses whole entries is asked for pieces, with a new reservation when one is lost', async () => {
    const { rack, session } = await serverWithEvents();
    const whole = await rack.run(readSel(session, { limit: 100 }));
    let losses = 0;
    const odd = oddSession(session, command => {
      if (!isGetEntry(command)) return undefined;
      if (command.data.readUInt8(5) > 8) return { code: 0xca };
      if (command.data.readUInt16LE(2) !== 3 || losses >= 2) return undefined;
      losses += 1;
      return { code: 0xc5 };
    });
    expect(await rack.run(readSel(odd, { limit: 100 }))).toEqual(whole);
    expect(odd.asked.filter(({ command }) => command === 0x42)).toHaveLength(3);
  });

  test('a log that bites its tail has an end', async () => {
    const { rack, session } = await serverWithEvents();
    const entry = Buffer.concat([Buffer.of(9, 0), Buffer.alloc(16, 2)]);
    const odd = oddSession(session, command => (isGetEntry(command) ? { data: entry } : undefined));
    const { entries, faults } = await rack.run(readSel(odd, { limit: 1000 }));
    expect(entries).toHaveLength(2);
    expect(faults).toEqual(['entry 9: the list of entries has no end']);
  });
});

describe('clearing', () => {
  test('it waits for a BMC that takes its time', async () => {
    const { rack, session } = await serverWithEvents();
    let polls = 0;
    const slow = oddSession(session, ({ command, data }) => {
      if (command !== 0x47 || data.readUInt8(5) !== 0) return undefined;
      polls += 1;
      return { data: Buffer.of(polls > 3 ? 1 : 0) };
    });
    const startMs = rack.clock.nowMs();
    await rack.run(clearSel(slow, rack.clock));
    expect(polls).toBe(4);
    expect(rack.clock.nowMs() - startMs).toBeGreaterThan(1400);
  });

  test('it gives up on one that never ends', async () => {
    const { rack, session } = await serverWithEvents();
    const stuck = oddSession(session, ({ command }) =>
      command === 0x47 ? { data: Buffer.of(0) } : undefined,
    );
    expect(await rack.failure(clearSel(stuck, rack.clock))).toMatchObject({ kind: 'busy' });
  });

  test('an event between reservation and erasure saves the log once, not the second time', async () => {
    const { rack, session, board } = await serverWithEvents();
    let events = 0;
    const busy = oddSession(session, ({ command, data }) => {
      if (command === 0x47 && data.readUInt8(5) === 0xaa && events === 0) {
        events += 1;
        board.setStates('Intrusion', []);
      }
      return undefined;
    });
    await rack.run(clearSel(busy, rack.clock));
    expect(busy.asked.filter(({ command }) => command === 0x42)).toHaveLength(2);
    expect((await rack.run(readSel(session, { limit: 10 }))).entries).toEqual([]);
  });
});

test('the clock of the log can be read and set', async () => {
  const { rack, session } = await serverWithEvents();
  expect(await rack.run(session.run(getSelTime))).toBe(nowMs / 1000);
  await rack.run(session.run(setSelTime(0x7654_3210)));
  expect(await rack.run(session.run(getSelTime))).toBe(0x7654_3210);
});
