import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * A machine made of folders: the parts of /sys, /proc and /dev that the agent reads, disks that are files.
 * The agent looks there when RACKSIDE_SANDBOX names its root.
 */
export interface MadeUpDisk {
  readonly name: string;
  readonly sizeBytes: number;
  readonly serial?: string | Uint8Array;
  /** SCSI `naa.…` or NVMe `eui.…`, as the kernel's `wwid` shows it. */
  readonly wwid?: string;
  readonly model?: string;
  readonly readOnly?: boolean;
  readonly rotational?: boolean;
  /** 512 unless said otherwise. */
  readonly logicalSectorBytes?: number;
  /** PCI address and driver of the controller; two disks may share one. */
  readonly controller?: { readonly pciAddress: string; readonly driver: string };
  /** It hangs on libata, as SATA disks do. */
  readonly ataPort?: number;
}

export interface MadeUpMachine {
  readonly root: string;
  diskFile(name: string): string;
  /** Writes a file below the root, with its folders. */
  write(path: string, content: string | Uint8Array): void;
  /** A program of this machine only, found before the real one. */
  program(name: string, script: string): void;
  /** What is in memory is gone. */
  powerCycle(): void;
  remove(): void;
}

export interface MachineOptions {
  readonly disks: readonly MadeUpDisk[];
  readonly uefi?: boolean;
}

const ahci = { pciAddress: '0000:00:1f.2', driver: 'ahci' };

export function makeMachine(options: MachineOptions): MadeUpMachine {
  const root = mkdtempSync(join(tmpdir(), 'rk-ramdisk-'));
  const write = (path: string, content: string | Uint8Array): void => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    linkOnce(join(root, target), join(root, path));
  };
  for (const folder of ['sys/block', 'sys/class/net', 'proc/sys/vm', 'dev', 'run']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  write('proc/cpuinfo', 'processor\t: 0\nmodel name\t: Made Up CPU\nphysical id\t: 0\ncore id\t\t: 0\n');
  write('proc/meminfo', 'MemTotal:        2048 kB\n');
  write('proc/mounts', '');
  write('sys/class/dmi/id/sys_vendor', 'Made Up Inc.\n');
  write('sys/class/dmi/id/product_name', 'Server 1\n');
  write('sys/class/dmi/id/product_serial', 'Default string\n');
  if (options.uefi === true) mkdirSync(join(root, 'sys/firmware/efi/efivars'), { recursive: true });
  options.disks.forEach((disk, index) => {
    addDisk(disk, index, write, link);
    writeFileSync(join(root, 'dev', disk.name), '');
    truncateSync(join(root, 'dev', disk.name), disk.sizeBytes);
  });
  return {
    root,
    diskFile: name => join(root, 'dev', name),
    write,
    program: (name, script) => {
      write(`stubs/${name}`, `#!/bin/sh\n${script}\n`);
      chmodSync(join(root, 'stubs', name), 0o755);
    },
    powerCycle: () => rmSync(join(root, 'run'), { recursive: true, force: true }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

function addDisk(
  disk: MadeUpDisk,
  index: number,
  write: (path: string, content: string | Uint8Array) => void,
  link: (path: string, target: string) => void,
): void {
  const controller = disk.controller ?? ahci;
  const pci = `sys/devices/pci0000:00/${controller.pciAddress}`;
  const port = disk.ataPort === undefined ? '' : `/ata${disk.ataPort}`;
  const device = `${pci}${port}/host${index}/target${index}:0:0/${index}:0:0:0`;
  const block = `${device}/block/${disk.name}`;
  const serial =
    typeof disk.serial === 'string' ? Buffer.from(disk.serial) : (disk.serial ?? Buffer.alloc(0));
  write(`${block}/size`, `${disk.sizeBytes / 512}\n`);
  write(`${block}/ro`, disk.readOnly === true ? '1\n' : '0\n');
  write(`${block}/removable`, '0\n');
  write(`${block}/queue/rotational`, disk.rotational === true ? '1\n' : '0\n');
  write(`${block}/queue/logical_block_size`, `${disk.logicalSectorBytes ?? 512}\n`);
  write(`${device}/vendor`, 'MADEUP  \n');
  write(`${device}/model`, `${disk.model ?? 'Disk Model'}      \n`);
  write(`${device}/wwid`, disk.wwid === undefined ? 't10.MADEUP\n' : `${disk.wwid}\n`);
  write(`${device}/vpd_pg80`, Buffer.concat([Buffer.from([0, 0x80, 0, serial.length]), serial]));
  write(`${pci}/vendor`, '0x8086\n');
  write(`${pci}/device`, '0x2922\n');
  write(`sys/bus/pci/drivers/${controller.driver}/module`, '');
  link(`${pci}/driver`, `sys/bus/pci/drivers/${controller.driver}`);
  link(`sys/bus/pci/devices/${controller.pciAddress}`, pci);
  link(`${block}/device`, device);
  link(`sys/block/${disk.name}`, block);
}

/** A link that may be there already. */
export function linkOnce(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  }
}

/** sfdisk's own words for a partition table, written to a disk that is a file. */
export function partition(file: string, script: string): void {
  execFileSync('sfdisk', ['--quiet', '--wipe', 'never', file], { input: script });
}

export interface PartitionTable {
  readonly label: string;
  readonly partitions: readonly { node: string; start: number; size: number; type: string; name?: string }[];
}

export function readPartitions(file: string): PartitionTable {
  const parsed: { partitiontable: PartitionTable } = JSON.parse(
    execFileSync('sfdisk', ['--json', file], { encoding: 'utf8' }),
  );
  return parsed.partitiontable;
}
