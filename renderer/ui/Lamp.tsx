import type { Tone } from './tone.ts';

interface Props {
  readonly isLit: boolean;
  readonly tone?: Tone;
  readonly isUnderlined?: boolean;
  /** What it shows, in full: `eth0 52:54:00:aa:00:01, link at 10 Gbit/s`. */
  readonly label: string;
}

/** A small indicator lamp: filled is yes, hollow is no. */
export function Lamp({ isLit, tone = 'good', isUnderlined = false, label }: Props) {
  const lit = isLit ? ` is-lit tone-${tone}` : '';
  return <span role="img" title={label} className={`lamp${lit}${isUnderlined ? ' is-underlined' : ''}`} />;
}
