import { describe, expect, it } from 'vitest';
import { nameFrom, proposedNames } from '#renderer/features/rack/scan/name-pattern.ts';
import { newPair, newScan, type ScanForm, scanInput } from '#renderer/features/rack/scan/scan-form.ts';
import { mayEnroll, patchScan } from '#renderer/features/rack/scan/scan-state.ts';
import type { FoundBmc, Scan } from '#shared/contract/index.ts';
import type { NodeId, ScanId } from '#shared/model/ids.ts';

describe('the form of a scan', () => {
  const form = (change: Partial<ScanForm>): ScanForm => ({ ...newScan(), ranges: '10.0.0.1-4', ...change });

  it('leaves out rows in which nothing was typed, and keeps the order', () => {
    const pairs = [
      newPair(),
      { ...newPair(), username: 'root', password: 'calvin' },
      newPair(),
      { ...newPair(), username: 'ADMIN' },
    ];
    expect(scanInput(form({ pairs }))).toEqual({
      ranges: '10.0.0.1-4',
      port: 623,
      packetsPerSecond: 50,
      credentials: [
        { username: 'root', password: 'calvin' },
        { username: 'ADMIN', password: '' },
      ],
      beyondPrivate: false,
    });
  });

  it.each([
    { ranges: '' },
    { ranges: '10.0.0.40-10' },
    { port: '0' },
    { port: '65536' },
    { packetsPerSecond: '4' },
    { packetsPerSecond: '201' },
    { packetsPerSecond: '1.5' },
    { packetsPerSecond: '' },
  ])('is not sent with %o', change => {
    expect(scanInput(form(change))).toBeNull();
  });

  it('wants a word for addresses outside of private networks: for those that are there now', () => {
    const ranges = '192.0.2.1-9';
    expect(scanInput(form({ ranges }))).toBeNull();
    expect(scanInput(form({ ranges, meant: '192.0.2.1' }))).toBeNull();
    expect(scanInput(form({ ranges, meant: ranges }))).toMatchObject({ beyondPrivate: true });
  });
});

describe('names by a pattern', () => {
  it.each([
    ['web-{n}', 'web-7'],
    ['web-{nn}', 'web-07'],
    ['{nnn}', '007'],
    ['bmc-{address}', 'bmc-10-0-0-12'],
    ['r1u{last} ', 'r1u12'],
    ['{n}{x}', '7{x}'],
  ])('%s', (pattern, name) => {
    expect(nameFrom(pattern, '10.0.0.12', 7)).toBe(name);
  });

  it('are marked where they are taken, too long, empty or there twice', () => {
    const chosen = [{ address: '10.0.0.1' }, { address: '10.0.0.2' }] as FoundBmc[];
    const problems = (pattern: string) =>
      [...proposedNames(chosen, pattern, new Set(['web-2'])).values()].map(({ problem }) => problem);
    expect(problems('web-2')).toEqual(['wrong', 'wrong']);
    const one = proposedNames(chosen.slice(1), 'web-{last}', new Set(['web-2']));
    expect([...one.values()]).toEqual([{ name: 'web-2', problem: 'taken' }]);
    expect(problems('web')).toEqual(['wrong', 'wrong']);
    expect(problems('')).toEqual(['wrong', 'wrong']);
    expect(problems(`${'x'.repeat(63)}{n}`)).toEqual(['wrong', 'wrong']);
  });
});

it('names by a pattern are counted past those that servers have', () => {
  const chosen = [{ address: '10.0.0.1' }, { address: '10.0.0.2' }] as FoundBmc[];
  const names = proposedNames(chosen, 'web-{nn}', new Set(['web-01', 'web-03']));
  expect([...names.values()]).toEqual([
    { name: 'web-02', problem: undefined },
    { name: 'web-04', problem: undefined },
  ]);
});

describe('the scan that the page shows', () => {
  const status: Scan['status'] = {
    id: '80000000-0000-4000-8000-000000000001' as ScanId,
    state: 'running',
    ranges: '10.0.0.1-4',
    port: 623,
    packetsPerSecond: 50,
    pairs: 1,
    addresses: 4,
    settled: 0,
    unsent: null,
    startedAt: 1,
    finishedAt: null,
  };
  const bmc: FoundBmc = {
    address: '10.0.0.3' as FoundBmc['address'],
    speaksIpmi: true,
    nodeId: null,
    login: { is: 'waiting' },
  };
  const worked: FoundBmc = {
    ...bmc,
    login: { is: 'worked', pair: 1, username: 'admin', manufacturer: '', firmware: '' },
  };

  it('has each BMC once, as it was told last', () => {
    const scan = patchScan(null, [
      { op: 'started', status },
      { op: 'found', row: bmc },
      { op: 'status', status: { ...status, settled: 2 } },
      { op: 'found', row: worked },
    ]);
    expect(scan).toEqual({ status: { ...status, settled: 2 }, found: [worked] });
    expect(patchScan(scan, [{ op: 'started', status }])?.found).toEqual([]);
    expect(patchScan(scan, [{ op: 'forgotten' }, { op: 'found', row: bmc }])).toBeNull();
  });

  it('offers those whose credentials work and that are no servers yet', () => {
    expect(mayEnroll(bmc)).toBe(false);
    expect(mayEnroll(worked)).toBe(true);
    expect(mayEnroll({ ...worked, nodeId: 'a' as NodeId })).toBe(false);
  });
});
