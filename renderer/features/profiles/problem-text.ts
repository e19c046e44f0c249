import { translateLoose } from '../../i18n/i18n.ts';
import type { ProfileProblem } from './profile-form.ts';

/** What is wrong with this very field; undefined: nothing. */
export function problemAt(problems: readonly ProfileProblem[], path: string): string | undefined {
  const found = problems.find(problem => problem.path === path);
  return found && problemText(found);
}

/** Everything that is wrong with the row of a list or in it. */
export function problemsIn(problems: readonly ProfileProblem[], path: string): readonly string[] {
  const found = problems.filter(problem => problem.path === path || problem.path.startsWith(`${path}.`));
  return [...new Set(found.map(problemText))];
}

export function problemText({ key, values }: ProfileProblem): string {
  return translateLoose(key, values);
}
