import type { ReactNode } from 'react';
import { ToneMark } from './ToneMark.tsx';
import type { Tone } from './tone.ts';

interface Props {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** More than the word: a sentence for the pointer. */
  readonly title?: string;
}

/** A mark with its word. */
export function ToneText({ tone, children, title }: Props) {
  return (
    <span className="tone-text" title={title}>
      <ToneMark tone={tone} />
      <span>{children}</span>
    </span>
  );
}
