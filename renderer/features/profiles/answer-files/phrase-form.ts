import { type ProgressPhrase, progressPhrase } from '#shared/contract/index.ts';
import { type Keyed, newRowKey } from '../../../ui/list-rows.ts';

/** What the fields of a row hold. */
export interface PhraseForm extends Keyed {
  readonly words: string;
  readonly phase: string;
  readonly percent: string;
  readonly quietSeconds: string;
}
export type PhraseField = Exclude<keyof PhraseForm, 'key'>;

export const phraseFields = ['words', 'phase', 'percent', 'quietSeconds'] as const satisfies PhraseField[];

export function formsOfPhrases(phrases: readonly ProgressPhrase[]): readonly PhraseForm[] {
  return phrases.map(({ words, phase, percent, quietSeconds }) => ({
    key: newRowKey(),
    words,
    phase,
    percent: String(percent),
    quietSeconds: String(quietSeconds),
  }));
}

export function newPhrase(): PhraseForm {
  return { key: newRowKey(), words: '', phase: '', percent: '', quietSeconds: '300' };
}

export function wrongPhraseFields(form: PhraseForm): ReadonlySet<PhraseField> {
  const issues = progressPhrase.safeParse(candidateOf(form)).error?.issues ?? [];
  return new Set(issues.map(({ path }) => path[0] as PhraseField));
}

/** Null while a row is wrong. */
export function phrasesOf(forms: readonly PhraseForm[]): ProgressPhrase[] | null {
  const read = forms.map(form => progressPhrase.safeParse(candidateOf(form)).data);
  const phrases = read.filter(phrase => phrase !== undefined);
  return phrases.length === read.length ? phrases : null;
}

function candidateOf({ words, phase, percent, quietSeconds }: PhraseForm): ProgressPhrase {
  return { words, phase, percent: numberIn(percent), quietSeconds: numberIn(quietSeconds) };
}

/** An empty field is no zero. */
function numberIn(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
}
