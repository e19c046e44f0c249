import { errorData } from '#shared/contract/errors.ts';
import type { TimelineEvent } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { errorText, ofDisksText } from '../../i18n/error-text.ts';
import { hasMessage, readable, translateLoose } from '../../i18n/i18n.ts';
import { messageValues } from '../../i18n/message-values.ts';
import { troubleSentence } from '../../i18n/trouble-text.ts';
import { sensorStateText, toldReadingText, unitText } from '../health/health-text.ts';

/** Thousands of sentences are made once, and not again for each letter that is typed or each picture of a replay. */
export function remembered(sentenceOf: (event: TimelineEvent) => string): (event: TimelineEvent) => string {
  const known = new WeakMap<TimelineEvent, string>();
  return event => {
    const sentence = known.get(event) ?? sentenceOf(event);
    known.set(event, sentence);
    return sentence;
  };
}

/** Details that are closed words of ours, with the parts of the catalogue that may have them. */
const wordPrefixes: Readonly<Record<string, readonly string[]>> = {
  step: ['step'],
  state: ['state', 'severity'],
  from: ['state', 'power', 'retryFrom'],
  to: ['state', 'power'],
  mode: ['dhcpMode'],
  service: ['service'],
  code: ['stepError'],
  action: ['powerAction'],
  firmware: ['bootMode'],
  reason: ['withheld', 'dhcpSilence'],
  phase: ['installerPhase'],
  meaning: ['consoleMeaning'],
  part: ['part'],
  by: ['rescueExit'],
  alarm: ['alarmKind'],
  access: ['port'],
};

/** Details that are keys of sensors; what is no such key stays as it is. */
const sensorWords = { event: sensorStateText, reading: toldReadingText, unit: unitText } as const;

/** The details in the words of the page. */
export function eventValues(
  t: Translate,
  details: TimelineEvent['details'],
): Record<string, string | number> {
  const values = messageValues(t, details);
  for (const [name, prefixes] of Object.entries(wordPrefixes)) {
    const word = prefixes.map(prefix => `${prefix}.${String(details[name])}`).find(hasMessage);
    if (name in details && word !== undefined) values[name] = translateLoose(word, {});
  }
  for (const [name, textOf] of Object.entries(sensorWords)) {
    const value = details[name];
    if (typeof value === 'string') values[name] = textOf(value);
  }
  const trouble = troubleSentence(details);
  if (trouble !== undefined) values['trouble'] = trouble;
  return values;
}

/** The event as a sentence. An event without one is told by its key and details, so that nothing is lost. */
export function eventText(
  t: Translate,
  { message, details }: Pick<TimelineEvent, 'message' | 'details'>,
  /** It is of a deployment that erases disks; the engine tells both by the same messages. */
  isOfCleaning = false,
): string {
  const ofCleaning = `cleaning.${message}`;
  // Where nothing was installed there is no host.
  const isCleaning = isOfCleaning || details['host'] === '';
  const key = isCleaning && hasMessage(ofCleaning) ? ofCleaning : `event.${message}`;
  const values = eventValues(t, details);
  values['ofDisks'] = ofDisksText(t, details['disks']);
  const error = errorData.safeParse(details['error']);
  if (error.success) values['text'] = errorText(t, error.data).evidence;
  // Only a client that boots was told a file.
  const { bootFile } = values;
  values['withBootFile'] = bootFile ? t('timeline.withBootFile', { bootFile }) : '';
  if (hasMessage(key)) return translateLoose(key, values);
  const told = Object.entries(messageValues(t, details)).map(([name, value]) => `${name} ${value}`);
  return [readable(message), ...told].join(', ');
}
