import type {
  Disk,
  HardwareTroubleKind,
  Inventory,
  NicErrors,
  PciErrors,
  SmartSummary,
} from '#shared/contract/index.ts';
import { hardwareTroubleKinds } from '#shared/contract/index.ts';

/** Something that is wrong with a machine by its own account. */
export interface HardwareTrouble {
  readonly kind: HardwareTroubleKind;
  readonly severity: 'critical' | 'warning';
  /** Which disk, DIMM, NIC or device, as a person finds it again; the same at each boot where the hardware has a name. */
  readonly name: string;
  /** How many, or percent of `disk-worn`, °C of `disk-hot`; 0 where there is nothing to count. */
  readonly number: number;
  /** The disk that it is about. */
  readonly disk: Disk | null;
}

interface Bound {
  readonly kind: HardwareTroubleKind;
  /** From here on it is a trouble. */
  readonly from: number;
}

/** Of each figure of a disk's SMART. */
const diskBounds: readonly (Bound & {
  readonly figure: Exclude<keyof SmartSummary, 'verdict' | 'criticalWarnings'>;
})[] = [
  // From the first one on a disk fails many times as often within 60 days: reallocations 14 times, pending sectors
  // ("probational counts") 16 times (Pinheiro, Weber, Barroso: Failure Trends in a Large Disk Drive Population, FAST 2007).
  { kind: 'disk-reallocated', figure: 'reallocatedSectors', from: 1 },
  { kind: 'disk-pending', figure: 'pendingSectors', from: 1 },
  // Data were lost, if only once.
  { kind: 'disk-uncorrectable', figure: 'uncorrectableErrors', from: 1 },
  { kind: 'disk-media-errors', figure: 'mediaErrors', from: 1 },
  // SCSI's name for reallocated sectors.
  { kind: 'disk-grown-defects', figure: 'grownDefects', from: 1 },
  // All writes that the maker vouches for are used up (NVM Express Base Specification 2.0, figure 207, Percentage Used).
  { kind: 'disk-worn', figure: 'percentUsed', from: 100 },
];

/** mcelog's bound of a DIMM's corrected errors for a whole day (mcelog.conf, `[dimm]`), here within minutes. */
const correctableFrom = 10;
/** A link that comes up may spoil a few frames; a good one spoils none (IEEE 802.3: one bit of 10¹² at most). */
const crcFrom = 10;
/** PCI base class "bridge" (PCI Code and ID Assignment): what sits behind it may be slower by right. */
const bridgeClass = /^0x06/;

/** All that the last inspection tells, worst first. */
export function hardwareTroubles(inventory: Inventory): readonly HardwareTrouble[] {
  const found = [
    ...inventory.disks.flatMap(diskTroubles),
    ...memoryTroubles(inventory),
    ...(inventory.pciErrors ?? []).flatMap(pciTroubles),
    ...inventory.nics.flatMap(({ name, mac, errors }) => nicTroubles(`${name} ${mac}`.trim(), errors)),
  ];
  const rank = ({ kind }: HardwareTrouble) => hardwareTroubleKinds.indexOf(kind);
  return found.toSorted((one, other) => rank(one) - rank(other));
}

/** Whether the ramdisk looked at all: an older one does not. */
export function hasLookedAtErrors({ pciErrors }: Inventory): boolean {
  return pciErrors !== null;
}

/** By its own verdict: who writes to it may lose what was written. */
export function isFailing({ smart }: Disk): boolean {
  return smart?.verdict === 'failing';
}

export function diskTroubles(disk: Disk): readonly HardwareTrouble[] {
  const { smart } = disk;
  if (smart === null) return [];
  const name = `${disk.model} ${disk.serial || disk.wwn || disk.name}`.trim();
  const trouble = (kind: HardwareTroubleKind, number: number) => ({ ...judged(kind, name, number), disk });
  const found = diskBounds.flatMap(({ kind, figure, from }) => {
    const value = smart[figure];
    return value !== null && value >= from ? [trouble(kind, value)] : [];
  });
  if (isFailing(disk)) found.push(trouble('disk-failing', 0));
  if (smart.criticalWarnings.includes('temperature'))
    found.push(trouble('disk-hot', smart.temperatureCelsius ?? 0));
  return found;
}

function memoryTroubles({ memoryErrors }: Inventory): readonly HardwareTrouble[] {
  return (memoryErrors ?? []).flatMap(({ controller, dimm, correctable, uncorrectable }) => {
    const name = dimm ?? controller;
    return [
      ...(uncorrectable > 0 ? [judged('memory-uncorrectable', name, uncorrectable)] : []),
      ...(correctable >= correctableFrom ? [judged('memory-correctable', name, correctable)] : []),
    ];
  });
}

function nicTroubles(name: string, errors: NicErrors | null): readonly HardwareTrouble[] {
  const crc = errors?.crc ?? 0;
  return crc >= crcFrom ? [judged('nic-crc', name, crc)] : [];
}

function pciTroubles(device: PciErrors): readonly HardwareTrouble[] {
  const name = `${device.driver} ${device.pciAddress}`.trim();
  const { fatal, nonFatal } = device;
  return [
    ...(fatal !== null && fatal > 0 ? [judged('pci-fatal', name, fatal)] : []),
    ...(nonFatal !== null && nonFatal > 0 ? [judged('pci-non-fatal', name, nonFatal)] : []),
    ...(hasSlowLink(device) ? [judged('pci-link', name, 0)] : []),
  ];
}

export function hasSlowLink(device: PciErrors): boolean {
  if (bridgeClass.test(device.class)) return false;
  const { linkWidth, maxLinkWidth } = device;
  const isNarrow = linkWidth !== null && maxLinkWidth !== null && linkWidth > 0 && linkWidth < maxLinkWidth;
  const speed = Number.parseFloat(device.linkSpeed);
  // Not a number where it is not known: no comparison holds.
  return isNarrow || speed < Number.parseFloat(device.maxLinkSpeed);
}

const criticalKinds: ReadonlySet<HardwareTroubleKind> = new Set([
  'disk-failing',
  'memory-uncorrectable',
  'pci-fatal',
]);

function judged(kind: HardwareTroubleKind, name: string, number: number): HardwareTrouble {
  return { kind, severity: criticalKinds.has(kind) ? 'critical' : 'warning', name, number, disk: null };
}
