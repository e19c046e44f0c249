import type { TimelineEvent } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { hasMessage, readable, translateLoose } from '../../i18n/i18n.ts';
import { messageValues } from '../../i18n/message-values.ts';

/** Details that are closed words of ours, with the catalogue that has them. */
const wordPrefixes: Readonly<Record<string, string>> = {
  step: 'step',
  state: 'state',
  from: 'state',
  to: 'state',
  mode: 'dhcpMode',
  service: 'service',
  power: 'power',
};

/** The event as a sentence. An event without one is told by its key and details, so that nothing is lost. */
export function eventText(t: Translate, { message, details }: TimelineEvent): string {
  const key = `event.${message}`;
  const values = messageValues(t, details);
  for (const [name, prefix] of Object.entries(wordPrefixes)) {
    const word = `${prefix}.${String(details[name])}`;
    if (name in details && hasMessage(word)) values[name] = translateLoose(word, {});
  }
  if (hasMessage(key)) return translateLoose(key, values);
  const told = Object.entries(values).map(([name, value]) => `${name} ${value}`);
  return [readable(message), ...told].join(', ');
}
