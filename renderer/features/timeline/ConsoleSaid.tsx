import { Button } from '@mui/material';
import type { Deployment, TimelineEvent } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Notice } from '../../ui/Notice.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { preciseClockText } from '../../ui/time-text.ts';
import { eventText } from './event-text.ts';
import { explainingEvent } from './explaining-console.ts';

interface Props {
  readonly deployment: Deployment;
  readonly events: readonly TimelineEvent[];
  readonly onShow: (seq: number) => void;
}

/** Why a step does not come to its end, in the machine's own words. */
export function ConsoleSaid({ deployment, events, onShow }: Props) {
  const t = useT();
  const event = explainingEvent(deployment, events);
  if (event === undefined) return null;
  return (
    <Notice>
      <ToneText tone={deployment.state === 'running' ? 'waiting' : 'failed'}>{eventText(t, event)}</ToneText>
      <Button onClick={() => onShow(event.seq)}>
        {t('timeline.saidAt', { time: preciseClockText(event.at) })}
      </Button>
    </Notice>
  );
}
