import { defaultSettings } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { durationText } from '../../ui/time-text.ts';
import { isNumberSetting, type SettingName } from './settings-form.ts';

export const settingGroups = ['services', 'servers', 'deployment', 'records'] as const;
type SettingGroup = (typeof settingGroups)[number];

export interface SettingRow {
  readonly name: SettingName;
  readonly group: SettingGroup;
  readonly takes: 'now' | 'restarts' | 'next-boot' | 'next-dialog';
}

/** Every setting of the engine, in the order of the page. A new one that is missing here does not compile. */
const places: Readonly<Record<SettingName, Omit<SettingRow, 'name'>>> = {
  httpPort: { group: 'services', takes: 'restarts' },
  tftpPort: { group: 'services', takes: 'restarts' },
  syslogPort: { group: 'services', takes: 'restarts' },
  powerPollSeconds: { group: 'servers', takes: 'now' },
  healthPollSeconds: { group: 'servers', takes: 'now' },
  callBackTimeoutSeconds: { group: 'servers', takes: 'now' },
  kernelConsole: { group: 'servers', takes: 'next-boot' },
  cleanOnRelease: { group: 'servers', takes: 'now' },
  cleanMethod: { group: 'servers', takes: 'now' },
  allowFailingDisks: { group: 'deployment', takes: 'now' },
  defaultSshKeys: { group: 'deployment', takes: 'next-dialog' },
  timelineDays: { group: 'records', takes: 'now' },
  keepConsoles: { group: 'records', takes: 'now' },
  consoleRecordingMebibytes: { group: 'records', takes: 'now' },
  metricsEnabled: { group: 'records', takes: 'now' },
};

const names = Object.keys(places) as SettingName[];
export const settingRows: readonly SettingRow[] = names.map(name => ({ name, ...places[name] }));

/** The default as a person reads it. */
export function defaultText(t: Translate, name: SettingName): string {
  if (isNumberSetting(name))
    return name.endsWith('Seconds')
      ? durationText(t, defaultSettings[name] * 1000)
      : String(defaultSettings[name]);
  switch (name) {
    case 'allowFailingDisks':
    case 'cleanOnRelease':
    case 'keepConsoles':
    case 'metricsEnabled':
      return t(defaultSettings[name] ? 'word.yes' : 'word.no');
    case 'cleanMethod':
      return t(`eraseMethod.${defaultSettings.cleanMethod}`);
    case 'kernelConsole':
      return defaultSettings.kernelConsole;
    case 'defaultSshKeys':
      return t('word.none');
  }
}

/** Whether every word that is searched for is somewhere in these texts. */
export function isFound(words: string, ...texts: readonly string[]): boolean {
  const all = texts.join(' ').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every(word => all.includes(word));
}
