import { create } from 'zustand';
import { readKept, writeKept } from './kept-notifications.ts';
import type { Notification, NotificationText } from './notification.ts';
import type { Route } from './route.ts';

interface Notifications {
  /** Newest first; at most `keptNotifications`. Those of before a reload too. */
  readonly all: readonly Notification[];
  readonly unread: number;
  /** The one that is shown for a moment. */
  readonly shown: Notification | null;
}

const keptNotifications = 200;

export const useNotifications = create<Notifications>(() => ({ ...readKept(), shown: null }));

export function notify(
  tone: Notification['tone'],
  text: NotificationText,
  route: Route | null = null,
  at: number = Date.now(),
): void {
  useNotifications.setState(({ all, unread }) => {
    const notification: Notification = { id: (all[0]?.id ?? 0) + 1, at, tone, text, route };
    return {
      all: [notification, ...all].slice(0, keptNotifications),
      unread: unread + 1,
      shown: notification,
    };
  });
  writeKept(useNotifications.getState());
}

export function hideShownNotification(): void {
  useNotifications.setState({ shown: null });
}

/** All of them are before the reader's eyes: the one that lies over the list goes too. */
export function markNotificationsRead(): void {
  useNotifications.setState({ unread: 0, shown: null });
  writeKept(useNotifications.getState());
}
