import type { Translate } from '../../../i18n/catalogue.ts';
import type { FlavorMatch } from './flavor-match.ts';

type Difference = FlavorMatch['nearest'][number]['differences'][number];

/** `memory 256 GiB instead of 384 GiB` */
export function differenceText(t: Translate, { what, wanted, has }: Difference): string {
  const part = t(`flavorPart.${what}`);
  if (has === null) return t('flavor.unknown', { part, wanted });
  return t('flavor.difference', { part, wanted, has: has === '' ? t('word.none') : has });
}
