/** What a lab machine is made of, and QEMU's arguments for it. Pure: no process, no file. */
import { createHash } from 'node:crypto';
import type { Wire } from './namespaces.ts';

export type DiskController = 'virtio-blk' | 'ahci' | 'nvme' | 'mptsas' | 'megasas';

export type DiskSpec = {
  readonly controller: DiskController;
  readonly serial: string;
  readonly sizeBytes: number;
  /** The disk that the firmware boots; one a machine. */
  readonly isBootDisk: boolean;
};

export type MachineSpec = {
  readonly name: string;
  readonly firmware: 'bios' | 'uefi';
  readonly nic: 'e1000' | 'e1000e' | 'virtio-net-pci';
  readonly mac: string;
  /** The network that its NICs hang on; the first unless said otherwise. */
  readonly wire?: Wire;
  /** NICs of the same make on the same wire that the firmware does not boot from. */
  readonly otherMacs?: readonly string[];
  /** One unless said otherwise: more help a single long job and hurt several machines at once. */
  readonly cpus?: number;
  /** What the firmware tries first when nobody said otherwise; `network-first` is what servers are delivered with. */
  readonly bootOrder: 'network-first' | 'disk-first';
  readonly memoryMib: number;
  readonly disks: readonly DiskSpec[];
};

/** The BMC's word for the next boot only: IPMI 2.0 §28.13 boot device selector, as ipmi_sim names it. */
export type BootOverride = 'none' | 'pxe' | 'disk';

export type MachineFiles = {
  /** One a disk, in the order of `disks`. */
  readonly diskFiles: readonly { readonly path: string; readonly format: 'qcow2' | 'raw' }[];
  readonly uefiVariables: string;
  readonly serialSocket: string;
  readonly qmpSocket: string;
  /** One a NIC. */
  readonly taps: readonly string[];
  readonly uuid: string;
  /** TCP port on 127.0.0.1 of ipmi_sim's in-band side; undefined: no /dev/ipmi0 in the machine. */
  readonly kcsPort: number | undefined;
};

export const ovmfCode = '/usr/share/OVMF/OVMF_CODE_4M.fd';
export const ovmfVariables = '/usr/share/OVMF/OVMF_VARS_4M.fd';

/** QEMU device ids that have a place in the boot order, first to last. */
export function bootSequence(spec: MachineSpec, override: BootOverride): readonly string[] {
  const disks = spec.disks
    .map((disk, index) => ({ id: diskId(index), rank: disk.isBootDisk ? 0 : 1 }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ id }) => id);
  const networkFirst = override === 'none' ? spec.bootOrder === 'network-first' : override === 'pxe';
  return networkFirst ? ['nic0', ...disks] : [...disks, 'nic0'];
}

export const diskId = (index: number): string => `disk${index}`;
export const nicId = (index: number): string => `nic${index}`;
export const nicCount = ({ otherMacs = [] }: MachineSpec): number => 1 + otherMacs.length;

export function qemuArguments(
  spec: MachineSpec,
  files: MachineFiles,
  override: BootOverride,
): readonly string[] {
  const sequence = bootSequence(spec, override);
  const bootIndex = (id: string): number => sequence.indexOf(id) + 1;
  return [
    [
      '-accel',
      'tcg',
      '-cpu',
      'Nehalem,+rdrand',
      '-smp',
      String(spec.cpus ?? 1),
      '-m',
      String(spec.memoryMib),
    ],
    ['-nodefaults', '-display', 'none', '-rtc', 'base=utc', '-uuid', files.uuid],
    ['-smbios', `type=1,manufacturer=Lab,product=LabServer,serial=SN-${spec.name}`],
    firmwareArguments(spec, files),
    ['-chardev', `socket,id=serial0,path=${files.serialSocket},reconnect=1`, '-serial', 'chardev:serial0'],
    ['-qmp', `unix:${files.qmpSocket},server=on,wait=off`],
    inBandArguments(files.kcsPort),
    diskArguments(spec, files, bootIndex),
    nicArguments(spec, files, bootIndex('nic0')),
  ].flat();
}

function nicArguments(spec: MachineSpec, { taps }: MachineFiles, bootIndex: number): readonly string[] {
  return [spec.mac, ...(spec.otherMacs ?? [])].flatMap((mac, index) => {
    const firmware = index === 0 ? `,bootindex=${bootIndex}${nicRom(spec)}` : ',romfile=';
    return [
      ['-netdev', `tap,id=net${index},ifname=${taps[index]},script=no,downscript=no`],
      ['-device', `${spec.nic},id=${nicId(index)},netdev=net${index},mac=${mac}${firmware}`],
    ].flat();
  });
}

function firmwareArguments(spec: MachineSpec, files: MachineFiles): readonly string[] {
  // graphics=off: SeaBIOS writes its screen to the serial port.
  if (spec.firmware === 'bios') return ['-machine', 'pc,graphics=off'];
  return [
    ['-machine', 'q35,graphics=off'],
    ['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${ovmfCode}`],
    ['-drive', `if=pflash,format=raw,unit=1,file=${files.uefiVariables}`],
    // It waits a minute for PXE over IPv6, which no network of the lab has (OVMF's RUNTIME_CONFIG.md).
    ['-fw_cfg', 'name=opt/org.tianocore/IPv6PXESupport,string=n'],
  ].flat();
}

/**
 * OVMF drives virtio-net itself: without the option ROM its own network stack is what boots. For Intel NICs it has no
 * driver; there the ROM is, as on many a server, an iPXE that the firmware runs.
 */
function nicRom({ firmware, nic }: MachineSpec): string {
  return firmware === 'uefi' && nic === 'virtio-net-pci' ? ',romfile=' : '';
}

function inBandArguments(kcsPort: number | undefined): readonly string[] {
  if (kcsPort === undefined) return [];
  return [
    ['-chardev', `socket,id=ipmi0,host=127.0.0.1,port=${kcsPort},reconnect=5`],
    ['-device', 'ipmi-bmc-extern,id=bmc0,chardev=ipmi0', '-device', 'isa-ipmi-kcs,bmc=bmc0'],
  ].flat();
}

function diskArguments(
  spec: MachineSpec,
  files: MachineFiles,
  bootIndex: (id: string) => number,
): readonly string[] {
  const controllers = new Set<string>();
  return spec.disks.flatMap((disk, index) => {
    const file = files.diskFiles[index];
    if (file === undefined) throw new Error(`no file for disk ${index} of ${spec.name}`);
    const id = diskId(index);
    const identity = `id=${id},drive=drive${index},serial=${disk.serial},bootindex=${bootIndex(id)}`;
    const bus = controllerOf[disk.controller];
    const adapter = bus === undefined || controllers.has(disk.controller) ? [] : ['-device', bus.device];
    controllers.add(disk.controller);
    const unit = spec.disks.slice(0, index).filter(other => other.controller === disk.controller).length;
    const drive = `if=none,id=drive${index},file=${file.path},format=${file.format},cache=unsafe,discard=unmap`;
    return ['-drive', drive, ...adapter, '-device', diskDevice(disk, identity, unit)];
  });
}

const controllerOf: Readonly<Record<DiskController, { readonly device: string } | undefined>> = {
  'virtio-blk': undefined,
  nvme: undefined,
  ahci: { device: 'ich9-ahci,id=ahci0' },
  mptsas: { device: 'mptsas1068,id=mptsas0' },
  // Its driver in Linux 6.1 stops the machine after some minutes ("Unexpected context value", then BUG):
  // good enough to be written to, not to run a system from.
  megasas: { device: 'megasas,id=megasas0' },
};

/** World Wide Name of SATA and SAS disks: NAA 5, an IEEE company id, the rest from the serial number. */
export function diskWwn(disk: DiskSpec): string {
  return `0x5000c50${createHash('sha256').update(disk.serial).digest('hex').slice(0, 9)}`;
}

function diskDevice(disk: DiskSpec, identity: string, unit: number): string {
  switch (disk.controller) {
    case 'virtio-blk':
      return `virtio-blk-pci,${identity}`;
    case 'nvme':
      return `nvme,${identity}`;
    case 'ahci':
      return `ide-hd,bus=ahci0.${unit},${identity},wwn=${diskWwn(disk)}`;
    case 'mptsas':
    case 'megasas':
      // Without a WWN mptsas finds no disk: a SAS topology is made of addresses.
      return `scsi-hd,bus=${disk.controller}0.0,scsi-id=${unit},${identity},wwn=${diskWwn(disk)}`;
  }
}
