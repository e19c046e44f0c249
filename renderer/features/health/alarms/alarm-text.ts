import type { Alarm } from '#shared/contract/index.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { eventText } from '../../timeline/event-text.ts';

/** The alarm as a sentence: that of the event which told of it. */
export function alarmText(t: Translate, { message, details }: Alarm): string {
  return eventText(t, { message, details });
}
