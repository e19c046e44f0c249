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

/**
 * Also the line breaks of YAML 1.1 (§5.4), and what it may not hold at all (§5.1): for one such character cloud-init's reader
 * refuses the whole file, host name and keys with it.
 */
export function hasControlCharacter(text: string): boolean {
  return /[^ -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text);
}
