import { Box, Button, Link } from '@mui/material';
import { useState } from 'react';
import { goTo, routeHref } from '../../../app/route.ts';
import { stageOf } from '../../../client/alarms.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Facts } from '../../../ui/Facts.tsx';
import { SideSheet } from '../../../ui/SideSheet.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { zonedText } from '../../../ui/time-text.ts';
import { healthTone } from '../health-text.ts';
import { AcknowledgeDialog } from './AcknowledgeDialog.tsx';
import type { AlarmRow } from './alarm-rows.ts';

/** An alarm beside the list: what it is, what was done about it, and where to look. */
export function AlarmSheet({ row }: { readonly row: AlarmRow }) {
  const t = useT();
  const [isAsking, setAsking] = useState(false);
  const { alarm, serverName, text } = row;
  const { severity, nodeId, details, note } = alarm;
  const stage = stageOf(alarm);
  const close = () => setAsking(false);
  return (
    <SideSheet
      title={serverName}
      marks={<ToneText tone={healthTone[severity]}>{t(`healthState.${severity}`)}</ToneText>}
      onClose={() => goTo('health', 'alarms')}
    >
      <Box sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>{text}</Box>
      <Facts
        facts={[
          { label: t('alarms.kind'), value: t(`alarmKind.${alarm.kind}`) },
          { label: t('alarms.stage'), value: t(`alarmStage.${stage}`) },
          { label: t('alarms.raisedAt'), value: zonedText(alarm.raisedAt) },
          { label: t('alarms.clearedAt'), value: timeText(alarm.clearedAt) },
          { label: t('alarms.acknowledgedAt'), value: timeText(alarm.acknowledgedAt) },
          { label: t('alarms.note'), value: note },
        ]}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
        <Link href={routeHref('health', nodeId, 'sensors', ...sensorPart(details))}>
          {t('alarms.toSensor')}
        </Link>
        <Link href={routeHref('health', nodeId, 'event-log')}>{t('alarms.toEventLog')}</Link>
        <Link href={routeHref('rack', nodeId, 'timeline')}>{t('alarms.toTimeline')}</Link>
        <Link href={routeHref('rack', nodeId)}>{t('alarms.toServer')}</Link>
      </Box>
      {stage === 'open' && (
        <Box>
          <Button variant="contained" onClick={() => setAsking(true)}>
            {t('alarms.acknowledgeAsk')}
          </Button>
        </Box>
      )}
      {isAsking && <AcknowledgeDialog ids={[alarm.id]} onDone={close} onLeave={close} />}
    </SideSheet>
  );
}

function timeText(at: number | null): string {
  return at === null ? '' : zonedText(at);
}

/** The address of its sensor's chart, where it is about one. */
function sensorPart({ sensor }: AlarmRow['alarm']['details']): readonly string[] {
  return typeof sensor === 'string' ? [sensor] : [];
}
