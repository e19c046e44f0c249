import type { BootCapability } from '#engine/media/disk-layout/boot-capability.ts';
import type { DiskLayout, Partition } from '#engine/media/disk-layout/disk-layout.ts';
import type { ImageFinding } from '#shared/contract/index.ts';
import type { Compression } from './classify-head.ts';

/** What is said of a qcow2 source. */
export interface Qcow2Facts {
  readonly version: 2 | 3;
  readonly snapshots: number;
  readonly dirty: boolean;
}

/** `raw`, `raw · xz`, `qcow2 v3 · gzip`: names only, the same in every language. */
export function sourceFormatText(qcow2: Qcow2Facts | undefined, compression: Compression | 'none'): string {
  const inner = qcow2 === undefined ? 'raw' : `qcow2 v${qcow2.version}`;
  return compression === 'none' ? inner : `${inner} · ${compression}`;
}

/** Why we think what we think of an image, a sentence each; the page has the words. */
export function evidenceOf(
  layout: DiskLayout,
  boots: BootCapability,
  qcow2: Qcow2Facts | undefined,
): ImageFinding[] {
  return [
    tableFinding(layout),
    ...layout.partitions.map(partitionFinding),
    finding(`bios.${boots.biosReason}`),
    finding(`uefi.${boots.uefiReason}`),
    ...(layout.hybridMbr ? [finding('mbr.hybrid')] : []),
    ...(layout.problems.some(({ code }) => code === 'gpt_without_protective_mbr')
      ? [finding('gpt.not_protected')]
      : []),
    ...(qcow2 !== undefined && qcow2.snapshots > 0
      ? [finding('qcow2.snapshots', { count: qcow2.snapshots })]
      : []),
    ...(qcow2?.dirty ? [finding('qcow2.dirty')] : []),
  ];
}

function finding(code: ImageFinding['code'], values: ImageFinding['values'] = {}): ImageFinding {
  return { code, values };
}

function tableFinding({ scheme, sectorSizeBytes, fileSystem }: DiskLayout): ImageFinding {
  if (scheme === 'gpt') return finding('table.gpt', { sectorSizeBytes });
  if (scheme === 'mbr') return finding('table.mbr');
  return fileSystem === undefined ? finding('table.none') : finding('table.file_system', { fileSystem });
}

function partitionFinding({ number, typeName: type, name, sizeBytes }: Partition): ImageFinding {
  if (name === '') return finding('partition', { number, type, sizeBytes });
  return finding('partition.named', { number, type, name, sizeBytes });
}
