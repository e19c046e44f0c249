import { CodedError } from '#shared/contract/errors.ts';

/** Whatever was thrown as the one form that screens can explain. */
export function toCodedError(thrown: unknown): CodedError {
  if (thrown instanceof CodedError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CodedError('internal', message, { correlationId: '' }, { cause: thrown });
}
