import type { ClientAddress } from '../file-source/file-source.ts';
import type { TransferOutcome } from './transfer.ts';

export interface TftpTransferFacts {
  /** Counts up from 1 within one server. */
  readonly id: number;
  readonly client: ClientAddress;
  /** As the client wrote it. */
  readonly path: string;
  readonly mode: 'octet' | 'netascii';
  readonly sizeBytes: number;
  readonly blockSizeBytes: number;
  readonly windowBlocks: number;
}

export type TftpRefusal =
  | 'not-found'
  | 'write-request'
  | 'unsupported-mode'
  | 'netascii-too-large'
  | 'source-failed'
  | 'too-many-transfers'
  | 'too-many-from-client';

/** What a transfer did, for timelines and progress. An observer must not throw. */
export type TftpObservation =
  | { readonly kind: 'started'; readonly transfer: TftpTransferFacts }
  | { readonly kind: 'progress'; readonly transfer: TftpTransferFacts; readonly confirmedBytes: number }
  | {
      readonly kind: 'ended';
      readonly transfer: TftpTransferFacts;
      readonly outcome: TransferOutcome;
      /** File bytes the client has acknowledged. */
      readonly confirmedBytes: number;
      readonly resentBlocks: number;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'refused';
      readonly client: ClientAddress;
      readonly path: string;
      readonly why: TftpRefusal;
      /** Set for `source-failed`. */
      readonly cause?: unknown;
    };
