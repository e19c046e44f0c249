import { type EraseMethod, type Settings, settings as settingsShape } from '#shared/contract/index.ts';
import { areSshKeys, readKeys } from '../deploy/deploy-form.ts';

/** Views of the rack are saved where they are looked at. */
export type SettingName = Exclude<keyof Settings, 'rackViews'>;

export const numberSettings = [
  'httpPort',
  'tftpPort',
  'powerPollSeconds',
  'healthPollSeconds',
  'callBackTimeoutSeconds',
  'timelineDays',
  'consoleRecordingMebibytes',
  'syslogPort',
] as const;
export type NumberSetting = (typeof numberSettings)[number];

export interface SettingsForm
  extends Readonly<Record<NumberSetting | 'kernelConsole' | 'defaultSshKeys', string>> {
  readonly allowFailingDisks: boolean;
  readonly cleanOnRelease: boolean;
  readonly keepConsoles: boolean;
  readonly metricsEnabled: boolean;
  readonly cleanMethod: EraseMethod;
}

export function isNumberSetting(name: SettingName): name is NumberSetting {
  return numberSettings.some(number => number === name);
}

/** As the contract has it. */
export function rangeOf(name: NumberSetting): { readonly least: number; readonly most: number } {
  const { minValue, maxValue } = settingsShape.shape[name];
  return { least: minValue ?? 0, most: maxValue ?? Number.MAX_SAFE_INTEGER };
}

export function formOfSettings(settings: Settings): SettingsForm {
  return {
    httpPort: String(settings.httpPort),
    tftpPort: String(settings.tftpPort),
    powerPollSeconds: String(settings.powerPollSeconds),
    healthPollSeconds: String(settings.healthPollSeconds),
    callBackTimeoutSeconds: String(settings.callBackTimeoutSeconds),
    timelineDays: String(settings.timelineDays),
    consoleRecordingMebibytes: String(settings.consoleRecordingMebibytes),
    keepConsoles: settings.keepConsoles,
    syslogPort: String(settings.syslogPort),
    allowFailingDisks: settings.allowFailingDisks,
    cleanOnRelease: settings.cleanOnRelease,
    metricsEnabled: settings.metricsEnabled,
    cleanMethod: settings.cleanMethod,
    kernelConsole: settings.kernelConsole,
    defaultSshKeys: settings.defaultSshKeys.join('\n'),
  };
}

export function wrongSettings(form: SettingsForm): ReadonlySet<keyof SettingsForm> {
  const wrong = new Set<keyof SettingsForm>();
  for (const name of numberSettings) {
    const isInRange = settingsShape.shape[name].safeParse(Number(form[name])).success;
    if (!/^\d+$/.test(form[name]) || !isInRange) wrong.add(name);
  }
  if (!/^[\x20-\x7e]{0,200}$/.test(form.kernelConsole)) wrong.add('kernelConsole');
  if (!areSshKeys(form.defaultSshKeys)) wrong.add('defaultSshKeys');
  return wrong;
}

/** What differs from the stored ones; null while something is wrong. */
export function changedSettings(form: SettingsForm, settings: Settings): Partial<Settings> | null {
  if (wrongSettings(form).size > 0) return null;
  const changed: Partial<Settings> = {};
  for (const name of numberSettings)
    if (Number(form[name]) !== settings[name]) changed[name] = Number(form[name]);
  if (form.kernelConsole !== settings.kernelConsole) changed.kernelConsole = form.kernelConsole;
  const { allowFailingDisks, cleanOnRelease, cleanMethod, keepConsoles, metricsEnabled } = form;
  if (allowFailingDisks !== settings.allowFailingDisks) changed.allowFailingDisks = allowFailingDisks;
  if (cleanOnRelease !== settings.cleanOnRelease) changed.cleanOnRelease = cleanOnRelease;
  if (metricsEnabled !== settings.metricsEnabled) changed.metricsEnabled = metricsEnabled;
  if (cleanMethod !== settings.cleanMethod) changed.cleanMethod = cleanMethod;
  if (keepConsoles !== settings.keepConsoles) changed.keepConsoles = keepConsoles;
  const keys = [...readKeys(form.defaultSshKeys)];
  if (keys.join('\n') !== settings.defaultSshKeys.join('\n')) changed.defaultSshKeys = keys;
  return changed;
}

/** The form over newer settings: a field that nobody has touched follows, a touched one stays as it was typed. */
export function rebased(form: SettingsForm, before: Settings, now: Settings): SettingsForm {
  if (before === now) return form;
  const wasStored = formOfSettings(before);
  const isTouched = (name: keyof SettingsForm) => {
    const changed = changedSettings({ ...wasStored, [name]: form[name] }, before);
    return changed === null || Object.keys(changed).length > 0;
  };
  const names = Object.keys(wasStored) as (keyof SettingsForm)[];
  const touched = names.filter(isTouched).map(name => [name, form[name]]);
  return { ...formOfSettings(now), ...Object.fromEntries(touched) };
}
