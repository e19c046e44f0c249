import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import { Accordion, AccordionDetails, AccordionSummary, Box } from '@mui/material';
import { useState } from 'react';
import type { FruDeviceRow } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useQuery } from '../../../client/use-query.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { Section } from '../../../ui/Section.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { fruKeyText } from '../health-text.ts';

/** Makers and serial numbers as the BMC has them. Asked for when it is unfolded: reading them takes a BMC seconds. */
export function FruList({ nodeId }: { readonly nodeId: NodeId }) {
  const t = useT();
  const client = useClient();
  const [isOpen, setOpen] = useState(false);
  const fru = useQuery(isOpen ? `fru ${nodeId}` : null, signal => client.health.fru({ nodeId }, signal));
  return (
    <Accordion expanded={isOpen} onChange={(_, isExpanded) => setOpen(isExpanded)}>
      <AccordionSummary expandIcon={<ExpandMoreIcon />}>{t('fru.title')}</AccordionSummary>
      <AccordionDetails sx={{ display: 'grid', gap: 2 }}>
        {fru.isPending && (
          <Box role="status" sx={{ color: 'text.secondary' }}>
            {t('sensors.reading')}
          </Box>
        )}
        {fru.error && <ErrorLines error={fru.error} actions={{ retry: fru.reload }} />}
        {fru.data?.length === 0 && <Box>{t('fru.none')}</Box>}
        {fru.data?.map(device => (
          <Device key={device.name} device={device} />
        ))}
      </AccordionDetails>
    </Accordion>
  );
}

function Device({ device: { name, fields, fault } }: { readonly device: FruDeviceRow }) {
  return (
    <Section title={name}>
      {fault !== null && <ToneText tone="waiting">{fault}</ToneText>}
      <Facts facts={fields.map(({ key, value }) => ({ label: fruKeyText(key), value }))} />
    </Section>
  );
}
