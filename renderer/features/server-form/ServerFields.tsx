import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import { Accordion, AccordionDetails, AccordionSummary, Box, TextField, Typography } from '@mui/material';
import type { NodeId } from '#shared/model/ids.ts';
import { useT } from '../../i18n/i18n.ts';
import { AdvancedFields } from './AdvancedFields.tsx';
import { BmcFields } from './BmcFields.tsx';
import { BmcTest } from './BmcTest.tsx';
import { HintFields } from './HintFields.tsx';
import { MacsField } from './MacsField.tsx';
import { PurposeFields } from './PurposeFields.tsx';
import type { ServerForm } from './server-form.ts';

interface Props {
  readonly form: ServerForm;
  readonly onChange: (change: Partial<ServerForm>) => void;
  readonly nodeId?: NodeId;
  readonly hasStoredPassword?: boolean;
  readonly hasStoredBmcKey?: boolean;
}

/** The fields of a server, with the test of its BMC beside them. */
export function ServerFields({
  form,
  onChange,
  nodeId,
  hasStoredPassword = false,
  hasStoredBmcKey = false,
}: Props) {
  const t = useT();
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <TextField
        autoFocus
        required
        label={t('server.name')}
        value={form.name}
        onChange={event => onChange({ name: event.target.value })}
        sx={{ mt: 1 }}
        slotProps={{ htmlInput: { maxLength: 63, spellCheck: false } }}
      />
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', md: '1fr 1fr' } }}>
        <BmcFields form={form} onChange={onChange} hasStoredPassword={hasStoredPassword} />
        <Box sx={{ pt: 0.5 }}>
          {form.hasBmc ? (
            <>
              <Typography variant="h3" component="h3" sx={{ mb: 1 }}>
                {t('bmcTest.title')}
              </Typography>
              <BmcTest form={form} {...(nodeId && { nodeId })} />
            </>
          ) : (
            <Box sx={{ color: 'text.secondary' }}>{t('server.noBmcMeans')}</Box>
          )}
        </Box>
      </Box>
      <AdvancedFields form={form} onChange={onChange} hasStoredBmcKey={hasStoredBmcKey} />
      {nodeId === undefined && <MacsField value={form.macs} onChange={macs => onChange({ macs })} />}
      <PurposeFields form={form} onChange={onChange} />
      <Accordion elevation={0} defaultExpanded={Object.keys(form.hints).length > 0}>
        <AccordionSummary expandIcon={<ExpandMoreIcon />}>{t('hint.title')}</AccordionSummary>
        <AccordionDetails>
          <Box sx={{ color: 'text.secondary', mb: 1.5 }}>{t('hint.help')}</Box>
          <HintFields hints={form.hints} onChange={hints => onChange({ hints })} />
        </AccordionDetails>
      </Accordion>
    </Box>
  );
}
