import { create } from 'zustand';
import { type Language, languages } from '../i18n/i18n.ts';

export const themeChoices = ['system', 'light', 'dark'] as const;
export const densityChoices = ['auto', 'comfortable', 'compact'] as const;
export type ThemeChoice = (typeof themeChoices)[number];
export type DensityChoice = (typeof densityChoices)[number];
export type Density = 'comfortable' | 'compact';

/** What this person at this page likes; kept by the browser, of no interest to the engine. */
export interface Preferences {
  readonly language: Language;
  readonly theme: ThemeChoice;
  readonly density: DensityChoice;
  /** Notes when something long has ended or a server needs a person. */
  readonly sounds: boolean;
  /** The same as a notification of the desktop. */
  readonly desktopNotices: boolean;
}

const storageKey = 'rackside.preferences';

export const usePreferences = create<Preferences>(() => readPreferences());

export function setPreferences(change: Partial<Preferences>): void {
  usePreferences.setState(change);
  try {
    localStorage.setItem(storageKey, JSON.stringify(usePreferences.getState()));
  } catch {
    // A browser that keeps nothing still shows what was chosen until it closes.
  }
}

function readPreferences(): Preferences {
  const stored = readStored();
  return {
    language: oneOf(languages, stored['language']) ?? systemLanguage(),
    theme: oneOf(themeChoices, stored['theme']) ?? 'system',
    density: oneOf(densityChoices, stored['density']) ?? 'auto',
    sounds: stored['sounds'] === true,
    desktopNotices: stored['desktopNotices'] === true,
  };
}

function readStored(): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {}; // damaged or forbidden storage: the defaults are good
  }
}

function oneOf<Choice extends string>(choices: readonly Choice[], value: unknown): Choice | undefined {
  return choices.find(choice => choice === value);
}

function systemLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
