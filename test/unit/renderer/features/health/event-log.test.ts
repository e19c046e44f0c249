import { beforeEach, expect, it } from 'vitest';
import { eventLogCells } from '#renderer/features/health/event-log/event-log-cells.ts';
import { eventMatcher, findEvents } from '#renderer/features/health/event-log/event-search.ts';
import { happenedText } from '#renderer/features/health/event-log/event-words.ts';
import { formatCsv } from '#renderer/features/rack/transfer/delimited.ts';
import { startI18n, translate } from '#renderer/i18n/i18n.ts';
import type { HealthEvent, RacksideClient } from '#shared/contract/index.ts';
import { nodeId } from '#test/fakes/rows.ts';

beforeEach(() => startI18n('en'));

const hot: HealthEvent = {
  seq: 9,
  nodeId,
  entryId: 412,
  at: null,
  readAt: Date.UTC(2026, 10, 26),
  severity: 'critical',
  sensorName: 'CPU1 Temp',
  sensorType: 'temperature',
  event: 'threshold.upper-critical-going-high',
  direction: 'asserted',
  generator: 'controller 20h',
  reading: 96,
  threshold: 95,
  unit: 'degrees-c',
  data: '59605f',
};

it('an entry of the event log is a sentence with its figures, and says when it is over', () => {
  const [what, figures] = ['rose above the upper critical limit', '96 °C, limit 95 °C'];
  expect(happenedText(translate, hot)).toBe(`${what}: ${figures}`);
  const quiet = { reading: null, threshold: null, unit: '' };
  expect(happenedText(translate, { ...hot, ...quiet, direction: 'deasserted' })).toBe(`over: ${what}`);
  expect(happenedText(translate, { ...hot, ...quiet, event: 'oem' })).toBe('oem');
});

it('a search finds what the page shows of an entry, in its language', async () => {
  const finds = (text: string) => eventMatcher(translate, text)(hot);
  expect(finds('rose ABOVE cpu1')).toBe(true);
  expect(finds('96 °C')).toBe(true);
  expect(finds('going-high')).toBe(false);
  await startI18n('zh-CN');
  expect(finds('严重')).toBe(true);
  expect(finds('温度')).toBe(true);
  expect(finds('风扇')).toBe(false);
});

it('a search goes on through a long log until it has enough, and from there when more is wanted', async () => {
  const log = Array.from({ length: 2500 }, (_, index) => ({
    ...hot,
    seq: 2500 - index,
    sensorName: index % 500 === 0 ? 'PSU1' : 'Fan1',
  }));
  const events = async ({ beforeSeq = Number.POSITIVE_INFINITY, limit = 0 }) =>
    log.filter(({ seq }) => seq < beforeSeq).slice(0, limit);
  const client = { health: { events } } as unknown as RacksideClient;
  const find = (beforeSeq: number | null, most: number) =>
    findEvents(translate, client, nodeId, { severities: [], text: 'psu1' }, { beforeSeq, most });
  const first = await find(null, 3);
  expect(first.events.map(({ seq }) => seq)).toEqual([2500, 2000, 1500, 1000]);
  expect((await find(first.beforeSeq, 3)).events.map(({ seq }) => seq)).toEqual([500]);
  expect((await find(null, 100)).beforeSeq).toBeNull();
});

it('the event log as CSV says what the list says, and nothing that a spreadsheet would calculate', () => {
  const evil = { ...hot, sensorName: '=HYPERLINK("http://x")', generator: '@a,b' };
  const [header, , line = ''] = formatCsv(eventLogCells(translate, [hot, evil])).split('\r\n');
  expect(header).toContain('Number in the BMC,Time,Severity,Sensor');
  expect(line).toContain(`412,no time in the BMC,Critical,"'=HYPERLINK(""http://x"")",Temperatures`);
  expect(line).toContain(`"'@a,b",59605f`);
});
