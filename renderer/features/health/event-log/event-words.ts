import type { HealthEvent } from '#shared/contract/index.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { measureText, sensorStateText } from '../health-text.ts';

/** `above the upper critical limit: 96 °C, limit 95 °C`; of what went away, that it did. */
export function happenedText(t: Translate, event: HealthEvent): string {
  const { reading, threshold, unit } = event;
  const what = sensorStateText(event.event);
  const words = event.direction === 'deasserted' ? t('eventLog.over', { what }) : what;
  const figures = [
    reading === null ? '' : measureText(reading, unit),
    threshold === null ? '' : t('eventLog.limit', { value: measureText(threshold, unit) }),
  ].filter(part => part !== '');
  if (figures.length === 0) return words;
  return t('word.colon', { what: words, more: figures.join(t('word.comma')) });
}
