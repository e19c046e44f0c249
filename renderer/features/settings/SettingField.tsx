import { Box, Button, InputAdornment, MenuItem, Switch, TextField } from '@mui/material';
import { useId, useRef } from 'react';
import { defaultSettings, type EraseMethod, eraseMethods } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
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
  const id = useId();
  const rowBox = useRef<HTMLDivElement>(null);
  const { row, form, onChange } = props;
  const { name } = row;
  const value = defaultText(t, name);
  const title = t(`settings.${name}`);
  const reset = () => {
    onChange({ [name]: defaults[name] });
    // The button goes, and the keyboard must not be left nowhere.
    rowBox.current?.querySelector<HTMLElement>('input, textarea, [role=combobox]')?.focus();
  };
  return (
    <Box
      ref={rowBox}
      sx={theme => ({
        display: 'grid',
        gridTemplateColumns: '1fr 320px',
        columnGap: 3,
        rowGap: 0.5,
        alignItems: 'start',
        py: 1,
        borderTop: `1px solid ${theme.colours.line}`,
      })}
    >
      <Box>
        <Box
          component="label"
          id={`${id}-name`}
          htmlFor={`${id}-value`}
          sx={{ display: 'block', fontWeight: 600 }}
        >
          {title}
        </Box>
        <Box id={`${id}-effect`} sx={{ color: 'text.secondary' }}>
          {t(`settings.${name}Effect`)}
          {name === 'cleanMethod' && ` ${t(`settings.cleanMethodEffect.${form.cleanMethod}`)}`}{' '}
          {t(`settings.takes.${row.takes}`)}
        </Box>
      </Box>
      <Box sx={{ display: 'grid', gap: 0.5 }}>
        <Control
          {...props}
          labels={{
            id: `${id}-value`,
            'aria-labelledby': `${id}-name`,
            'aria-describedby': `${id}-effect`,
          }}
        />
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
    </Box>
  );
}

interface Labels {
  readonly id: string;
  readonly 'aria-labelledby': string;
  readonly 'aria-describedby': string;
}

function Control({ row: { name }, form, isWrong, onChange, labels }: Props & { readonly labels: Labels }) {
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
    case 'cleanOnRelease':
      return (
        <Switch
          checked={form.cleanOnRelease}
          onChange={(_, cleanOnRelease) => onChange({ cleanOnRelease })}
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
