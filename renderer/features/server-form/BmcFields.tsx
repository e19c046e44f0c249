import VisibilityIcon from '@mui/icons-material/Visibility';
import VisibilityOffIcon from '@mui/icons-material/VisibilityOff';
import { Box, FormControlLabel, IconButton, InputAdornment, Switch, TextField } from '@mui/material';
import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import type { ServerForm } from './server-form.ts';

interface Props {
  readonly form: ServerForm;
  readonly onChange: (change: Partial<ServerForm>) => void;
  /** A password is stored already: an empty field keeps it. */
  readonly hasStoredPassword?: boolean;
}

/** IPMI 2.0: 16 and 20 bytes. */
const longestUsername = 16;
const longestPassword = 20;

export function BmcFields({ form, onChange, hasStoredPassword = false }: Props) {
  const t = useT();
  const [isShown, setShown] = useState(false);
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <FormControlLabel
        control={<Switch checked={form.hasBmc} onChange={(_, hasBmc) => onChange({ hasBmc })} />}
        label={t('server.hasBmc')}
      />
      {form.hasBmc && (
        <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '1fr 110px' }}>
          <TextField
            label={t('bmc.address')}
            value={form.address}
            onChange={event => onChange({ address: event.target.value })}
            slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
          />
          <TextField
            label={t('bmc.port')}
            value={form.port}
            onChange={event => onChange({ port: event.target.value.trim() })}
            slotProps={{ htmlInput: { inputMode: 'numeric' } }}
          />
          <TextField
            label={t('bmc.username')}
            value={form.username}
            onChange={event => onChange({ username: event.target.value })}
            slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false, maxLength: longestUsername } }}
            sx={{ gridColumn: '1 / -1' }}
          />
          <TextField
            label={t('bmc.password')}
            type={isShown ? 'text' : 'password'}
            value={form.password}
            onChange={event => onChange({ password: event.target.value })}
            helperText={hasStoredPassword && form.password === '' ? t('server.keepPassword') : undefined}
            sx={{ gridColumn: '1 / -1' }}
            slotProps={{
              htmlInput: { autoComplete: 'new-password', maxLength: longestPassword },
              input: {
                endAdornment: (
                  <InputAdornment position="end">
                    <IconButton
                      aria-label={t(isShown ? 'server.hidePassword' : 'server.showPassword')}
                      onClick={() => setShown(!isShown)}
                    >
                      {isShown ? <VisibilityOffIcon fontSize="small" /> : <VisibilityIcon fontSize="small" />}
                    </IconButton>
                  </InputAdornment>
                ),
              },
            }}
          />
        </Box>
      )}
    </Box>
  );
}
