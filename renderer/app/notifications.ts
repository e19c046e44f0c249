import { create } from 'zustand';
import type { CodedError } from '#shared/contract/errors.ts';
import type { MessageKey } from '../i18n/catalogue.ts';
import type { Route } from './route.ts';

/** Kept as key and values, so that it reads right after the language was switched. */
export type NotificationText =
  | { readonly key: MessageKey; readonly values: Readonly<Record<string, string | number>> }
  | { readonly error: CodedError /** What it is about. */; readonly file?: string };

export interface Notification {
  readonly id: number;
  readonly at: number;
  readonly tone: 'good' | 'failed' | 'waiting';
  readonly text: NotificationText;
  /** Where to look. */
  readonly route: Route | null;
}

interface Notifications {
  /** Newest first; at most `keptNotifications`. */
  readonly all: readonly Notification[];
  readonly unread: number;
  /** The one that is shown for a moment. */
  readonly shown: Notification | null;
}

const keptNotifications = 200;
let lastId = 0;

export const useNotifications = create<Notifications>(() => ({ all: [], unread: 0, shown: null }));

export function notify(
  tone: Notification['tone'],
  text: NotificationText,
  route: Route | null = null,
  at: number = Date.now(),
): void {
  lastId += 1;
  const notification: Notification = { id: lastId, at, tone, text, route };
  useNotifications.setState(state => ({
    all: [notification, ...state.all].slice(0, keptNotifications),
    unread: state.unread + 1,
    shown: notification,
  }));
}

export function hideShownNotification(): void {
  useNotifications.setState({ shown: null });
}

export function markNotificationsRead(): void {
  useNotifications.setState({ unread: 0 });
}
