import type { Brand } from '#shared/model/brand.ts';
import { accepted, type Checked, rejected } from './problem.ts';

/** A name of the IANA time zone database: `Asia/Shanghai`. */
export type Timezone = Brand<string, 'Timezone'>;

export function parseTimezone(text: string): Checked<Timezone> {
  const name = text.trim();
  const unknown = rejected(
    'timezone.unknown',
    `${JSON.stringify(name)} is not a time zone such as Asia/Shanghai`,
  );
  // Letters first: Intl would also take offsets, for which a distribution has no file.
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/.test(name)) return unknown;
  try {
    const canonical = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    // Intl ignores case, the file system of the new machine does not.
    const sameName = canonical.toLowerCase() === name.toLowerCase();
    return accepted((sameName ? canonical : name) as Timezone);
  } catch {
    // RangeError is Intl's way to say that there is no such zone.
    return unknown;
  }
}
