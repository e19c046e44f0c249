import type { Inventory } from '#shared/contract/index.ts';

/** What a ramdisk found, empty but for what the test names. */
export function anInventory(change: Partial<Inventory> = {}): Inventory {
  return {
    takenAt: 1,
    firmware: 'bios',
    system: { manufacturer: '', product: '', serial: '', uuid: '' },
    cpu: { model: '', sockets: 1, cores: 1, threads: 1, arch: 'x86_64' },
    memoryBytes: 0,
    dimms: [],
    disks: [],
    nics: [],
    bmcAddress: '',
    memoryErrors: null,
    pciErrors: null,
    ...change,
  };
}
