import type { Mac } from '#shared/model/mac.ts';
import { describeDisk, type VirtualDisk } from './disk.ts';

/** What a simulated machine's ramdisk would report (`assets/ramdisk/protocol.md`, "Inventory"). */
export function inventoryOf(
  machine: {
    readonly name: string;
    readonly serial: string;
    readonly mac: Mac;
    readonly firmware: 'bios' | 'uefi';
    readonly disk: VirtualDisk;
  },
  address: string,
): object {
  return {
    schema: 1,
    firmware: { mode: machine.firmware, secureBoot: machine.firmware === 'uefi' ? false : null },
    bootNic: machine.mac,
    system: { manufacturer: 'Rackside', product: 'Virtual server', serial: machine.serial, uuid: '' },
    cpu: { model: 'Simulated CPU', architecture: 'x86_64', sockets: 2, cores: 16, threads: 32 },
    memory: {
      totalBytes: 34_359_738_368,
      dimms: ['A1', 'B1'].map(locator => ({
        locator,
        sizeBytes: 17_179_869_184,
        type: 'DDR4',
        speedMtps: 2933,
      })),
      errors: [],
    },
    disks: [
      {
        ...describeDisk(machine.disk),
        byPath: 'pci-0000:00:1f.2-ata-1',
        model: 'VIRTUAL DISK',
        rotational: false,
        removable: false,
        readOnly: false,
        transport: 'sata',
        hctl: '0:0:0:0',
        controller: { pciAddress: '0000:00:1f.2', vendorId: '8086', deviceId: '2922', driver: 'ahci' },
        partitions: [],
        smart: {
          smart_status: { passed: true },
          power_on_time: { hours: 1200 },
          temperature: { current: 30 },
        },
      },
    ],
    nics: [
      {
        name: 'eth0',
        mac: machine.mac,
        carrier: true,
        speedMbps: 10_000,
        driver: 'ixgbe',
        vendorId: '8086',
        deviceId: '10fb',
        ip: address,
        errors: { receive: 0, crc: 0, frame: 0, transmit: 0, carrierLosses: 0 },
        lldp: { chassisId: 'virtual', portId: machine.name, portDescription: '', systemName: 'virtual-tor' },
      },
    ],
    bmc: null,
    pciErrors: [],
  };
}
