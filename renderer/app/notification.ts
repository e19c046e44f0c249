import type { CodedError } from '#shared/contract/errors.ts';
import type { MessageKey } from '../i18n/catalogue.ts';
import type { Route } from './route.ts';

/** Kept as key and values, so that it reads right after the language was switched. */
export type NotificationText =
  | { readonly key: MessageKey; readonly values: Readonly<Record<string, string | number>> }
  | { readonly error: CodedError /** What it is about. */; readonly file?: string };

/** `waiting`: a server needs a person. */
export const notificationTones = ['good', 'failed', 'waiting'] as const;

export interface Notification {
  readonly id: number;
  readonly at: number;
  readonly tone: (typeof notificationTones)[number];
  readonly text: NotificationText;
  /** Where to look. */
  readonly route: Route | null;
}
