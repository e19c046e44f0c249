/** The servers of the scenarios: what differs in the field differs here (firmware, NIC, controllers, disk order). */
import type { DiskSpec, MachineSpec } from './qemu-arguments.ts';

const gib = 1024 ** 3;

const disk = (controller: DiskSpec['controller'], serial: string, sizeGib: number): DiskSpec => ({
  controller,
  serial,
  sizeBytes: sizeGib * gib,
  isBootDisk: false,
});
const bootDisk = (controller: DiskSpec['controller'], serial: string, sizeGib: number): DiskSpec => ({
  ...disk(controller, serial, sizeGib),
  isBootDisk: true,
});

/** BIOS, Intel gigabit, the system's disk behind a SAS HBA and a smaller spare that Linux finds first. */
export const biosServer: MachineSpec = {
  name: 'rack1-bios',
  firmware: 'bios',
  nic: 'e1000',
  mac: '52:54:00:1a:b0:01',
  bootOrder: 'network-first',
  memoryMib: 1024,
  disks: [disk('virtio-blk', 'SPARE-0001', 4), bootDisk('mptsas', 'SAS-SYS-0001', 8)],
};

/** UEFI that boots by its own network stack (TFTP), SATA system disk and an NVMe spare. */
export const uefiServer: MachineSpec = {
  name: 'rack2-uefi',
  firmware: 'uefi',
  nic: 'virtio-net-pci',
  mac: '52:54:00:1a:b0:02',
  bootOrder: 'network-first',
  memoryMib: 1024,
  disks: [disk('nvme', 'NVME-SPARE-02', 4), bootDisk('ahci', 'SATA-SYS-0002', 8)],
};

/** The other controllers; its firmware tries the disk first, so only the BMC's one-shot PXE gets it onto the network. */
export const virtualServer: MachineSpec = {
  name: 'rack3-disk-first',
  firmware: 'bios',
  nic: 'virtio-net-pci',
  mac: '52:54:00:1a:b0:03',
  bootOrder: 'disk-first',
  memoryMib: 1024,
  disks: [bootDisk('virtio-blk', 'VBLK-SYS-0003', 8)],
};

/** The same kind of machine on the other network. */
export const elsewhereServer: MachineSpec = {
  ...virtualServer,
  name: 'rack10-elsewhere',
  mac: '52:54:00:1a:b0:10',
  wire: 'second',
  disks: [bootDisk('virtio-blk', 'VBLK-SYS-0010', 8)],
};

/** UEFI whose PCI Express NIC brings its own boot ROM; NVMe only. */
export const nvmeServer: MachineSpec = {
  name: 'rack5-nvme',
  firmware: 'uefi',
  nic: 'e1000e',
  mac: '52:54:00:1a:b0:05',
  bootOrder: 'network-first',
  memoryMib: 1024,
  disks: [bootDisk('nvme', 'NVME-SYS-0005', 8)],
};

/** A customer's disk behind a RAID controller: smaller than the system disk and found first. Nobody may touch it. */
export const twoDiskServer: MachineSpec = {
  name: 'rack4-two-disks',
  firmware: 'bios',
  nic: 'e1000e',
  mac: '52:54:00:1a:b0:04',
  bootOrder: 'network-first',
  memoryMib: 1024,
  disks: [disk('megasas', 'CUSTOMER-0004', 3), bootDisk('ahci', 'SATA-SYS-0004', 8)],
};

/** Small disks, for what reads or writes them as a whole. */
export const smallDisksServer: MachineSpec = {
  name: 'rack8-small-disks',
  firmware: 'bios',
  nic: 'e1000e',
  mac: '52:54:00:1a:b0:08',
  bootOrder: 'network-first',
  memoryMib: 1024,
  disks: [
    disk('megasas', 'CUSTOMER-0008', 0.5),
    bootDisk('ahci', 'SATA-SYS-0008', 0.5),
    disk('nvme', 'NVME-DATA-0008', 0.5),
  ],
};

/** Two equal disks. */
export const mirrorServer: MachineSpec = {
  name: 'rack9-mirror',
  firmware: 'bios',
  nic: 'e1000e',
  mac: '52:54:00:1a:b0:09',
  bootOrder: 'network-first',
  memoryMib: 1024,
  disks: [bootDisk('ahci', 'MIRROR-A-0009', 4), disk('ahci', 'MIRROR-B-0009', 4)],
};

/** Two NICs on one wire, for a bond; a distribution's own installer is one long job for both processors. */
export const bondedBiosServer: MachineSpec = {
  name: 'rack6-bonded-bios',
  firmware: 'bios',
  nic: 'e1000',
  mac: '52:54:00:1a:b0:06',
  otherMacs: ['52:54:00:1a:b1:06'],
  bootOrder: 'network-first',
  cpus: 2,
  memoryMib: 1536,
  disks: [disk('virtio-blk', 'SPARE-0006', 4), bootDisk('ahci', 'SATA-SYS-0006', 8)],
};

export const bondedUefiServer: MachineSpec = {
  name: 'rack7-bonded-uefi',
  firmware: 'uefi',
  nic: 'virtio-net-pci',
  mac: '52:54:00:1a:b0:07',
  otherMacs: ['52:54:00:1a:b1:07'],
  bootOrder: 'network-first',
  cpus: 2,
  memoryMib: 1536,
  disks: [disk('ahci', 'SPARE-0007', 4), bootDisk('nvme', 'NVME-SYS-0007', 8)],
};

/** Nobody has enrolled it. */
export const strangeServer: MachineSpec = {
  name: 'stranger',
  firmware: 'bios',
  nic: 'e1000',
  mac: '52:54:00:1a:b0:99',
  bootOrder: 'network-first',
  memoryMib: 512,
  disks: [bootDisk('ahci', 'STRANGE-0099', 2)],
};
