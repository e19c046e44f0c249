import type { Disk, Inventory, NicErrors, Node, Port } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { bytesText, memoryText, speedText } from '../../ui/measure-text.ts';

export function modelText({ inventory }: Node): string {
  if (inventory === null) return '';
  const { manufacturer, product } = inventory.system;
  return [manufacturer, product].filter(part => part !== '').join(' ');
}

/** `64 cores · 512 GiB · 4 × 960 GB`. Empty before the first inspection. */
export function hardwareText(t: Translate, { inventory }: Node): string {
  if (inventory === null) return '';
  const { cpu, memoryBytes, disks } = inventory;
  return [t('rack.cores', { count: cpu.cores }), memoryText(memoryBytes), disksText(t, disks)].join(' · ');
}

/** Disks of one size together: `2 × 240 GB + 4 × 1.92 TB`. */
export function disksText(t: Translate, disks: readonly Disk[]): string {
  if (disks.length === 0) return t('rack.noDisk');
  const counts = new Map<string, number>();
  for (const disk of disks) {
    const size = bytesText(disk.sizeBytes);
    counts.set(size, (counts.get(size) ?? 0) + 1);
  }
  return [...counts].map(([size, count]) => (count === 1 ? size : `${count} × ${size}`)).join(' + ');
}

export interface NicView {
  readonly mac: string;
  readonly name: string;
  readonly hasLink: boolean | null;
  readonly speedMbps: number | null;
  readonly driver: string;
  readonly neighbour: string;
  /** What the switch says of untagged frames there. */
  readonly neighbourVlan: number | null;
  readonly port: Port | null;
  /** Null: nobody looked. */
  readonly errors: NicErrors | null;
}

/** NICs that the ramdisk saw and ports that somebody entered, as one list. */
export function nicViews(inventory: Inventory | null, ports: readonly Port[]): readonly NicView[] {
  const seen = (inventory?.nics ?? []).map((nic): NicView => {
    const lldp = nic.lldp;
    return {
      mac: nic.mac,
      name: nic.name,
      hasLink: nic.carrier,
      speedMbps: nic.speedMbps,
      driver: nic.driver,
      neighbour: lldp === null ? '' : [lldp.chassis, lldp.port, lldp.description].filter(Boolean).join(' '),
      neighbourVlan: lldp?.vlan ?? null,
      port: ports.find(port => port.address === nic.mac) ?? null,
      errors: nic.errors,
    };
  });
  const entered = ports
    .filter(port => !seen.some(nic => nic.mac === port.address))
    .map(
      (port): NicView => ({
        mac: port.address,
        name: port.name,
        hasLink: null,
        speedMbps: null,
        driver: '',
        neighbour: '',
        neighbourVlan: null,
        port,
        errors: null,
      }),
    );
  return [...seen, ...entered];
}

/** One line for a lamp: name, MAC, link, PXE, VLAN. */
export function nicText(t: Translate, nic: NicView): string {
  const parts = [`${nic.name} ${nic.mac}`.trim(), linkText(t, nic)];
  if (nic.port?.pxeEnabled) parts.push(t('nic.pxe'));
  const vlan = vlanOf(nic);
  if (vlan !== null) parts.push(t('nic.vlan', { id: vlan }));
  return parts.join(', ');
}

/** As a person says, or else as the switch does. */
export function vlanOf({ port, neighbourVlan }: NicView): number | null {
  return port?.segmentationId ?? neighbourVlan;
}

export function linkText(t: Translate, { hasLink, speedMbps }: NicView): string {
  if (hasLink === null) return t('nic.linkUnknown');
  if (!hasLink) return t('nic.noLink');
  return speedMbps === null ? t('nic.link') : t('nic.linkAt', { speed: speedText(speedMbps) });
}
