import { Box, ToggleButton, ToggleButtonGroup } from '@mui/material';
import type { ReactNode } from 'react';
import { densityChoices, setPreferences, themeChoices, usePreferences } from '../../app/preferences.ts';
import { languageNames, languages, useT } from '../../i18n/i18n.ts';
import { Section } from '../../ui/Section.tsx';

/** Taken at once; only this page and this person. */
export function AppearanceSettings() {
  const t = useT();
  const { language, theme, density } = usePreferences();
  return (
    <Section level={2} title={t('settings.appearance')}>
      <Box sx={{ color: 'text.secondary' }}>{t('settings.personal')}</Box>
      <Choice
        label={t('settings.language')}
        value={language}
        options={languages.map(name => ({ value: name, label: languageNames[name], lang: name }))}
        onChange={value => setPreferences({ language: value })}
      />
      <Choice
        label={t('settings.theme')}
        value={theme}
        options={themeChoices.map(name => ({ value: name, label: t(`settings.theme.${name}`) }))}
        onChange={value => setPreferences({ theme: value })}
      />
      <Choice
        label={t('settings.density')}
        value={density}
        options={densityChoices.map(name => ({ value: name, label: t(`settings.density.${name}`) }))}
        onChange={value => setPreferences({ density: value })}
        help={t('settings.densityHelp')}
      />
    </Section>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string; readonly lang?: string }[];
  readonly onChange: (value: Value) => void;
  readonly help?: ReactNode;
}

function Choice<Value extends string>({ label, value, options, onChange, help }: ChoiceProps<Value>) {
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: '160px auto', alignItems: 'center', gap: 1 }}>
      <span>{label}</span>
      <ToggleButtonGroup
        exclusive
        aria-label={label}
        value={value}
        onChange={(_, chosen: Value | null) => {
          if (chosen !== null) onChange(chosen);
        }}
      >
        {options.map(option => (
          <ToggleButton key={option.value} value={option.value} lang={option.lang}>
            {option.label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {help && <Box sx={{ gridColumn: 2, color: 'text.secondary' }}>{help}</Box>}
    </Box>
  );
}
