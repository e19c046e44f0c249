import type { IdentityProblemCode } from './identity-problems.ts';

export type ProblemValues = Readonly<Record<string, string | number>>;

/** A parsed value, or what is wrong with the text. */
export type Checked<T> = { readonly ok: true; readonly value: T } | Rejected;

export interface Rejected {
  readonly ok: false;
  readonly code: IdentityProblemCode;
  readonly values: ProblemValues;
  readonly reason: string;
}

export function accepted<T>(value: T): Checked<T> {
  return { ok: true, value };
}

export function rejected(code: IdentityProblemCode, reason: string, values: ProblemValues = {}): Rejected {
  return { ok: false, code, reason, values };
}

export function hasControlCharacter(text: string): boolean {
  return Array.from(text).some(character => character < ' ' || character === '\u007f');
}
