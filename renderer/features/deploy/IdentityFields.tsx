import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import {
  Accordion,
  AccordionDetails,
  AccordionSummary,
  Box,
  FormControlLabel,
  Switch,
  TextField,
} from '@mui/material';
import type { Image, Profile } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { type DeployForm, readKeys, wrongFields } from './deploy-form.ts';
import { hasProfileLogin } from './profile-parts.ts';

interface Props {
  readonly form: DeployForm;
  readonly image: Image | undefined;
  readonly profile: Profile | undefined;
  readonly onChange: (change: Partial<DeployForm>) => void;
}

/** Who the machine becomes. */
export function IdentityFields({ form, image, profile, onChange }: Props) {
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
      {form.rootPassword === '' && keyCount === 0 && !hasProfileLogin(image, profile) && (
        <Box sx={{ color: 'warning.main' }}>{t('identity.noLogin')}</Box>
      )}
      {image?.kind !== 'installer' && <Advanced form={form} image={image} onChange={onChange} />}
    </Box>
  );
}

/** Of images that we write: an installer is told by its answer file. */
function Advanced({ form, image, onChange }: Omit<Props, 'profile'>) {
  const t = useT();
  return (
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
        {image?.kind !== 'file-system' && (
          <FormControlLabel
            control={
              <Switch
                checked={form.growLastPartition}
                onChange={(_, growLastPartition) => onChange({ growLastPartition })}
              />
            }
            label={t('identity.grow')}
          />
        )}
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
  );
}
