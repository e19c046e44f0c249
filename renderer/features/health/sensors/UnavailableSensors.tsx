import ExpandMoreIcon from '@mui/icons-material/ExpandMore';
import { Accordion, AccordionDetails, AccordionSummary } from '@mui/material';
import type { SensorReadingRow } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Facts } from '../../../ui/Facts.tsx';
import { sensorReasonText } from '../health-text.ts';

/** Sensors without a reading, and why: a machine that is off has dozens. */
export function UnavailableSensors({ sensors }: { readonly sensors: readonly SensorReadingRow[] }) {
  const t = useT();
  return (
    <Accordion>
      <AccordionSummary expandIcon={<ExpandMoreIcon />}>
        {t('sensors.unavailable', { count: sensors.length })}
      </AccordionSummary>
      <AccordionDetails>
        <Facts
          facts={sensors.map(({ name, reason }) => ({
            label: name,
            value: reason === null ? t('word.none') : sensorReasonText(reason),
          }))}
        />
      </AccordionDetails>
    </Accordion>
  );
}
