import { Box, Typography } from '@mui/material';
import type { Deployment, TimelineEvent } from '#shared/contract/index.ts';
import { translateLoose, useT } from '../../../i18n/i18n.ts';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { LiveText } from '../../../ui/LiveText.tsx';
import { Mono } from '../../../ui/Mono.tsx';
import { preciseClockText, zonedText } from '../../../ui/time-text.ts';
import { eventText, eventValues } from '../event-text.ts';

interface Props {
  readonly event: TimelineEvent;
  readonly deployment: Deployment;
}

/** One event with its evidence: every value that was kept with it; as it was kept, it can be copied. */
export function EventDetail({ event, deployment }: Props) {
  const t = useT();
  const sentence = eventText(t, event, deployment.kind === 'cleaning');
  const step = deployment.steps.find(({ name }) => name === event.details['step']);
  const evidence = event.message === 'step.done' ? Object.entries(step?.evidence ?? {}) : [];
  const kept = [...Object.entries(event.details), ...evidence];
  const values = eventValues(t, Object.fromEntries(kept));
  return (
    <Box sx={{ display: 'grid', gap: 1, alignContent: 'start' }}>
      <LiveText text={`${preciseClockText(event.at)} ${sentence}`} />
      <Typography variant="h3" component="h2">
        {sentence}
      </Typography>
      <Facts
        facts={[
          {
            label: t('lanes.time'),
            value: <time title={zonedText(event.at)}>{preciseClockText(event.at)}</time>,
          },
          { label: t('timeline.kind'), value: t(`eventKind.${event.kind}`) },
          ...kept.map(([name]) => ({
            label: translateLoose(`detail.${name}`, {}),
            value: <Mono>{String(values[name] ?? '')}</Mono>,
          })),
          { label: t('lanes.number'), value: event.seq },
        ]}
      />
      <Box>
        <CopyButton text={JSON.stringify(event, null, 2)} label={t('lanes.copyEvent')} />
      </Box>
    </Box>
  );
}
