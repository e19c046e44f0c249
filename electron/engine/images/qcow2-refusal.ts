import { Qcow2Error } from '#engine/media/qcow2/refusal.ts';
import { qcow2Needs } from '#shared/contract/image-codes.ts';
import { ImageRefusedError } from './refusal.ts';

/** A refusal of the qcow2 reader in the terms of the image library; any other error as it is. */
export function asImageRefusal(error: unknown): unknown {
  if (!(error instanceof Qcow2Error)) return error;
  const { code, offset, reason, found } = error.refusal;
  const feature = qcow2Needs.find(need => need === code);
  if (feature !== undefined)
    return new ImageRefusedError(
      { code: 'image.unsupported_qcow2', details: { feature, found, reason } },
      error,
    );
  const imageCode = code === 'truncated' ? 'image.truncated' : 'image.corrupt';
  return new ImageRefusedError(
    { code: imageCode, details: { part: 'qcow2', offset, reason: `qcow2: ${reason}` } },
    error,
  );
}
