import { Qcow2Error, type Qcow2RefusalCode } from '#engine/media/qcow2/refusal.ts';
import { ImageRefusedError } from './refusal.ts';

const unsupported: ReadonlySet<Qcow2RefusalCode> = new Set([
  'backing_file',
  'encrypted',
  'external_data_file',
  'unknown_feature',
  'unsupported_version',
]);

/** A refusal of the qcow2 reader in the terms of the image library; any other error as it is. */
export function asImageRefusal(error: unknown): unknown {
  if (!(error instanceof Qcow2Error)) return error;
  const { code, offset, reason } = error.refusal;
  if (unsupported.has(code))
    return new ImageRefusedError(
      { code: 'image.unsupported_qcow2', details: { feature: code, reason } },
      error,
    );
  const imageCode = code === 'truncated' ? 'image.truncated' : 'image.corrupt';
  return new ImageRefusedError({ code: imageCode, details: { offset, reason: `qcow2: ${reason}` } }, error);
}
