import type { HealthEvent } from '#shared/contract/index.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import type { Column } from '../../../ui/table-columns.ts';
import { clockText, dateText, zonedText } from '../../../ui/time-text.ts';
import { healthTone } from '../health-text.ts';
import { happenedText } from './event-words.ts';

export function eventColumns(t: Translate): readonly Column<HealthEvent>[] {
  return [
    {
      id: 'at',
      header: t('lanes.time'),
      width: 152,
      rank: 2,
      cell: ({ at, readAt }) =>
        at === null ? (
          <span className="text-quiet" title={t('eventLog.readAt', { time: zonedText(readAt) })}>
            {t('eventLog.noTime')}
          </span>
        ) : (
          <span title={zonedText(at)}>{`${dateText(at)} ${clockText(at)}`}</span>
        ),
    },
    {
      id: 'severity',
      header: t('alarms.severity'),
      width: 116,
      rank: 3,
      cell: ({ severity }) => <ToneText tone={healthTone[severity]}>{t(`healthState.${severity}`)}</ToneText>,
    },
    {
      id: 'sensor',
      header: t('eventLog.sensor'),
      width: 112,
      grow: 1,
      rank: 4,
      cell: ({ sensorName }) => <span title={sensorName}>{sensorName}</span>,
    },
    {
      id: 'event',
      header: t('eventLog.event'),
      width: 150,
      grow: 3,
      rank: 1,
      cell: event => {
        const text = happenedText(t, event);
        return <span title={text}>{text}</span>;
      },
    },
  ];
}
