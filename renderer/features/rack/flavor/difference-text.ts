import { provisionStates } from '#shared/model/provision-state.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import type { FlavorMatch } from './flavor-match.ts';

type Difference = FlavorMatch['nearest'][number]['differences'][number];

/** `memory 256 GiB instead of 384 GiB` */
export function differenceText(t: Translate, { what, wanted, has }: Difference): string {
  const part = t(`flavorPart.${what}`);
  if (has === null) return t('flavor.unknown', { part, wanted });
  const word = (value: string) => (what === 'state' ? stateText(t, value) : value);
  return t('flavor.difference', { part, wanted: word(wanted), has: has === '' ? t('word.none') : word(has) });
}

function stateText(t: Translate, value: string): string {
  const state = provisionStates.find(each => each === value);
  return state === undefined ? value : t(`state.${state}`);
}
