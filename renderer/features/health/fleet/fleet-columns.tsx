import { Box } from '@mui/material';
import type { ServerHealth } from '#shared/contract/index.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { errorText } from '../../../i18n/error-text.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import type { Column } from '../../../ui/table-columns.ts';
import { ageText, zonedText } from '../../../ui/time-text.ts';
import { useNow } from '../../../ui/use-now.ts';
import { alarmText } from '../alarms/alarm-text.ts';
import { healthTone, measureText } from '../health-text.ts';
import { badness, type FleetRow } from './fleet-rows.ts';

export function fleetColumns(t: Translate): readonly Column<FleetRow>[] {
  return [
    {
      id: 'name',
      header: t('rack.name'),
      width: 130,
      grow: 1,
      rank: 1,
      cell: ({ name }) => <span className="text-strong">{name}</span>,
      sortValue: ({ name }) => name,
    },
    {
      id: 'state',
      header: t('rack.state'),
      width: 140,
      rank: 2,
      cell: ({ health: { state } }) => (
        <ToneText tone={healthTone[state]}>{t(`healthState.${state}`)}</ToneText>
      ),
      sortValue: ({ health }) => badness(health),
    },
    {
      id: 'worst',
      header: t('health.worst'),
      width: 190,
      grow: 3,
      rank: 3,
      cell: row => {
        const text = worstText(t, row);
        return <span title={text}>{text}</span>;
      },
    },
    {
      id: 'alarms',
      header: t('health.alarms'),
      width: 84,
      rank: 4,
      cell: ({ health: { alarms } }) => (alarms === 0 ? '' : alarms),
      sortValue: ({ health }) => health.alarms,
    },
    {
      id: 'temperature',
      header: t('health.temperature'),
      width: 170,
      grow: 1,
      rank: 5,
      cell: ({ health }) => <TemperatureCell health={health} />,
      sortValue: ({ health }) => health.temperature?.celsius ?? -300,
    },
    {
      id: 'power',
      header: t('health.power'),
      width: 92,
      rank: 6,
      cell: ({ health: { powerWatts } }) => (powerWatts === null ? '' : measureText(powerWatts, 'watts')),
      sortValue: ({ health }) => health.powerWatts ?? -1,
    },
    {
      id: 'eventLog',
      header: t('health.eventLog'),
      width: 150,
      rank: 7,
      cell: ({ health }) => <EventLogCell health={health} />,
      sortValue: ({ health }) => health.eventLog?.entries ?? -1,
    },
    {
      id: 'readAt',
      header: t('health.readAt'),
      width: 110,
      rank: 8,
      cell: ({ health: { readAt } }) => readAt !== null && <Age at={readAt} />,
      sortValue: ({ health }) => health.readAt ?? 0,
    },
  ];
}

/** Why nothing is known; else the worst sensors, an alarm about something that has no sensor, or what could not be read. */
function worstText(t: Translate, { health: { state, error, worst }, alarm }: FleetRow): string {
  const fault = error === null ? '' : errorText(t, error).what;
  if (state === 'unknown' && fault !== '') return fault;
  return worst.join(t('word.comma')) || (alarm === undefined ? fault : alarmText(t, alarm));
}

function TemperatureCell({ health: { temperature } }: { readonly health: ServerHealth }) {
  if (temperature === null) return null;
  return (
    <span title={temperature.name}>
      {measureText(temperature.celsius, 'degrees-c')}
      <span className="text-quiet">{` · ${temperature.name}`}</span>
    </span>
  );
}

function EventLogCell({ health: { eventLog } }: { readonly health: ServerHealth }) {
  const t = useT();
  if (eventLog === null) return null;
  const text = t('health.entries', { count: eventLog.entries });
  return eventLog.isNearlyFull ? (
    <ToneText tone="waiting" title={t('health.nearlyFull', { count: eventLog.entries })}>
      {t('health.nearlyFull', { count: eventLog.entries })}
    </ToneText>
  ) : (
    text
  );
}

/** By itself, because it is all that a second changes. */
function Age({ at }: { readonly at: number }) {
  const t = useT();
  return (
    <Box component="span" title={zonedText(at)}>
      {ageText(t, at, useNow())}
    </Box>
  );
}
