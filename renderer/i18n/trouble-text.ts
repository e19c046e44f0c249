import { hasMessage, translateLoose } from './i18n.ts';

/** A trouble of the hardware as a sentence, out of the details of an event, an alarm or a review; undefined: it is none. */
export function troubleSentence(details: Readonly<Record<string, unknown>>): string | undefined {
  const { trouble, name, number } = details;
  const key = `trouble.${String(trouble)}`;
  if (typeof name !== 'string' || typeof number !== 'number' || !hasMessage(key)) return undefined;
  return translateLoose(key, { name, number });
}
