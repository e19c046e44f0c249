import type { AnswerFileProblem } from '#shared/contract/index.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { translateLoose } from '../../../i18n/i18n.ts';
import { messageValues } from '../../../i18n/message-values.ts';

/** Which of the two texts a line number counts in: what the template engine says is of the template. */
export function placeOf({ code }: AnswerFileProblem): 'template' | 'preview' {
  return code === 'template' ? 'template' : 'preview';
}

export function markedLines(
  problems: readonly AnswerFileProblem[],
  place: 'template' | 'preview',
): ReadonlySet<number> {
  return new Set(problems.filter(problem => placeOf(problem) === place).map(({ line }) => line));
}

/** In the page's language; what the template engine, YAML's and XML's readers say stays theirs. */
export function problemSentence(t: Translate, { code, values }: AnswerFileProblem): string {
  return translateLoose(`answerFile.problem.${code}`, messageValues(t, values));
}
