import type { Image } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { anImage } from '#test/fakes/rows.ts';
import { debianId, GB, rockyId, uuid } from './ids.ts';

/** Disk images in every state. */
export function diskImages(now: number): Image[] {
  return [
    anImage({
      id: debianId,
      name: 'Debian 12 standard',
      sourceFormat: 'qcow2 v3',
      rawSizeBytes: 4.29 * GB,
      storedSizeBytes: 0.412 * GB,
      evidence: [
        { code: 'table.gpt', values: { sectorSizeBytes: 512 } },
        { code: 'partition', values: { number: 1, type: 'BIOS boot', sizeBytes: 2 ** 20 } },
        {
          code: 'partition.named',
          values: { number: 2, type: 'EFI system', name: 'ESP', sizeBytes: 2 ** 28 },
        },
        { code: 'partition', values: { number: 3, type: 'Linux LVM', sizeBytes: 3.9 * GB } },
        { code: 'bios.grub_with_bios_boot_partition', values: {} },
        { code: 'uefi.esp_present', values: {} },
      ],
      createdAt: now - 86_400_000,
    }),
    anImage({
      id: uuid('b', 2) as ImageId,
      name: 'SLES 15 SP6 UEFI',
      sourceFormat: 'raw · xz',
      rawSizeBytes: 300 * GB,
      storedSizeBytes: 1.9 * GB,
      boots: { bios: false, uefi: true },
      createdAt: now - 40_000_000,
    }),
    anImage({
      id: uuid('b', 3) as ImageId,
      name: 'ubuntu-24.04-server.qcow2',
      state: 'importing',
      rawSizeBytes: 0,
      storedSizeBytes: 0,
      sha256: '',
      progress: { doneBytes: 1.2 * GB, totalBytes: 2.8 * GB, phase: 'convert' },
      createdAt: now - 9000,
    }),
    anImage({
      id: uuid('b', 4) as ImageId,
      name: 'broken-download.img.zst',
      state: 'failed',
      sourceFormat: 'raw · zstd',
      rawSizeBytes: 0,
      storedSizeBytes: 0,
      sha256: '',
      boots: { bios: false, uefi: false },
      error: {
        code: 'image.refused',
        level: 'user',
        retryable: false,
        message: 'the file ends in the middle of a zstd frame',
        details: { reason: 'image.truncated', values: { part: 'zstd', offset: 812_646_400 } },
      },
      canRetry: true,
      createdAt: now - 7_000_000,
    }),
  ];
}

/** What is installed, not written as it is. */
export function otherImages(now: number): Image[] {
  return [
    anImage({
      id: rockyId,
      name: 'Rocky-9.4-x86_64-dvd.iso',
      kind: 'installer',
      sourceFormat: 'ISO 9660',
      rawSizeBytes: 10.9 * GB,
      storedSizeBytes: 10.9 * GB,
      partitionTable: 'none',
      boots: { bios: true, uefi: true },
      installer: {
        family: 'anaconda',
        distribution: 'rocky',
        version: '9.4',
        architecture: 'x86_64',
        kernel: 'images/pxeboot/vmlinuz',
        initrd: 'images/pxeboot/initrd.img',
        repository: '',
        certainty: 'certain',
      },
      evidence: [
        { code: 'disc', values: { format: 'ISO 9660', label: 'Rocky-9-4-x86_64-dvd' } },
        { code: 'installer.metadata', values: { path: '.treeinfo', text: 'Rocky Linux 9.4' } },
        { code: 'installer.kernel', values: { path: 'images/pxeboot/vmlinuz' } },
        { code: 'installer.initrd', values: { path: 'images/pxeboot/initrd.img' } },
        { code: 'installer.stage2', values: { path: 'images/install.img' } },
      ],
      createdAt: now - 3_600_000,
    }),
    anImage({
      id: uuid('b', 6) as ImageId,
      name: 'openEuler 22.03 rootfs',
      kind: 'file-system',
      sourceFormat: 'raw · zstd',
      rawSizeBytes: 2.1 * GB,
      storedSizeBytes: 0.6 * GB,
      partitionTable: 'none',
      boots: { bios: false, uefi: false },
      evidence: [{ code: 'table.file_system', values: { fileSystem: 'ext4' } }],
      createdAt: now - 9_600_000,
    }),
  ];
}
