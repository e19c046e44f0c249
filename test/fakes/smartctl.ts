import type { SmartSummary } from '#shared/contract/index.ts';

/**
 * What smartctl prints, cut down to what is read. Keys and shapes as in smartmontools' own JSON (ataprint.cpp, scsiprint.cpp,
 * nvmeprint.cpp); the figures are made up after published reports of the tests of github.com/AnalogJ/scrutiny.
 */
export function anAttribute(id: number, name: string, value: number, raw: unknown, whenFailed = '') {
  return {
    id,
    name,
    value,
    worst: value,
    thresh: 10,
    when_failed: whenFailed,
    flags: { value: 51, prefailure: true },
    raw: { value: raw, string: String(raw) },
  };
}

export function sataReport(attributes: readonly unknown[] = [], passed = true) {
  return {
    json_format_version: [1, 0],
    smartctl: { version: [7, 4], exit_status: passed ? 0 : 8 },
    device: { name: '/dev/sda', type: 'sat', protocol: 'ATA' },
    smart_status: { passed },
    power_on_time: { hours: 1730 },
    temperature: { current: 32 },
    ata_smart_attributes: { revision: 16, table: attributes },
    ata_smart_error_log: { summary: { revision: 1, count: 3 } },
  };
}

export const sasReport = {
  device: { name: '/dev/sdb', type: 'scsi', protocol: 'SCSI' },
  smart_status: { passed: true },
  temperature: { current: 34, drive_trip: 60 },
  power_on_time: { hours: 43_549, minutes: 33 },
  scsi_grown_defect_list: 56,
  scsi_error_counter_log: {
    read: { errors_corrected_by_eccfast: 300_357_663, total_uncorrected_errors: 0 },
    write: { errors_corrected_by_eccfast: 0, total_uncorrected_errors: 1 },
    verify: { errors_corrected_by_eccfast: 12, total_uncorrected_errors: 2 },
  },
};

export function nvmeReport(log: object = {}, passed = true) {
  return {
    device: { name: '/dev/nvme0', type: 'nvme', protocol: 'NVMe' },
    smart_status: { passed, nvme: { value: passed ? 0 : 1 } },
    power_on_time: { hours: 2401 },
    temperature: { current: 36 },
    nvme_smart_health_information_log: {
      critical_warning: 0,
      temperature: 36,
      available_spare: 100,
      available_spare_threshold: 10,
      percentage_used: 3,
      media_errors: 0,
      num_err_log_entries: 82,
      ...log,
    },
  };
}

/** Of a disk without a fault, but for what the test names. */
export function aSmart(change: Partial<SmartSummary> = {}): SmartSummary {
  return {
    verdict: 'passed',
    powerOnHours: 100,
    temperatureCelsius: 30,
    percentUsed: null,
    availableSparePercent: null,
    reallocatedSectors: 0,
    pendingSectors: 0,
    uncorrectableErrors: 0,
    mediaErrors: null,
    grownDefects: null,
    loggedErrors: 0,
    criticalWarnings: [],
    ...change,
  };
}
