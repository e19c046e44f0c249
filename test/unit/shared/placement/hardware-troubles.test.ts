import { describe, expect, it } from 'vitest';
import type { PciErrors } from '#shared/contract/index.ts';
import { hardwareTroubles, hasLookedAtErrors } from '#shared/placement/hardware-troubles.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk } from '#test/fakes/rows.ts';
import { aSmart } from '#test/fakes/smartctl.ts';
import { nic } from './network-machine.ts';

const kinds = (change: Parameters<typeof anInventory>[0]) =>
  hardwareTroubles(anInventory(change)).map(({ kind }) => kind);
const ofDisk = (smart: Parameters<typeof aSmart>[0]) => kinds({ disks: [aDisk({ smart: aSmart(smart) })] });

describe('a disk', () => {
  it('without SMART, or without errors, has no trouble', () => {
    expect(kinds({ disks: [aDisk(), aDisk({ smart: aSmart() })] })).toEqual([]);
  });

  it.each([
    [{ verdict: 'failing' }, 'disk-failing'],
    [{ pendingSectors: 1 }, 'disk-pending'],
    [{ reallocatedSectors: 1 }, 'disk-reallocated'],
    [{ uncorrectableErrors: 1 }, 'disk-uncorrectable'],
    [{ mediaErrors: 1 }, 'disk-media-errors'],
    [{ grownDefects: 1 }, 'disk-grown-defects'],
    [{ percentUsed: 100 }, 'disk-worn'],
    [{ criticalWarnings: ['temperature'] }, 'disk-hot'],
  ] as const)('with %j is %s', (smart, kind) => {
    expect(
      ofDisk({
        ...smart,
        criticalWarnings: [...('criticalWarnings' in smart ? smart.criticalWarnings : [])],
      }),
    ).toEqual([kind]);
  });

  it('is not worn before all of its writes are used', () => {
    expect(ofDisk({ percentUsed: 99 })).toEqual([]);
  });
});

describe('memory', () => {
  const row = { controller: 'mc0', dimm: 'A1', correctable: 0, uncorrectable: 0 };

  it('has trouble by one uncorrectable error, and by many correctable ones', () => {
    expect(kinds({ memoryErrors: [{ ...row, correctable: 9 }] })).toEqual([]);
    expect(kinds({ memoryErrors: [{ ...row, correctable: 10 }] })).toEqual(['memory-correctable']);
    const [worst] = hardwareTroubles(anInventory({ memoryErrors: [{ ...row, uncorrectable: 1 }] }));
    expect(worst).toMatchObject({
      kind: 'memory-uncorrectable',
      severity: 'critical',
      name: 'A1',
      number: 1,
    });
  });

  it('without a DIMM is named by its controller', () => {
    const [trouble] = hardwareTroubles(
      anInventory({ memoryErrors: [{ ...row, dimm: null, uncorrectable: 1 }] }),
    );
    expect(trouble?.name).toBe('mc0');
  });
});

describe('a link', () => {
  const device: PciErrors = {
    pciAddress: '0000:3b:00.0',
    class: '0x020000',
    pciId: '8086:1572',
    driver: 'i40e',
    correctable: 5,
    nonFatal: 0,
    fatal: 0,
    linkSpeed: '8.0 GT/s',
    maxLinkSpeed: '8.0 GT/s',
    linkWidth: 8,
    maxLinkWidth: 8,
  };
  const ofDevice = (change: Partial<PciErrors>) => kinds({ pciErrors: [{ ...device, ...change }] });

  it.each([
    [{}, []],
    [{ linkWidth: 4 }, ['pci-link']],
    [{ linkSpeed: '2.5 GT/s' }, ['pci-link']],
    [{ linkSpeed: '', maxLinkSpeed: 'Unknown', linkWidth: null }, []],
    [{ linkWidth: 0 }, []],
    [{ nonFatal: 1 }, ['pci-non-fatal']],
    [{ fatal: 1, nonFatal: 1 }, ['pci-fatal', 'pci-non-fatal']],
  ])('with %j has %j', (change, expected) => {
    expect(ofDevice(change)).toEqual(expected);
  });

  it('of a bridge may be slower than it could: a slower card sits behind it', () => {
    expect(ofDevice({ class: '0x060400', linkWidth: 4 })).toEqual([]);
  });

  it('of a NIC has trouble by CRC errors, not by a few at its start', () => {
    const counts = { receive: 0, frame: 0, transmit: 0, carrierLosses: 1 };
    const withCrc = (crc: number) => kinds({ nics: [{ ...nic(1, null), errors: { ...counts, crc } }] });
    expect(withCrc(9)).toEqual([]);
    expect(withCrc(10)).toEqual(['nic-crc']);
  });
});

it('the worst comes first', () => {
  const memoryErrors = [{ controller: 'mc0', dimm: null, correctable: 50, uncorrectable: 0 }];
  const disks = [aDisk({ smart: aSmart({ reallocatedSectors: 4, verdict: 'failing' }) })];
  expect(kinds({ memoryErrors, disks })).toEqual(['disk-failing', 'disk-reallocated', 'memory-correctable']);
});

it('an inventory of an older ramdisk was not looked at', () => {
  expect(hasLookedAtErrors(anInventory())).toBe(false);
  expect(hasLookedAtErrors(anInventory({ pciErrors: [] }))).toBe(true);
});
