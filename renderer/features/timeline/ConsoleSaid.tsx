import { Box, Button } from '@mui/material';
import type { Deployment, TimelineEvent } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Notice } from '../../ui/Notice.tsx';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { preciseClockText } from '../../ui/time-text.ts';
import { eventText } from './event-text.ts';
import { explainingEvent } from './explaining-console.ts';

interface Props {
  readonly deployment: Deployment;
  readonly events: readonly TimelineEvent[];
  readonly onShow: (seq: number) => void;
}

/** What a machine says may be long: the event that the button leads to has all of it. */
const inThreeLines = {
  minWidth: 0,
  overflowWrap: 'anywhere',
  display: '-webkit-box',
  WebkitBoxOrient: 'vertical',
  WebkitLineClamp: '3',
  overflow: 'hidden',
} as const;

/** Why a step does not come to its end, in the machine's own words. */
export function ConsoleSaid({ deployment, events, onShow }: Props) {
  const t = useT();
  const event = explainingEvent(deployment, events);
  if (event === undefined) return null;
  return (
    <Notice>
      <Box sx={{ display: 'flex', gap: 0.75, alignItems: 'baseline', minWidth: 0 }}>
        <ToneMark tone={deployment.state === 'running' ? 'waiting' : 'failed'} />
        <Box component="span" sx={inThreeLines}>
          {eventText(t, event)}
        </Box>
      </Box>
      <Button onClick={() => onShow(event.seq)}>
        {t('timeline.saidAt', { time: preciseClockText(event.at) })}
      </Button>
    </Notice>
  );
}
