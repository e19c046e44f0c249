import { Autocomplete, Box, FormControlLabel, MenuItem, Switch, TextField } from '@mui/material';
import { identityDrive } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { FormText } from './FormText.tsx';
import { problemAt } from './problem-text.ts';
import type { ProfileForm, ProfileProblem } from './profile-form.ts';

interface Props {
  readonly form: ProfileForm;
  readonly onChange: (change: Partial<ProfileForm>) => void;
  readonly problems: readonly ProfileProblem[];
}

const timeZones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
const locales = [
  'C.UTF-8',
  'en_US.UTF-8',
  'en_GB.UTF-8',
  'de_DE.UTF-8',
  'es_ES.UTF-8',
  'fr_FR.UTF-8',
  'it_IT.UTF-8',
  'ja_JP.UTF-8',
  'ko_KR.UTF-8',
  'pt_BR.UTF-8',
  'ru_RU.UTF-8',
  'zh_CN.UTF-8',
  'zh_TW.UTF-8',
];
const keyboards = ['us', 'gb', 'de', 'ch', 'es', 'fr', 'it', 'jp', 'kr', 'br', 'ru', 'cn'];

/** Time zone, language, kernel. */
export function SystemFields({ form, onChange, problems }: Props) {
  const t = useT();
  const choice = (name: 'timeZone' | 'locale' | 'keyboard', options: readonly string[]) => (
    <Autocomplete
      freeSolo
      options={options}
      inputValue={form[name]}
      onInputChange={(_, value) => {
        if (value !== form[name]) onChange({ [name]: value });
      }}
      renderInput={params => (
        <TextField
          {...params}
          required
          label={t(`profile.${name}`)}
          error={problemAt(problems, name) !== undefined}
          helperText={problemAt(problems, name) ?? t(`profile.${name}Help`)}
        />
      )}
    />
  );
  return (
    <Box sx={{ display: 'grid', gap: 2, pt: 1, maxWidth: 720 }}>
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '2fr 1.2fr 1fr' }}>
        {choice('timeZone', timeZones)}
        {choice('locale', locales)}
        {choice('keyboard', keyboards)}
      </Box>
      <FormText
        label={t('profile.kernelArguments')}
        value={form.kernelArguments}
        problem={problemAt(problems, 'kernelArguments')}
        help={t('profile.kernelArgumentsHelp')}
        onChange={kernelArguments => onChange({ kernelArguments })}
        maxLength={500}
        isMono
      />
      <Box>
        <FormControlLabel
          control={
            <Switch
              checked={form.rebuildInitramfs}
              onChange={(_, rebuildInitramfs) => onChange({ rebuildInitramfs })}
            />
          }
          label={t('profile.rebuildInitramfs')}
        />
        <Box sx={{ color: 'text.secondary' }}>{t('profile.rebuildInitramfsHelp')}</Box>
      </Box>
      <TextField
        select
        label={t('profile.identityDrive')}
        value={form.identityDrive}
        onChange={event => onChange({ identityDrive: identityDrive.parse(event.target.value) })}
        helperText={t('profile.identityDriveHelp')}
      >
        {identityDrive.options.map(option => (
          <MenuItem key={option} value={option}>
            {t(`profile.identityDrive.${option}`)}
          </MenuItem>
        ))}
      </TextField>
    </Box>
  );
}
