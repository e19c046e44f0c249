import { type ErrorCode, errorKinds } from '#shared/contract/errors.ts';
import { networkAssignment } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { errorText, type LooseError, thingsText } from '../../i18n/error-text.ts';
import { hasMessage, readable, translateLoose } from '../../i18n/i18n.ts';
import { messageValues } from '../../i18n/message-values.ts';
import { troubleSentence } from '../../i18n/trouble-text.ts';
import { reasonsText } from './network-text.ts';

export interface Finding {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface FindingText {
  readonly text: string;
  /** What a person can do about it. */
  readonly next: string | undefined;
  /** Set when it is one of the errors of the contract, with its three lines. */
  readonly asError: LooseError | undefined;
}

/** What a review found, as a sentence. */
export function findingText(t: Translate, { code, details }: Finding): FindingText {
  if (isErrorCode(code)) {
    const asError: LooseError = { code, details, message: '' };
    const { what, evidence } = errorText(t, asError);
    return { text: `${what}: ${evidence}`, next: undefined, asError };
  }
  const key = `review.${code}`;
  const values = messageValues(t, details);
  const { firmware, disk, reasons } = details;
  if (typeof firmware === 'string') values['firmware'] = translateLoose(`bootMode.${firmware}`, {});
  if (disk !== undefined) values['disk'] = thingsText(t, disk);
  const trouble = troubleSentence(details);
  if (trouble !== undefined) values['trouble'] = trouble;
  const known = networkAssignment.shape.reasons.safeParse(reasons);
  if (known.success) values['reasons'] = reasonsText(t, known.data);
  const next = `${key}.next`;
  return {
    text: hasMessage(key) ? translateLoose(key, values) : readable(key),
    next: hasMessage(next) ? translateLoose(next, values) : undefined,
    asError: undefined,
  };
}

/** A review may find the same of several disks. */
export function findingKey({ code, details }: Finding): string {
  return JSON.stringify([code, details]);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorKinds, code);
}
