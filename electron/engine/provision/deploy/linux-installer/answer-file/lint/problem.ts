import type { AnswerFileProblemCode } from '#shared/contract/answer-file-problems.ts';

export interface AnswerFileProblem {
  /** An error: the installer would refuse it, stop at it, or write to a disk that nobody chose. */
  readonly severity: 'error' | 'warning';
  readonly code: AnswerFileProblemCode;
  readonly values: Readonly<Record<string, string | number>>;
  /** English, for logs and scripts. */
  readonly reason: string;
  /** 1-based. Null: of the whole file. */
  readonly line: number | null;
  readonly column: number | null;
}

type Details = Partial<Pick<AnswerFileProblem, 'values' | 'line' | 'column'>>;

export function problem(
  code: AnswerFileProblemCode,
  reason: string,
  { values = {}, line = null, column = null }: Details = {},
): AnswerFileProblem {
  return { severity: 'error', code, values, reason, line, column };
}

export function warning(
  code: AnswerFileProblemCode,
  reason: string,
  details: Details = {},
): AnswerFileProblem {
  return { ...problem(code, reason, details), severity: 'warning' };
}

/** Nobody starts such a machine again, and its deployment ends as if the system ran. */
export function staysOff(word: string, line: number | null = null): AnswerFileProblem {
  return warning('stays_off', `after "${word}" the installed system is not started`, {
    values: { word },
    line,
  });
}
