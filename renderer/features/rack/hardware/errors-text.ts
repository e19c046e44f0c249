import type { MemoryErrors, NicErrors, PciErrors } from '#shared/contract/index.ts';
import { hasSlowLink } from '#shared/placement/hardware-troubles.ts';
import type { Translate } from '../../../i18n/catalogue.ts';

const shown = (count: number | null): string => (count === null ? '?' : String(count));

export function nicErrorsText(
  t: Translate,
  { receive, crc, frame, transmit, carrierLosses }: NicErrors,
): string {
  const counts = [receive, crc, frame, transmit, carrierLosses];
  if (counts.every(count => count === 0)) return t('hardware.nic.none');
  return t('hardware.nic.row', {
    receive: shown(receive),
    crc: shown(crc),
    frame: shown(frame),
    transmit: shown(transmit),
    carrierLosses: shown(carrierLosses),
  });
}

/** A line for each DIMM that has errors. */
export function memoryErrorLines(t: Translate, rows: readonly MemoryErrors[] | null): readonly string[] {
  if (rows === null) return [t('hardware.memory.unknown')];
  const lines = rows
    .filter(({ correctable, uncorrectable }) => correctable > 0 || uncorrectable > 0)
    .map(({ controller, dimm, correctable, uncorrectable }) =>
      t('hardware.memory.row', { name: dimm ?? controller, correctable, uncorrectable }),
    );
  return lines.length === 0 ? [t('hardware.memory.none')] : lines;
}

export function pciErrorLines(t: Translate, devices: readonly PciErrors[]): readonly string[] {
  const lines = devices.map(device => {
    const { driver, pciAddress, correctable, nonFatal, fatal } = device;
    const parts = [];
    if ([correctable, nonFatal, fatal].some(count => count !== null && count > 0))
      parts.push(
        t('hardware.pci.counts', {
          correctable: shown(correctable),
          nonFatal: shown(nonFatal),
          fatal: shown(fatal),
        }),
      );
    if (hasSlowLink(device))
      parts.push(
        t('hardware.pci.link', {
          speed: device.linkSpeed || '?',
          width: shown(device.linkWidth),
          maxSpeed: device.maxLinkSpeed || '?',
          maxWidth: shown(device.maxLinkWidth),
        }),
      );
    return parts.length === 0 ? '' : `${driver} ${pciAddress}: ${parts.join('; ')}`.trim();
  });
  const told = lines.filter(line => line !== '');
  return told.length === 0 ? [t('hardware.pci.none')] : told;
}
