import type { ImageFinding } from '#shared/contract/index.ts';
import type { Translate } from './catalogue.ts';
import { hasMessage, translateLoose } from './i18n.ts';
import { messageValues } from './message-values.ts';

/** What an import found, as a sentence. */
export function findingSentence(t: Translate, { code, values }: ImageFinding): string {
  return translateLoose(`imageFinding.${code}`, messageValues(t, values));
}

/** Why a file was refused, as a sentence. */
export function refusalSentence(
  t: Translate,
  reason: string,
  details: Readonly<Record<string, unknown>>,
): string {
  const values = messageValues(t, details);
  const word = (name: string, key: string) => {
    if (hasMessage(key)) values[name] = translateLoose(key, {});
  };
  word('part', `imagePart.${values['part']}`);
  word('why', `imageCompression.${values['why']}`);
  word('feature', `imageQcow2.${values['feature']}`);
  word('format', `imageFormat.${values['format']}`);
  return translateLoose(`imageRefusal.${reason}`, values).trim();
}
