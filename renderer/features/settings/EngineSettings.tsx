import { Box, Button, FormControlLabel, InputAdornment, MenuItem, Switch, TextField } from '@mui/material';
import type { FormEvent } from 'react';
import { type EraseMethod, eraseMethods, type Settings } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Section } from '../../ui/Section.tsx';
import { useSettingsForm } from './settings-draft.ts';
import {
  changedSettings,
  formOfSettings,
  type NumberSetting,
  numberSettings,
  rangeOf,
  type SettingsForm,
  wrongSettings,
} from './settings-form.ts';

/** Of the engine: for everybody who uses it. Each field says what it does and when. */
export function EngineSettings({ settings }: { readonly settings: Settings }) {
  const t = useT();
  const client = useClient();
  const [form, setForm] = useSettingsForm(settings);
  const wrong = wrongSettings(form);
  const changed = changedSettings(form, settings);
  const hasChanges = changed !== null && Object.keys(changed).length > 0;
  const save = useCommand((change: Partial<Settings>) => client.settings.update(change));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed !== null && hasChanges) void save.run(changed);
  };
  const numberField = (name: NumberSetting) => (
    <TextField
      key={name}
      label={t(`settings.${name}`)}
      value={form[name]}
      error={wrong.has(name)}
      helperText={wrong.has(name) ? t('settings.range', rangeOf(name)) : t(`settings.${name}Effect`)}
      onChange={event => setForm({ ...form, [name]: event.target.value.trim() })}
      slotProps={{
        htmlInput: { inputMode: 'numeric' },
        input: name.endsWith('Seconds')
          ? { endAdornment: <InputAdornment position="end">{t('unit.second')}</InputAdornment> }
          : {},
      }}
    />
  );
  return (
    <Section level={2} title={t('settings.engine')}>
      <Box component="form" onSubmit={submit} sx={{ display: 'grid', gap: 2, mt: 0.5 }}>
        <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1fr 1fr' }}>
          {numberSettings.map(numberField)}
        </Box>
        <CleaningFields form={form} onChange={change => setForm({ ...form, ...change })} />
        <TextField
          label={t('settings.kernelConsole')}
          value={form.kernelConsole}
          error={wrong.has('kernelConsole')}
          helperText={t(
            wrong.has('kernelConsole') ? 'settings.kernelConsoleWrong' : 'settings.kernelConsoleEffect',
          )}
          onChange={event => setForm({ ...form, kernelConsole: event.target.value })}
          slotProps={{ htmlInput: { spellCheck: false } }}
        />
        <TextField
          label={t('settings.defaultSshKeys')}
          multiline
          minRows={3}
          maxRows={8}
          value={form.defaultSshKeys}
          error={wrong.has('defaultSshKeys')}
          helperText={t(
            wrong.has('defaultSshKeys') ? 'identity.sshKeysWrong' : 'settings.defaultSshKeysEffect',
          )}
          onChange={event => setForm({ ...form, defaultSshKeys: event.target.value })}
          slotProps={{ htmlInput: { spellCheck: false } }}
        />
        {save.error && <ErrorLines error={save.error} />}
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          <Button type="submit" variant="contained" disabled={!hasChanges || save.isPending}>
            {t('action.save')}
          </Button>
          <Button disabled={!hasChanges} onClick={() => setForm(formOfSettings(settings))}>
            {t('settings.discard')}
          </Button>
          <span role="status">{!hasChanges && changed !== null && t('settings.allSaved')}</span>
        </Box>
      </Box>
    </Section>
  );
}

interface CleaningProps {
  readonly form: SettingsForm;
  readonly onChange: (change: Partial<SettingsForm>) => void;
}

/** What happens to the disks of a server that is given back. */
function CleaningFields({ form, onChange }: CleaningProps) {
  const t = useT();
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: '1fr 1fr', alignItems: 'start' }}>
      <Box>
        <FormControlLabel
          control={
            <Switch
              checked={form.cleanOnRelease}
              onChange={(_, cleanOnRelease) => onChange({ cleanOnRelease })}
            />
          }
          label={t('settings.cleanOnRelease')}
        />
        <Box sx={{ color: 'text.secondary', fontSize: '0.92em' }}>{t('settings.cleanOnReleaseEffect')}</Box>
      </Box>
      <TextField
        select
        label={t('settings.cleanMethod')}
        value={form.cleanMethod}
        helperText={t(`settings.cleanMethodEffect.${form.cleanMethod}`)}
        onChange={event => onChange({ cleanMethod: event.target.value as EraseMethod })}
      >
        {eraseMethods.map(method => (
          <MenuItem key={method} value={method}>
            {t(`eraseMethod.${method}`)}
          </MenuItem>
        ))}
      </TextField>
    </Box>
  );
}
