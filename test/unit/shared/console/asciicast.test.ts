import { expect, it } from 'vitest';
import { asciicast } from '#shared/console/asciicast.ts';

it('is a header and a line for each event, with what was typed as its length alone', () => {
  const events = [
    { atMs: 0, kind: 'o', data: 'bG9naW46IA==' },
    { atMs: 1500, kind: 'i', data: '4' },
    { atMs: 2000, kind: 'm', data: 'lost' },
  ] as const;
  const recording = { startedAt: 1_764_142_200_500, columns: 80, rows: 24 };
  const lines = [...asciicast(recording, 'r4u01', events, atob)];
  expect(lines.map(line => JSON.parse(line))).toEqual([
    { version: 2, width: 80, height: 24, timestamp: 1_764_142_200, title: 'r4u01' },
    [0, 'o', 'login: '],
    [1.5, 'i', '****'],
    [2, 'm', 'lost'],
  ]);
  expect(lines.every(line => line.endsWith('\n'))).toBe(true);
});
