import { z } from 'zod';
import { codedErrorFrom, errorData } from '#shared/contract/errors.ts';
import type { MessageKey } from '../i18n/catalogue.ts';
import { type Notification, notificationTones } from './notification.ts';

const storageKey = 'rackside.notifications';

interface Kept {
  readonly all: readonly Notification[];
  readonly unread: number;
}

const storedNotification = z.object({
  id: z.number().int(),
  at: z.number(),
  tone: z.enum(notificationTones),
  text: z.union([
    z.object({ key: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) }),
    z.object({ error: errorData, file: z.string().optional() }),
  ]),
  route: z.array(z.string()).nullable(),
});
const stored = z.object({ all: z.array(storedNotification), unread: z.number().int().nonnegative() });

/** What this browser kept; nothing where it kept nothing, or what no version of ours wrote. */
export function readKept(): Kept {
  try {
    const { all, unread } = stored.parse(JSON.parse(localStorage.getItem(storageKey) ?? ''));
    return { all: all.map(fromStored), unread };
  } catch {
    return { all: [], unread: 0 };
  }
}

export function writeKept({ all, unread }: Kept): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify({ all: all.map(toStored), unread }));
  } catch {
    // A browser that keeps nothing still shows them until it closes.
  }
}

function fromStored({ text, ...rest }: z.infer<typeof storedNotification>): Notification {
  if ('error' in text) {
    const { error, file } = text;
    const asError = { error: codedErrorFrom(error) };
    return { ...rest, text: file === undefined ? asError : { ...asError, file } };
  }
  // A key that is no longer in the catalogue is shown as readable words.
  return { ...rest, text: { key: text.key as MessageKey, values: text.values } };
}

function toStored({ text, ...rest }: Notification) {
  return { ...rest, text: 'error' in text ? { ...text, error: text.error.toData() } : text };
}
