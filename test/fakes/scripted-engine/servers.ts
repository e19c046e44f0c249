import type { Disk, Inventory, Node, SmartSummary } from '#shared/contract/index.ts';
import { aDisk, aNode } from '#test/fakes/rows.ts';
import { GB, macOf, nodeIdOf } from './ids.ts';

const healthy: SmartSummary = {
  verdict: 'passed',
  powerOnHours: 21_460,
  temperatureCelsius: 31,
  percentUsed: 7,
  availableSparePercent: 100,
  reallocatedSectors: 0,
  pendingSectors: 0,
  uncorrectableErrors: 0,
  mediaErrors: null,
  grownDefects: null,
  loggedErrors: 0,
  criticalWarnings: [],
};
export const bootDisk: Disk = aDisk({
  name: 'sda',
  model: 'INTEL SSDSC2KB24',
  serial: 'PHYF8123004A240A',
  wwn: '0x55cd2e414f8a1b2c',
  sizeBytes: 240 * GB,
  rotational: false,
  transport: 'sata',
  contents: ['sda1 vfat "ESP" 537 MB', 'sda2 xfs "root" 239 GB'],
  smart: healthy,
});
export const dataDisk: Disk = aDisk({
  name: 'sdb',
  model: 'PERC H730 Mini',
  serial: '00a8b1c5d2e34f10',
  wwn: '0x6d0946606f2a1e00',
  sizeBytes: 1920 * GB,
  transport: 'raid',
  controller: { pciAddress: '0000:03:00.0', pciId: '1000:005d', driver: 'megaraid_sas' },
  contents: [],
});
const stick: Disk = aDisk({
  name: 'sdc',
  model: 'Internal Dual SD',
  serial: '012345678901',
  wwn: '',
  sizeBytes: 2 * GB,
  rotational: false,
  transport: 'usb',
  controller: null,
  readOnly: true,
  removable: true,
});

/** What ails the fourth server. */
const worn = {
  dataDisk: {
    ...dataDisk,
    model: 'ST2000NM0008',
    transport: 'sata',
    rotational: true,
    smart: {
      ...healthy,
      verdict: 'failing',
      powerOnHours: 48_213,
      temperatureCelsius: 44,
      percentUsed: null,
      availableSparePercent: null,
      reallocatedSectors: 2040,
      pendingSectors: 16,
      uncorrectableErrors: 5,
      loggedErrors: 37,
    },
  } satisfies Disk,
  memoryErrors: [
    { controller: 'mc0', dimm: 'CPU0_DIMM_A1', correctable: 34, uncorrectable: 0 },
    { controller: 'mc0', dimm: 'CPU0_DIMM_B1', correctable: 0, uncorrectable: 0 },
  ],
  pciErrors: [
    {
      pciAddress: '0000:3b:00.0',
      class: '0x020000',
      pciId: '14e4:16d8',
      driver: 'bnxt_en',
      correctable: 12,
      nonFatal: 0,
      fatal: 0,
      linkSpeed: '8.0 GT/s',
      maxLinkSpeed: '8.0 GT/s',
      linkWidth: 4,
      maxLinkWidth: 8,
    },
  ],
};

function inventory(number: number, takenAt: number): Inventory {
  return {
    takenAt,
    firmware: number % 2 === 0 ? 'uefi' : 'bios',
    system: {
      manufacturer: 'Dell Inc.',
      product: 'PowerEdge R740',
      serial: `CN7V${1000 + number}`,
      uuid: `4c4c4544-0043-4e10-8037-${String(number).padStart(12, '0')}`,
    },
    cpu: { model: 'Intel(R) Xeon(R) Gold 6230', sockets: 2, cores: 40, threads: 80, arch: 'x86_64' },
    memoryBytes: 384 * 1024 ** 3,
    dimms: Array.from({ length: 12 }, (_, slot) => ({
      locator: `A${slot + 1}`,
      sizeBytes: 32 * 1024 ** 3,
      type: 'DDR4',
      speed: '2933 MT/s',
    })),
    disks: [bootDisk, number === 4 ? worn.dataDisk : dataDisk, stick],
    nics: [0, 1, 2, 3].map(nic => ({
      name: `eno${nic + 1}`,
      mac: macOf(number, nic),
      carrier: nic < 2,
      speedMbps: nic < 2 ? 10_000 : null,
      driver: 'bnxt_en',
      pciId: '14e4:16d8',
      lldp:
        nic === 0
          ? { chassis: 'tor-1', port: `Ethernet1/${number}`, description: 'rack 4', vlan: 100 }
          : null,
      errors: { receive: 0, crc: 0, frame: 0, transmit: 0, carrierLosses: nic < 2 ? 1 : 0 },
    })),
    bmcAddress: `10.78.0.${10 + number}`,
    memoryErrors: number === 4 ? worn.memoryErrors : [],
    pciErrors: number === 4 ? worn.pciErrors : [],
  };
}

export function server(number: number, now: number, change: Partial<Node>): Node {
  return aNode({
    id: nodeIdOf(number),
    name: `r4u${String(number).padStart(2, '0')}`,
    bmc: {
      address: `10.78.0.${10 + number}`,
      port: 623,
      username: 'root',
      hasPassword: true,
      hasBmcKey: false,
      protocol: 'auto',
      privilege: null,
      cipherSuite: 17,
      interfaceVersion: '2.0',
      manufacturer: 'Dell Inc.',
      firmware: '2.86',
    },
    inventory: inventory(number, now - 3_600_000),
    bootMode: number % 2 === 0 ? 'uefi' : 'bios',
    createdAt: now - 86_400_000,
    updatedAt: now,
    ...change,
  });
}
