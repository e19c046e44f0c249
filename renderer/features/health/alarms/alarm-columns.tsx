import { Link } from '@mui/material';
import { routeHref } from '../../../app/route.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import type { Column } from '../../../ui/table-columns.ts';
import { durationText, zonedText } from '../../../ui/time-text.ts';
import { useNow } from '../../../ui/use-now.ts';
import { healthTone } from '../health-text.ts';
import { type AlarmRow, urgency } from './alarm-rows.ts';

export function alarmColumns(t: Translate): readonly Column<AlarmRow>[] {
  return [
    {
      id: 'severity',
      header: t('alarms.severity'),
      width: 140,
      rank: 2,
      cell: ({ alarm: { severity } }) => (
        <ToneText tone={healthTone[severity]}>{t(`healthState.${severity}`)}</ToneText>
      ),
      sortValue: ({ alarm }) => urgency(alarm),
    },
    {
      id: 'server',
      header: t('alarms.server'),
      width: 120,
      rank: 3,
      cell: ({ alarm, serverName }) => <ServerLink nodeId={alarm.nodeId} name={serverName} />,
      sortValue: ({ serverName }) => serverName,
    },
    {
      id: 'text',
      header: t('alarms.what'),
      width: 220,
      grow: 3,
      rank: 1,
      cell: ({ text }) => <span title={text}>{text}</span>,
      sortValue: ({ text }) => text,
    },
    {
      id: 'raisedAt',
      header: t('alarms.raisedAt'),
      width: 190,
      rank: 4,
      cell: ({ alarm: { raisedAt } }) => zonedText(raisedAt).slice(0, localTimeLength),
      sortValue: ({ alarm }) => alarm.raisedAt,
    },
    {
      id: 'duration',
      header: t('alarms.duration'),
      width: 120,
      rank: 5,
      cell: ({ alarm }) => <Duration from={alarm.raisedAt} until={alarm.clearedAt} />,
      sortValue: ({ alarm: { raisedAt, clearedAt } }) => (clearedAt ?? Date.now()) - raisedAt,
    },
    {
      id: 'note',
      header: t('alarms.note'),
      width: 140,
      grow: 1,
      rank: 6,
      cell: ({ alarm: { note } }) => <span title={note}>{note}</span>,
      sortValue: ({ alarm }) => alarm.note,
    },
  ];
}

/** `2026-11-23 14:03:07`. */
const localTimeLength = 19;

/** Not a tab stop: the grid has one, and its row opens a sheet with the same link. */
function ServerLink({ nodeId, name }: { readonly nodeId: string; readonly name: string }) {
  return (
    <Link
      href={routeHref('health', nodeId, 'sensors')}
      tabIndex={-1}
      onClick={event => event.stopPropagation()}
    >
      {name}
    </Link>
  );
}

/** By itself, because it is all that a second changes. */
function Duration({ from, until }: { readonly from: number; readonly until: number | null }) {
  return until === null ? <Lasting from={from} /> : <Lasted durationMs={until - from} />;
}

function Lasting({ from }: { readonly from: number }) {
  return <Lasted durationMs={useNow() - from} />;
}

function Lasted({ durationMs }: { readonly durationMs: number }) {
  const t = useT();
  return durationText(t, durationMs);
}
