import i18next, { type i18n } from 'i18next';
import { createContext, useContext, useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Translate } from './catalogue.ts';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];

/** Never translated: a person who cannot read the page's language must find their own. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' };

export const i18nInstance: i18n = i18next.createInstance();

/** Keys are flat (`rack.title`): a dot is only a letter to i18next. */
export async function startI18n(language: Language): Promise<void> {
  await i18nInstance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    // An older engine may not send a value that the sentence has a place for.
    missingInterpolationHandler: () => '',
    returnNull: false,
  });
}

export const translate: Translate = (key, ...values) => i18nInstance.t(key, values[0] ?? {});

const TranslateContext = createContext(translate);

/** Gives `useT` what `useTranslateNow` says. */
export const TranslateProvider = TranslateContext.Provider;

/** `t` of the current language; another one when the language changes. */
export function useTranslateNow(): Translate {
  const { t } = useTranslation(undefined, { i18n: i18nInstance, useSuspense: false });
  return useMemo(() => remembering((key, ...values) => t(key, values[0] ?? {})), [t]);
}

/** `t` of the current language; the component renders again when the language changes. */
export function useT(): Translate {
  return useContext(TranslateContext);
}

const mostRemembered = 5000;

/** A table asks for hundreds of sentences in a frame, and again for nearly the same: each is made once. */
function remembering(look: Translate): Translate {
  const known = new Map<string, string>();
  return (key, ...values) => {
    const asked = values.length === 0 ? key : JSON.stringify([key, values[0]]);
    const before = known.get(asked);
    if (before !== undefined) return before;
    if (known.size === mostRemembered) known.clear();
    const text = look(key, ...values);
    known.set(asked, text);
    return text;
  };
}

export function hasMessage(key: string): boolean {
  return key in en || `${key}_other` in en;
}

/** For keys that come from the engine (events, steps): its sentence, or the key made readable. */
export function translateLoose(key: string, values: Readonly<Record<string, string | number>>): string {
  if (hasMessage(key)) return i18nInstance.t(key, values);
  return readable(key);
}

/** `step.write-image` → `write image`: the last part of a key that has no sentence yet. */
export function readable(key: string): string {
  const last = key.slice(key.indexOf('.') + 1);
  return last.replaceAll(/[._-]+/g, ' ').trim();
}
