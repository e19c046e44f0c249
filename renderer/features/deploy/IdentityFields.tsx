import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import {
  Accordion,
  AccordionDetails,
  AccordionSummary,
  Box,
  FormControlLabel,
  Radio,
  RadioGroup,
  Switch,
  TextField,
} from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { type DeployForm, readKeys, wrongFields } from './deploy-form.ts';

interface Props {
  readonly form: DeployForm;
  readonly onChange: (change: Partial<DeployForm>) => void;
}

/** Who the machine becomes. */
export function IdentityFields({ form, onChange }: Props) {
  const t = useT();
  const wrong = wrongFields(form);
  const keyCount = readKeys(form.sshKeys).length;
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <TextField
        required
        label={t('identity.hostName')}
        value={form.hostName}
        error={wrong.has('hostName')}
        helperText={wrong.has('hostName') ? t('identity.hostNameWrong') : undefined}
        onChange={event => onChange({ hostName: event.target.value.trim() })}
        slotProps={{ htmlInput: { spellCheck: false } }}
      />
      <TextField
        label={t('identity.rootPassword')}
        type="password"
        value={form.rootPassword}
        onChange={event => onChange({ rootPassword: event.target.value })}
        slotProps={{ htmlInput: { autoComplete: 'new-password', maxLength: 200 } }}
      />
      <TextField
        label={t('identity.sshKeys')}
        multiline
        minRows={2}
        maxRows={4}
        value={form.sshKeys}
        error={wrong.has('sshKeys')}
        helperText={
          wrong.has('sshKeys') ? t('identity.sshKeysWrong') : t('identity.keyCount', { count: keyCount })
        }
        onChange={event => onChange({ sshKeys: event.target.value })}
        slotProps={{ htmlInput: { spellCheck: false } }}
      />
      {form.rootPassword === '' && keyCount === 0 && (
        <Box sx={{ color: 'warning.main' }}>{t('identity.noLogin')}</Box>
      )}
      <NetworkFields form={form} onChange={onChange} />
      <Accordion elevation={0}>
        <AccordionSummary expandIcon={<ExpandMoreIcon />}>{t('identity.advanced')}</AccordionSummary>
        <AccordionDetails sx={{ display: 'grid', gap: 1.5 }}>
          <FormControlLabel
            control={
              <Switch
                checked={form.verify === 'readback'}
                onChange={(_, checked) => onChange({ verify: checked ? 'readback' : 'stream' })}
              />
            }
            label={t('identity.readback')}
          />
          <FormControlLabel
            control={
              <Switch
                checked={form.growLastPartition}
                onChange={(_, growLastPartition) => onChange({ growLastPartition })}
              />
            }
            label={t('identity.grow')}
          />
          <TextField
            label={t('identity.userData')}
            multiline
            minRows={3}
            maxRows={8}
            value={form.userData}
            onChange={event => onChange({ userData: event.target.value })}
            slotProps={{ htmlInput: { spellCheck: false } }}
          />
        </AccordionDetails>
      </Accordion>
    </Box>
  );
}

function NetworkFields({ form, onChange }: Props) {
  const t = useT();
  const wrong = wrongFields(form);
  const address = (name: 'address' | 'gateway', label: string, isRequired: boolean) => (
    <TextField
      required={isRequired}
      label={label}
      value={form[name]}
      error={wrong.has(name)}
      helperText={wrong.has(name) ? t('identity.notAnAddress') : undefined}
      onChange={event => onChange({ [name]: event.target.value.trim() })}
    />
  );
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <RadioGroup
        row
        aria-label={t('identity.network')}
        value={form.method}
        onChange={(_, method) => onChange({ method: method === 'static' ? 'static' : 'dhcp' })}
      >
        <FormControlLabel value="dhcp" control={<Radio />} label={t('identity.dhcp')} />
        <FormControlLabel value="static" control={<Radio />} label={t('identity.static')} />
      </RadioGroup>
      {form.method === 'static' && (
        <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '1fr 110px' }}>
          {address('address', t('identity.address'), true)}
          <TextField
            required
            label={t('identity.prefixLength')}
            value={form.prefixLength}
            error={wrong.has('prefixLength')}
            helperText={wrong.has('prefixLength') ? t('identity.prefixRange') : undefined}
            onChange={event => onChange({ prefixLength: event.target.value.trim() })}
          />
          {address('gateway', t('identity.gateway'), false)}
          <Box />
          <TextField
            label={t('identity.dns')}
            value={form.dns}
            error={wrong.has('dns')}
            helperText={wrong.has('dns') ? t('identity.notAnAddress') : undefined}
            onChange={event => onChange({ dns: event.target.value })}
            sx={{ gridColumn: '1 / -1' }}
          />
        </Box>
      )}
    </Box>
  );
}
