/** Why a qcow2 file is not read. The same words as in QEMU's documentation, so that a search for them helps. */
export type Qcow2RefusalCode =
  | 'not_qcow2'
  | 'unsupported_version'
  | 'bad_header'
  | 'empty_disk'
  | 'size_absurd'
  | 'backing_file'
  | 'encrypted'
  | 'external_data_file'
  | 'unknown_feature'
  | 'marked_corrupt'
  | 'truncated'
  | 'bad_table'
  | 'bad_compressed_cluster';

/** `offset` is the byte of the file that says so; `reason` one English line for a log. */
export interface Qcow2Refusal {
  readonly ok: false;
  readonly code: Qcow2RefusalCode;
  readonly offset: number;
  readonly reason: string;
  /** The name by which the file calls what we cannot do: the backing file, the feature, the version; or empty. */
  readonly found: string;
}

export type Qcow2Decoded<T> = { readonly ok: true; readonly value: T } | Qcow2Refusal;

export function refused(code: Qcow2RefusalCode, offset: number, reason: string, found = ''): Qcow2Refusal {
  return { ok: false, code, offset, reason, found };
}

/** The only error that reading an image throws of its own; errors of the source's `read` pass through as they are. */
export class Qcow2Error extends Error {
  readonly refusal: Qcow2Refusal;

  constructor(refusal: Qcow2Refusal) {
    super(`qcow2: ${refusal.reason} (at byte ${refusal.offset})`);
    this.name = 'Qcow2Error';
    this.refusal = refusal;
  }
}

export function orThrow<T>(result: Qcow2Decoded<T>): T {
  if (!result.ok) throw new Qcow2Error(result);
  return result.value;
}
