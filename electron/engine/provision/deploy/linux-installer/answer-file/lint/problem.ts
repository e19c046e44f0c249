export interface AnswerFileProblem {
  /** An error: the installer would refuse it, stop at it, or write to a disk that nobody chose. */
  readonly severity: 'error' | 'warning';
  readonly code: AnswerFileProblemCode;
  readonly reason: string;
  /** 1-based. Null: of the whole file. */
  readonly line: number | null;
  readonly column: number | null;
}

export type AnswerFileProblemCode =
  | 'plan'
  | 'template'
  | 'syntax'
  | 'unknown_word'
  | 'unfinished'
  | 'missing'
  | 'any_disk'
  | 'secret_in_clear';

export function problem(
  code: AnswerFileProblemCode,
  reason: string,
  line: number | null = null,
  column: number | null = null,
): AnswerFileProblem {
  return { severity: 'error', code, reason, line, column };
}

export function warning(
  code: AnswerFileProblemCode,
  reason: string,
  line: number | null = null,
): AnswerFileProblem {
  return { severity: 'warning', code, reason, line, column: null };
}
