import type { ClientAddress } from '../file-source/file-source.ts';
import type { HttpMethod } from './answer.ts';

export interface HttpExchange<Tag = unknown> {
  /** Counts up from 1 within one service. */
  readonly id: number;
  readonly client: ClientAddress;
  readonly method: HttpMethod;
  readonly path: string;
  readonly status: number;
  /** As the handler attached it. */
  readonly tag: Tag | undefined;
  /** Content bytes this answer will carry; undefined for a stream. 0 for HEAD. */
  readonly expectedBytes: number | undefined;
  /** For a file or bytes: where in it this answer begins and how large the whole is. */
  readonly part: { readonly firstByte: number; readonly wholeBytes: number } | undefined;
}

export type HttpOutcome =
  | { readonly kind: 'completed' }
  | { readonly kind: 'aborted'; readonly by: 'client' | 'server'; readonly why: string };

export type HttpRefusal =
  | 'bad-request'
  | 'header-too-large'
  | 'request-timeout'
  | 'too-many-ahead'
  | 'too-many-connections'
  | 'too-many-from-client';

/**
 * What went over the wire, for timelines, progress and rates. `sentBytes` is content handed to the operating
 * system for this exchange. An observer must not throw.
 */
export type HttpObservation<Tag = unknown> =
  | { readonly kind: 'started'; readonly exchange: HttpExchange<Tag> }
  | {
      readonly kind: 'progress';
      readonly exchange: HttpExchange<Tag>;
      readonly sentBytes: number;
    }
  | {
      readonly kind: 'ended';
      readonly exchange: HttpExchange<Tag>;
      readonly outcome: HttpOutcome;
      readonly sentBytes: number;
      readonly durationMs: number;
    }
  /** The handler rejected; the client got a 500. */
  | {
      readonly kind: 'failed';
      readonly client: ClientAddress;
      readonly method: HttpMethod;
      readonly path: string;
      readonly cause: unknown;
    }
  | { readonly kind: 'refused'; readonly client: ClientAddress; readonly why: HttpRefusal };
