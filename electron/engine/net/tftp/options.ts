/** What a read request asks for, and what we agree to (RFC 2347, 2348, 2349, 7440). */
import { defaultBlockSizeBytes, maxBlockSizeBytes, minBlockSizeBytes, type TftpOptionMap } from './packet.ts';

export interface OptionLimits {
  /** Upper end for blksize. 65464 unless the path to the clients cannot carry fragments. */
  readonly maxBlockSizeBytes: number;
  /** Upper end for windowsize, in blocks. */
  readonly maxWindowBlocks: number;
  /** Upper end for one window in bytes: beyond a client's receive buffer a window only makes losses. */
  readonly maxWindowBytes: number;
}

export interface TransferTerms {
  readonly blockSizeBytes: number;
  readonly windowBlocks: number;
  /** Present when the client set it (RFC 2349); ours to choose otherwise. */
  readonly timeoutSeconds?: number;
  /** What goes into the OACK; empty means none of the options was understood, so DATA 1 comes at once. */
  readonly accepted: TftpOptionMap;
}

/**
 * Options we do not know or whose value makes no sense are left out of the answer, as RFC 2347 has it; the
 * transfer goes on. A blksize out of range is brought into it: firmware asks for 65535 and means "much".
 */
export function agreeTerms(requested: TftpOptionMap, sizeBytes: number, limits: OptionLimits): TransferTerms {
  const accepted = new Map<string, string>();
  let blockSizeBytes = defaultBlockSizeBytes;
  const blockSize = decimal(requested.get('blksize'));
  if (blockSize !== undefined) {
    const most = Math.min(limits.maxBlockSizeBytes, maxBlockSizeBytes);
    blockSizeBytes = Math.max(minBlockSizeBytes, Math.min(blockSize, most));
    accepted.set('blksize', String(blockSizeBytes));
  }
  const timeoutSeconds = within(decimal(requested.get('timeout')), 1, 255);
  if (timeoutSeconds !== undefined) accepted.set('timeout', String(timeoutSeconds));
  // RFC 2349 has the client send 0; firmware that sends another number still wants the size.
  if (decimal(requested.get('tsize')) !== undefined) accepted.set('tsize', String(sizeBytes));
  let windowBlocks = 1;
  const window = within(decimal(requested.get('windowsize')), 1, 65535);
  if (window !== undefined) {
    const fitting = Math.max(1, Math.floor(limits.maxWindowBytes / blockSizeBytes));
    windowBlocks = Math.min(window, limits.maxWindowBlocks, fitting);
    accepted.set('windowsize', String(windowBlocks));
  }
  return {
    blockSizeBytes,
    windowBlocks,
    accepted,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}

function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}

function within(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? value : undefined;
}
