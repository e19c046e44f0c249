import { Box, Button, InputAdornment, MenuItem, Switch, TextField } from '@mui/material';
import { useRef } from 'react';
import { defaultSettings, type EraseMethod, eraseMethods } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { LabelledRow, type RowLabels } from './LabelledRow.tsx';
import { defaultText, type SettingRow } from './setting-rows.ts';
import { formOfSettings, isNumberSetting, rangeOf, type SettingsForm } from './settings-form.ts';

interface Props {
  readonly row: SettingRow;
  readonly form: SettingsForm;
  readonly isWrong: boolean;
  readonly onChange: (change: Partial<SettingsForm>) => void;
}

const defaults = formOfSettings(defaultSettings);

/** One setting in one row: its name and what it does, its value, its default and the way back to it. */
export function SettingField(props: Props) {
  const t = useT();
  const controls = useRef<HTMLDivElement>(null);
  const { row, form, onChange } = props;
  const { name } = row;
  const value = defaultText(t, name);
  const title = t(`settings.${name}`);
  const reset = () => {
    onChange({ [name]: defaults[name] });
    // The button goes, and the keyboard must not be left nowhere.
    controls.current?.querySelector<HTMLElement>('input, textarea, [role=combobox]')?.focus();
  };
  const effect = (
    <>
      {t(`settings.${name}Effect`)}
      {name === 'cleanMethod' && ` ${t(`settings.cleanMethodEffect.${form.cleanMethod}`)}`}{' '}
      {t(`settings.takes.${row.takes}`)}
    </>
  );
  return (
    <LabelledRow name={title} effect={effect}>
      {labels => (
        <Box ref={controls} sx={{ display: 'grid', gap: 0.5 }}>
          <Control {...props} labels={labels} />
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 26, color: 'text.secondary' }}>
            <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
              {t('settings.default', { value })}
            </Box>
            {form[name] !== defaults[name] && (
              <Button
                size="small"
                sx={{ ml: 'auto' }}
                aria-label={t('settings.resetOf', { name: title, value })}
                onClick={reset}
              >
                {t('settings.reset')}
              </Button>
            )}
          </Box>
        </Box>
      )}
    </LabelledRow>
  );
}

function Control({ row: { name }, form, isWrong, onChange, labels }: Props & { readonly labels: RowLabels }) {
  const t = useT();
  if (isNumberSetting(name))
    return (
      <TextField
        hiddenLabel
        value={form[name]}
        error={isWrong}
        helperText={isWrong && t('settings.range', rangeOf(name))}
        onChange={event => onChange({ [name]: event.target.value.trim() })}
        slotProps={{
          htmlInput: { inputMode: 'numeric', ...labels },
          input: name.endsWith('Seconds')
            ? { endAdornment: <InputAdornment position="end">{t('unit.second')}</InputAdornment> }
            : {},
        }}
      />
    );
  switch (name) {
    case 'allowFailingDisks':
    case 'cleanOnRelease':
    case 'keepConsoles':
      return (
        <Switch
          checked={form[name]}
          onChange={(_, isOn) => onChange({ [name]: isOn })}
          slotProps={{ input: labels }}
        />
      );
    case 'metricsEnabled':
      return (
        <Switch
          checked={form.metricsEnabled}
          onChange={(_, metricsEnabled) => onChange({ metricsEnabled })}
          slotProps={{ input: labels }}
        />
      );
    case 'cleanMethod':
      return (
        <TextField
          select
          hiddenLabel
          value={form.cleanMethod}
          onChange={event => onChange({ cleanMethod: event.target.value as EraseMethod })}
          slotProps={{ select: { SelectDisplayProps: labels } }}
        >
          {eraseMethods.map(method => (
            <MenuItem key={method} value={method}>
              {t(`eraseMethod.${method}`)}
            </MenuItem>
          ))}
        </TextField>
      );
    case 'kernelConsole':
    case 'defaultSshKeys':
      return (
        <TextField
          hiddenLabel
          multiline={name === 'defaultSshKeys'}
          minRows={3}
          maxRows={8}
          value={form[name]}
          error={isWrong}
          helperText={
            isWrong && t(name === 'kernelConsole' ? 'settings.kernelConsoleWrong' : 'identity.sshKeysWrong')
          }
          onChange={event => onChange({ [name]: event.target.value })}
          slotProps={{ htmlInput: { spellCheck: false, ...labels } }}
        />
      );
  }
}
