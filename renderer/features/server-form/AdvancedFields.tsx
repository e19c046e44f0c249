import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import { Accordion, AccordionDetails, AccordionSummary, Box, MenuItem, TextField } from '@mui/material';
import { bmcPrivileges, bmcProtocols, bootModes } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { isBmcKey, type ServerForm } from './server-form.ts';

interface Props {
  readonly form: ServerForm;
  readonly onChange: (change: Partial<ServerForm>) => void;
  /** A BMC key is stored already: an empty field keeps it. */
  readonly hasStoredBmcKey: boolean;
}

/** What is found out by itself on most servers: boot mode, privilege, cipher suite, BMC key. */
export function AdvancedFields({ form, onChange, hasStoredBmcKey }: Props) {
  const t = useT();
  return (
    <Accordion elevation={0}>
      <AccordionSummary expandIcon={<ExpandMoreIcon />}>{t('server.advanced')}</AccordionSummary>
      <AccordionDetails
        sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(240px, 1fr))' }}
      >
        <TextField
          select
          label={t('server.bootMode')}
          value={form.bootMode ?? ''}
          onChange={event =>
            onChange({ bootMode: bootModes.find(mode => mode === event.target.value) ?? null })
          }
        >
          <MenuItem value="">{t('server.bootModeUnknown')}</MenuItem>
          {bootModes.map(mode => (
            <MenuItem key={mode} value={mode}>
              {t(`bootMode.${mode}`)}
            </MenuItem>
          ))}
        </TextField>
        {form.hasBmc && <BmcAdvanced form={form} onChange={onChange} hasStoredBmcKey={hasStoredBmcKey} />}
      </AccordionDetails>
    </Accordion>
  );
}

function BmcAdvanced({ form, onChange, hasStoredBmcKey }: Props) {
  const t = useT();
  const isWrong = !isBmcKey(form.bmcKey);
  const keeps = hasStoredBmcKey && form.bmcKey === '';
  return (
    <>
      <TextField
        select
        label={t('bmc.privilege')}
        value={form.privilege ?? ''}
        onChange={event =>
          onChange({ privilege: bmcPrivileges.find(level => level === event.target.value) ?? null })
        }
      >
        <MenuItem value="">{t('bmc.privilegeAuto')}</MenuItem>
        {bmcPrivileges.map(level => (
          <MenuItem key={level} value={level}>
            {t(`bmcPrivilege.${level}`)}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        label={t('bmc.protocol')}
        value={form.protocol}
        onChange={event =>
          onChange({ protocol: bmcProtocols.find(name => name === event.target.value) ?? 'auto' })
        }
      >
        {bmcProtocols.map(name => (
          <MenuItem key={name} value={name}>
            {t(`bmcProtocol.${name}`)}
          </MenuItem>
        ))}
      </TextField>
      <Box>
        <TextField
          fullWidth
          type="password"
          label={t('bmc.key')}
          value={form.bmcKey}
          error={isWrong}
          onChange={event => onChange({ bmcKey: event.target.value.trim() })}
          helperText={t(isWrong ? 'bmc.keyWrong' : keeps ? 'bmc.keyKept' : 'bmc.keyHelp')}
          slotProps={{ htmlInput: { autoComplete: 'new-password', spellCheck: false } }}
        />
      </Box>
    </>
  );
}
