import { randomUUID } from 'node:crypto';
import { CodedError } from '#shared/contract/errors.ts';

/** What is not a CodedError yet is a bug of ours: it gets a correlation id, and its cause stays for the log. */
export function asCodedError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const correlationId = randomUUID();
  return new CodedError(
    'internal',
    error instanceof Error ? error.message : 'unknown error',
    { correlationId },
    { cause: error },
  );
}
