import type { HealthEvent } from '#shared/contract/index.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { zonedText } from '../../../ui/time-text.ts';
import { type Cells, protectedText } from '../../rack/transfer/delimited.ts';
import { sensorTypeText } from '../health-text.ts';
import { happenedText } from './event-words.ts';

/** The log as a sheet. What a BMC wrote cannot make a spreadsheet calculate. */
export function eventLogCells(t: Translate, events: readonly HealthEvent[]): Cells {
  const header = [
    t('eventLog.number'),
    t('lanes.time'),
    t('alarms.severity'),
    t('eventLog.sensor'),
    t('eventLog.type'),
    t('eventLog.event'),
    t('eventLog.direction'),
    t('eventLog.generator'),
    t('eventLog.data'),
    t('eventLog.read'),
  ];
  const lines = events.map(event => [
    String(event.entryId),
    event.at === null ? t('eventLog.noTime') : zonedText(event.at),
    t(`healthState.${event.severity}`),
    event.sensorName,
    sensorTypeText(event.sensorType),
    happenedText(t, event),
    t(`eventDirection.${event.direction}`),
    event.generator,
    event.data,
    zonedText(event.readAt),
  ]);
  return [header, ...lines].map(line => line.map(protectedText));
}
