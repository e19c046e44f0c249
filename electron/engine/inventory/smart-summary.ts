import { z } from 'zod';
import { type SmartSummary, type SmartWarning, smartWarnings } from '#shared/contract/index.ts';

/**
 * What `smartctl --json=c -i -H -A -l error` says of one disk (smartmontools 7: smartctl(8), and the JSON keys of
 * ataprint.cpp, scsiprint.cpp, nvmeprint.cpp). A disk's firmware and a ramdisk that may be anybody's wrote it: whatever
 * has another type than it should counts as not said.
 */
const figure = z
  .number()
  .int()
  .nonnegative()
  .nullish()
  .catch(null)
  .transform(value => value ?? null);
const celsius = z
  .number()
  .min(-100)
  .max(1000)
  .nullish()
  .catch(null)
  .transform(value => value ?? null);
const word = z.string().max(100).catch('');
const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .object(shape)
    .nullish()
    .catch(null)
    .transform(value => value ?? null);

const attribute = object({
  id: figure,
  name: word,
  value: figure,
  when_failed: word,
  flags: object({ prefailure: z.boolean().catch(false) }),
  raw: object({ value: figure }),
});
/** ATA has room for 30. */
const mostAttributes = 64;

const counters = object({ total_uncorrected_errors: figure });

const smartctl = z.object({
  smart_status: object({ passed: z.boolean().nullish().catch(null) }),
  power_on_time: object({ hours: figure }),
  temperature: object({ current: celsius }),
  endurance_used: object({ current_percent: figure }),
  spare_available: object({ current_percent: figure, threshold_percent: figure }),
  ata_smart_attributes: object({ table: z.array(attribute).max(mostAttributes).catch([]) }),
  ata_smart_error_log: object({ summary: object({ count: figure }), extended: object({ count: figure }) }),
  scsi_grown_defect_list: figure,
  scsi_percentage_used_endurance_indicator: figure,
  scsi_error_counter_log: object({ read: counters, write: counters, verify: counters }),
  nvme_smart_health_information_log: object({
    critical_warning: figure,
    available_spare: figure,
    available_spare_threshold: figure,
    percentage_used: figure,
    media_errors: figure,
    num_err_log_entries: figure,
  }),
});
type Smartctl = z.output<typeof smartctl>;

/** Null: it says nothing at all. */
export function smartSummaryOf(value: unknown): SmartSummary | null {
  const said = smartctl.safeParse(value).data;
  if (said === undefined) return null;
  const nvme = said.nvme_smart_health_information_log;
  const errorLog = said.ata_smart_error_log;
  const criticalWarnings = warningsOf(said);
  const summary: SmartSummary = {
    verdict: verdictOf(said, criticalWarnings),
    powerOnHours: said.power_on_time?.hours ?? null,
    temperatureCelsius: said.temperature?.current ?? null,
    percentUsed:
      nvme?.percentage_used ??
      said.endurance_used?.current_percent ??
      said.scsi_percentage_used_endurance_indicator ??
      wearOf(said),
    availableSparePercent: nvme?.available_spare ?? said.spare_available?.current_percent ?? null,
    reallocatedSectors: rawOf(said, 5),
    pendingSectors: rawOf(said, 197),
    uncorrectableErrors: uncorrectableOf(said),
    mediaErrors: nvme?.media_errors ?? null,
    grownDefects: said.scsi_grown_defect_list,
    loggedErrors: nvme?.num_err_log_entries ?? errorLog?.extended?.count ?? errorLog?.summary?.count ?? null,
    criticalWarnings,
  };
  const { verdict, criticalWarnings: warnings, ...figures } = summary;
  const isSilent = verdict === 'unknown' && warnings.length === 0;
  return isSilent && Object.values(figures).every(each => each === null) ? null : summary;
}

function warningsOf(said: Smartctl): SmartWarning[] {
  const nvme = said.nvme_smart_health_information_log;
  const bits = nvme?.critical_warning ?? 0;
  const found = smartWarnings.filter((_, bit) => ((bits >> bit) & 1) === 1);
  const spare = nvme?.available_spare ?? said.spare_available?.current_percent ?? null;
  const least = nvme?.available_spare_threshold ?? said.spare_available?.threshold_percent ?? null;
  const isLow = spare !== null && least !== null && spare < least;
  return isLow && !found.includes('spare-low') ? ['spare-low', ...found] : found;
}

/** smartctl calls NVMe failed for every bit of `critical_warning`, even for a fan that stood still for a while. */
function verdictOf(said: Smartctl, warnings: readonly SmartWarning[]): SmartSummary['verdict'] {
  const fails = attributesOf(said).some(
    ({ when_failed, flags }) => when_failed === 'now' && flags?.prefailure === true,
  );
  if (fails || warnings.some(warning => warning !== 'temperature')) return 'failing';
  const passed = said.smart_status?.passed ?? null;
  if (passed === null) return 'unknown';
  return passed || warnings.includes('temperature') ? 'passed' : 'failing';
}

function attributesOf({ ata_smart_attributes }: Smartctl) {
  return (ata_smart_attributes?.table ?? []).filter(row => row !== null);
}

/** Some makers pack several counts into the 48 bits of a raw value: what does not fit into 32 is none. */
function rawOf(said: Smartctl, id: number): number | null {
  const raw = attributesOf(said).find(row => row.id === id)?.raw?.value ?? null;
  return raw !== null && raw <= 0xff_ff_ff_ff ? raw : null;
}

/** One sector may be counted as reported (187) and as found offline (198). */
function uncorrectableOf(said: Smartctl): number | null {
  const log = said.scsi_error_counter_log;
  const scsi = [log?.read, log?.write, log?.verify].flatMap(
    counter => counter?.total_uncorrected_errors ?? [],
  );
  if (scsi.length > 0) return scsi.reduce((sum, errors) => sum + errors, 0);
  const ata = [rawOf(said, 187), rawOf(said, 198)].filter(errors => errors !== null);
  return ata.length > 0 ? Math.max(...ata) : null;
}

/**
 * Attributes whose normalised value is what is left of an SSD's life, by the names of smartmontools' drivedb.h. A number
 * alone says nothing: 231 is a temperature elsewhere.
 */
const lifeLeft: ReadonlySet<string> = new Set([
  'Media_Wearout_Indicator',
  'Percent_Lifetime_Remain',
  'Remaining_Lifetime_Perc',
  'SSD_Life_Left',
  'Wear_Leveling_Count',
]);

function wearOf(said: Smartctl): number | null {
  const left = attributesOf(said).find(({ name }) => lifeLeft.has(name))?.value ?? null;
  return left === null || left > 100 ? null : 100 - left;
}
