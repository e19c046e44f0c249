import CloseIcon from '@mui/icons-material/Close';
import { Box, IconButton } from '@mui/material';
import type { HealthEvent } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Facts } from '../../../ui/Facts.tsx';
import { Mono } from '../../../ui/Mono.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { zonedText } from '../../../ui/time-text.ts';
import { healthTone, sensorTypeText } from '../health-text.ts';
import { happenedText } from './event-words.ts';

interface Props {
  readonly event: HealthEvent;
  readonly onClose: () => void;
}

/** An entry with all that the BMC wrote. */
export function EventDetail({ event, onClose }: Props) {
  const t = useT();
  return (
    <Box
      component="section"
      aria-label={t('eventLog.detail')}
      tabIndex={0}
      sx={theme => ({
        flex: 'none',
        maxHeight: '45%',
        overflow: 'auto',
        px: 2,
        py: 1,
        display: 'grid',
        gap: 1,
        borderTop: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.raised,
      })}
    >
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1 }}>
        <Box sx={{ flex: 1, fontWeight: 600, overflowWrap: 'anywhere' }}>
          <ToneText tone={healthTone[event.severity]}>{happenedText(t, event)}</ToneText>
        </Box>
        <IconButton aria-label={t('action.close')} onClick={onClose}>
          <CloseIcon fontSize="small" />
        </IconButton>
      </Box>
      <Facts
        facts={[
          { label: t('eventLog.sensor'), value: event.sensorName },
          { label: t('eventLog.type'), value: sensorTypeText(event.sensorType) },
          { label: t('eventLog.direction'), value: t(`eventDirection.${event.direction}`) },
          { label: t('eventLog.generator'), value: event.generator },
          { label: t('eventLog.data'), value: <Mono>{event.data}</Mono> },
          { label: t('eventLog.number'), value: event.entryId },
          { label: t('lanes.time'), value: event.at === null ? t('eventLog.noTime') : zonedText(event.at) },
          { label: t('eventLog.read'), value: zonedText(event.readAt) },
        ]}
      />
    </Box>
  );
}
