import { expect, it } from 'vitest';
import { discoveredRows, type RackRow } from '#renderer/features/rack/rack-rows.ts';
import { noFilter } from '#renderer/features/rack/views/rack-view.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aDiscovered } from '../../rows.ts';

/** The higher the number, the newer. */
function machines(count: number) {
  return new Map(
    Array.from({ length: count }, (_, number) => {
      const mac = `02:00:00:00:00:${number.toString(16).padStart(2, '0')}` as Mac;
      return [
        mac,
        aDiscovered({ mac, firstSeenAt: number, interfaceName: number < 16 ? 'eth0' : 'eth1' }),
      ] as const;
    }),
  );
}
const words = (rows: readonly RackRow[]) =>
  rows.map(row => {
    if (row.is === 'discovered') return row.discovered.mac.slice(-2);
    return row.is === 'unknown-rest' ? `${row.isFolded ? 'and' : 'all'} ${row.count}` : row.is;
  });

it('of hundreds of unknown machines the newest stand above the servers, and one line for the others', () => {
  const rows = discoveredRows(machines(200), noFilter, false);
  expect(words(rows)).toEqual(['c7', 'c6', 'c5', 'c4', 'c3', 'and 195']);
});

it('all of them are shown when that line is opened, which stays to close them', () => {
  const rows = words(discoveredRows(machines(8), noFilter, true));
  expect(rows).toEqual(['07', '06', '05', '04', '03', 'all 3', '02', '01', '00']);
});

it('a filter goes through all of them', () => {
  const rows = discoveredRows(machines(200), { ...noFilter, text: 'eth0' }, false);
  expect(words(rows)).toEqual(['0f', '0e', '0d', '0c', '0b', 'and 11']);
  expect(words(discoveredRows(machines(200), { ...noFilter, text: '00:03' }, false))).toEqual(['03']);
});

it('no line stands for a single machine, which has room itself', () => {
  expect(words(discoveredRows(machines(6), noFilter, false))).toEqual(['05', '04', '03', '02', '01', '00']);
});
