import type { Tone } from './tone.ts';

/** A small mark whose shape tells the tone to those who do not see its colour. The word stands beside it. */
export function ToneMark({ tone }: { readonly tone: Tone }) {
  return <span className={`tone-mark tone-${tone}`} aria-hidden="true" />;
}
