import type { AnswerFileProblem } from '#shared/contract/index.ts';
import { hasMessage, translateLoose } from '../../../i18n/i18n.ts';

/** Which of the two texts a line number counts in: what the template engine says is of the template. */
export function placeOf({ code }: AnswerFileProblem): 'template' | 'preview' {
  return code.startsWith('template') ? 'template' : 'preview';
}

export function markedLines(
  problems: readonly AnswerFileProblem[],
  place: 'template' | 'preview',
): ReadonlySet<number> {
  return new Set(problems.filter(problem => placeOf(problem) === place).map(({ line }) => line));
}

/** What kind of mistake it is in the page's language, then the words of the template engine or of the checks. */
export function problemSentence({ code, values, text }: AnswerFileProblem): string {
  const key = `answerFile.problem.${code}`;
  return hasMessage(key) ? `${translateLoose(key, values)}: ${text}` : text;
}
