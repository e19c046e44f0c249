import type { Disk, Inventory, Node } from '#shared/contract/index.ts';
import { aDisk, aNode } from '#test/fakes/rows.ts';
import { GB, macOf, nodeIdOf } from './ids.ts';

export const bootDisk: Disk = aDisk({
  name: 'sda',
  model: 'INTEL SSDSC2KB24',
  serial: 'PHYF8123004A240A',
  wwn: '0x55cd2e414f8a1b2c',
  sizeBytes: 240 * GB,
  rotational: false,
  transport: 'sata',
  contents: ['sda1 vfat "ESP" 537 MB', 'sda2 xfs "root" 239 GB'],
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
    disks: [bootDisk, dataDisk, stick],
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
    })),
    bmcAddress: `10.78.0.${10 + number}`,
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
