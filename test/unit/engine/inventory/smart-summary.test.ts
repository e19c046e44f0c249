import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAgentInventory } from '#engine/inventory/agent-inventory.ts';
import { smartSummaryOf } from '#engine/inventory/smart-summary.ts';
import { smartSummary } from '#shared/contract/index.ts';
import { anAttribute, nvmeReport, sasReport, sataReport } from '#test/fakes/smartctl.ts';

describe('a SATA disk', () => {
  it('has its counts by their attributes', () => {
    const report = sataReport([
      anAttribute(5, 'Reallocated_Sector_Ct', 100, 8),
      anAttribute(187, 'Reported_Uncorrect', 98, 2),
      anAttribute(197, 'Current_Pending_Sector', 100, 16),
      anAttribute(198, 'Offline_Uncorrectable', 100, 1),
    ]);
    expect(smartSummaryOf(report)).toEqual({
      verdict: 'passed',
      powerOnHours: 1730,
      temperatureCelsius: 32,
      percentUsed: null,
      availableSparePercent: null,
      reallocatedSectors: 8,
      pendingSectors: 16,
      uncorrectableErrors: 2,
      mediaErrors: null,
      grownDefects: null,
      loggedErrors: 3,
      criticalWarnings: [],
    });
  });

  it('that failed its own check is failing, as is one whose attribute is below its threshold now', () => {
    expect(smartSummaryOf(sataReport([], false))?.verdict).toBe('failing');
    const now = anAttribute(5, 'Reallocated_Sector_Ct', 1, 2040, 'now');
    expect(smartSummaryOf(sataReport([now]))?.verdict).toBe('failing');
    const past = anAttribute(190, 'Airflow_Temperature_Cel', 60, 40, 'past');
    expect(smartSummaryOf(sataReport([past]))?.verdict).toBe('passed');
  });

  it('has its wear by the name of the attribute, because a number has other meanings elsewhere', () => {
    const wear = anAttribute(233, 'Media_Wearout_Indicator', 88, 0);
    expect(smartSummaryOf(sataReport([wear]))?.percentUsed).toBe(12);
    const hot = anAttribute(231, 'Temperature_Celsius', 40, 40);
    expect(smartSummaryOf(sataReport([hot]))?.percentUsed).toBeNull();
  });

  it('that packs several counts into one raw value says nothing that we understand', () => {
    const packed = anAttribute(5, 'Reallocated_Sector_Ct', 100, 8_590_065_666);
    expect(smartSummaryOf(sataReport([packed]))?.reallocatedSectors).toBeNull();
  });
});

it('a SAS disk has grown defects, and the uncorrected errors of all that it does', () => {
  expect(smartSummaryOf(sasReport)).toMatchObject({
    verdict: 'passed',
    powerOnHours: 43_549,
    grownDefects: 56,
    uncorrectableErrors: 3,
    reallocatedSectors: null,
  });
});

describe('an NVMe disk', () => {
  it('has wear, spare and media errors', () => {
    expect(smartSummaryOf(nvmeReport({ media_errors: 7, percentage_used: 104 }))).toMatchObject({
      verdict: 'passed',
      percentUsed: 104,
      availableSparePercent: 100,
      mediaErrors: 7,
      loggedErrors: 82,
      criticalWarnings: [],
    });
  });

  it.each([
    [1, 'failing', ['spare-low']],
    [2, 'passed', ['temperature']],
    [4, 'failing', ['unreliable']],
    [8, 'failing', ['read-only']],
    [16, 'failing', ['backup-failed']],
    [32, 'failing', ['memory-region']],
    [64, 'failing', []],
  ])('with critical warning %i is %s', (critical_warning, verdict, criticalWarnings) => {
    expect(smartSummaryOf(nvmeReport({ critical_warning }, false))).toMatchObject({
      verdict,
      criticalWarnings,
    });
  });

  it('whose spare is below its threshold is failing before it says so itself', () => {
    expect(smartSummaryOf(nvmeReport({ available_spare: 9 }))).toMatchObject({
      verdict: 'failing',
      criticalWarnings: ['spare-low'],
    });
  });
});

describe('what is no report', () => {
  it.each([null, undefined, 7, 'text', [], {}, { smart_status: null }, { smart_status: { passed: 'yes' } }])(
    '%j is none',
    value => {
      expect(smartSummaryOf(value)).toBeNull();
    },
  );

  it.each([
    ['a negative count', { power_on_time: { hours: -1 } }],
    ['a fraction', { power_on_time: { hours: 1.5 } }],
    ['a text', { power_on_time: { hours: '12' } }],
    ['a list for an object', { power_on_time: [] }],
    ['rows that are none', { ata_smart_attributes: { table: [null, 7, 'x', { id: '5' }, {}] } }],
    [
      'more rows than there are',
      { ata_smart_attributes: { table: Array.from({ length: 5000 }, () => ({ id: 5, raw: { value: 1 } })) } },
    ],
  ])('%s counts as not said, the rest stays', (_, wrong) => {
    const found = smartSummaryOf({ ...sataReport(), ...wrong });
    expect(found).toMatchObject({ verdict: 'passed', reallocatedSectors: null });
    expect(smartSummary.safeParse(found).success).toBe(true);
  });
});

it('any JSON at any place of a report gives what the contract allows, or nothing', () => {
  const reports = [sataReport([anAttribute(5, 'Reallocated_Sector_Ct', 100, 8)]), sasReport, nvmeReport({})];
  const places = reports.flatMap(report => pathsOf(report).map(path => [report, path] as const));
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.jsonValue(), ([report, path], value) => {
      const found = smartSummaryOf(withAt(report, path, value));
      expect(found === null || smartSummary.safeParse(found).success).toBe(true);
    }),
  );
});

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner).map(path => [key, ...path]))];
}

function withAt(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const entries = Object.entries(value as object);
  const changed = entries.map(([name, inner]) => [
    name,
    name === key ? withAt(inner, rest, replacement) : inner,
  ]);
  return Array.isArray(value) ? changed.map(([, inner]) => inner) : Object.fromEntries(changed);
}

describe('an inventory', () => {
  const least = { schema: 1, firmware: { mode: 'uefi' } };
  const parsed = (change: object) => {
    const found = parseAgentInventory({ ...least, ...change }, 1);
    if ('reason' in found) throw new Error(found.reason);
    return found.inventory;
  };

  it('of an older ramdisk looked at no errors', () => {
    const { disks, nics, memoryErrors, pciErrors } = parsed({
      disks: [{ name: 'sda' }],
      nics: [{ name: 'eno1' }],
      memory: { totalBytes: 1, dimms: [] },
    });
    expect([disks[0]?.smart, nics[0]?.errors, memoryErrors, pciErrors]).toEqual([null, null, null, null]);
  });

  it('has what the kernel counts', () => {
    const device = {
      pciAddress: '0000:3b:00.0',
      class: '0x010802',
      driver: 'nvme',
      correctable: 12,
      nonFatal: 0,
      fatal: null,
      linkSpeed: '8.0 GT/s',
      maxLinkSpeed: '16.0 GT/s',
      linkWidth: 4,
      maxLinkWidth: 4,
    };
    const counts = { receive: 3, crc: 2, frame: null, transmit: 0, carrierLosses: 1 };
    const dimm = { controller: 'mc0', dimm: 'A1', correctable: 3, uncorrectable: 0 };
    const found = parsed({
      nics: [{ name: 'eno1', errors: counts }],
      memory: { totalBytes: 1, errors: [dimm, { ...dimm, dimm: null }] },
      pciErrors: [{ ...device, vendorId: '144d', deviceId: 'a808' }],
    });
    expect(found.nics[0]?.errors).toEqual(counts);
    expect(found.memoryErrors).toEqual([dimm, { ...dimm, dimm: null }]);
    expect(found.pciErrors).toEqual([{ ...device, pciId: '144d:a808' }]);
  });

  it('keeps everything else when errors are nonsense', () => {
    const nonsense = { a: [{ b: 'x'.repeat(9000) }] };
    for (const wrong of [7, 'x', nonsense, [nonsense], [null], true]) {
      const found = parsed({
        disks: [{ name: 'sda', serial: 'S1', smart: wrong }],
        nics: [{ name: 'eno1', errors: wrong }],
        memory: { totalBytes: 5, errors: wrong },
        pciErrors: wrong,
      });
      expect(found).toMatchObject({ memoryBytes: 5, disks: [{ serial: 'S1', smart: null }] });
      expect(found.memoryErrors ?? []).toEqual([]);
      expect(found.pciErrors ?? []).toEqual([]);
    }
  });
});
