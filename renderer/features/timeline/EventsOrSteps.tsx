import { ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';

export type EventsOrStepsChoice = 'events' | 'steps';

interface Props {
  readonly shown: EventsOrStepsChoice;
  readonly onShow: (choice: EventsOrStepsChoice) => void;
}

/** Where there is no room for both beside each other. */
export function EventsOrSteps({ shown, onShow }: Props) {
  const t = useT();
  return (
    <ToggleButtonGroup
      exclusive
      aria-label={t('timeline.shown')}
      value={shown}
      onChange={(_, choice: EventsOrStepsChoice | null) => {
        if (choice !== null) onShow(choice);
      }}
    >
      <ToggleButton value="events">{t('timeline.eventsTab')}</ToggleButton>
      <ToggleButton value="steps">{t('timeline.stepsTab')}</ToggleButton>
    </ToggleButtonGroup>
  );
}
