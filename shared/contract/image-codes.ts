/**
 * What an import found in an image, as catalogue keys: the page has a sentence for each (`imageFinding.<code>`), the
 * image stores the code and its values. The values are named behind each code.
 */
export const imageFindings = [
  'table.gpt', // sectorSizeBytes
  'table.mbr',
  'table.file_system', // fileSystem
  'table.none',
  'partition', // number, type, sizeBytes
  'partition.named', // number, type, name, sizeBytes
  'bios.no_table',
  'bios.no_boot_code',
  'bios.grub_in_mbr',
  'bios.grub_with_bios_boot_partition',
  'bios.active_partition',
  'bios.boot_code_but_nothing_to_start',
  'uefi.no_table',
  'uefi.esp_present',
  'uefi.no_esp',
  'mbr.hybrid',
  'gpt.not_protected',
  'qcow2.snapshots', // count
  'qcow2.dirty',
  'disc', // format, label
  'installer.unknown',
  'installer.metadata', // path, text
  'installer.no_metadata', // path
  'installer.file_missing', // path, named
  'installer.kernel', // path
  'installer.initrd', // path
  'installer.stage2', // path
  'installer.no_stage2',
  'installer.no_packages',
  'installer.initrd_wants_disc', // path
  'installer.kernel_version', // version
  'installer.boot_files',
] as const;

/** Why a file does not become an image (`imageRefusal.<code>`); the values are those of `image.refused`. */
export const imageRefusals = [
  'image.changed', // path
  'image.empty',
  'image.all_zeros', // sizeBytes
  'image.unsupported_format', // format, inside
  'image.nested_compression', // outer, inner
  'image.unsupported_compression', // compression, why, found
  'image.unsupported_qcow2', // feature, found
  'image.truncated', // part, offset
  'image.corrupt', // part, offset
  'image.trailing_data', // offset, sizeBytes
  'image.size_mismatch', // declaredBytes, actualBytes
  'image.too_large', // sizeBytes, limitBytes
  'image.cache_unwritable', // path, reason
  'image.lost', // path
  'image.damaged', // path, actualBytes, expectedBytes
  'image.upload_broken_off', // receivedBytes
] as const;

/** What is cut off or damaged (`imagePart.<part>`). */
export const imageParts = [
  'gzip',
  'zstd',
  'xz',
  'qcow2',
  'gpt',
  'partition',
  'file_system',
  'sectors',
  'tar',
  'disc',
  'disc.loop',
  'disc.overlap',
  'disc.bad_name',
  'disc.too_large',
  'disc.unsupported',
] as const;
export type ImagePart = (typeof imageParts)[number];

/** What of a compressed stream we cannot do (`imageCompression.<why>`). */
export const compressionProblems = [
  'dictionary_needed',
  'window_too_large',
  'check',
  'filter',
  'later_block',
] as const;
export type CompressionProblem = (typeof compressionProblems)[number];

/** What a qcow2 image needs and does not get here (`imageQcow2.<feature>`). */
export const qcow2Needs = [
  'backing_file',
  'encrypted',
  'external_data_file',
  'unknown_feature',
  'unsupported_version',
] as const;
export type Qcow2Need = (typeof qcow2Needs)[number];
