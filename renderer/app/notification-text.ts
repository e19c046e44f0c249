import type { Translate } from '../i18n/catalogue.ts';
import { errorText } from '../i18n/error-text.ts';
import { translateLoose } from '../i18n/i18n.ts';
import type { NotificationText } from './notification.ts';

export function notificationText(t: Translate, text: NotificationText): string {
  if ('key' in text) return translateLoose(text.key, text.values);
  const { what, evidence, next } = errorText(t, text.error);
  const about = text.file === undefined ? '' : `${text.file}: `;
  return `${about}${what}. ${evidence}. ${next}.`;
}
