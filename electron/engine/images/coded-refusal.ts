import { CodedError } from '#shared/contract/index.ts';
import type { ImageRefusedError } from './refusal.ts';

/** A refusal as an error of the contract. */
export function codedRefusal(cause: ImageRefusedError): CodedError {
  const { refusal, message } = cause;
  if (refusal.code === 'image.disk_full')
    return new CodedError('image.disk_full', message, refusal.details, { cause });
  if (refusal.code === 'image.unreadable')
    return new CodedError('file.unreadable', message, refusal.details, { cause });
  const details = { reason: refusal.code, values: { ...refusal.details } };
  return new CodedError('image.refused', message, details, { cause });
}
