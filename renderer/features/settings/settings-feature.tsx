import SettingsOutlinedIcon from '@mui/icons-material/SettingsOutlined';
import type { Feature } from '../../app/feature.ts';
import { setPreferences, themeChoices } from '../../app/preferences.ts';
import { goTo } from '../../app/route.ts';
import { languageNames, languages } from '../../i18n/i18n.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

export const settingsFeature: Feature = {
  id: 'settings',
  title: 'settings.title',
  Icon: SettingsOutlinedIcon,
  Screen: lazyPart(async () => (await import('./SettingsScreen.tsx')).SettingsScreen),
  commands: ({ t }) => [
    ...(['backup', 'support'] as const).map(place => ({
      id: `settings.${place}`,
      label: t(`${place}.title`),
      group: t('settings.title'),
      run: () => goTo('settings', place),
    })),
    ...languages.map(language => ({
      id: `settings.language.${language}`,
      label: `${t('settings.language')}: ${languageNames[language]}`,
      group: t('settings.title'),
      keywords: 'language 语言',
      run: () => setPreferences({ language }),
    })),
    ...themeChoices.map(theme => ({
      id: `settings.theme.${theme}`,
      label: `${t('settings.theme')}: ${t(`settings.theme.${theme}`)}`,
      group: t('settings.title'),
      run: () => setPreferences({ theme }),
    })),
  ],
};
