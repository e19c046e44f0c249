import type { ClientAddress, ReadableFile } from '../file-source/file-source.ts';

/** What the service passes on; any other method is answered 501 before the handler sees it. */
export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type HttpMethod = (typeof httpMethods)[number];

export interface HttpRequest {
  readonly method: HttpMethod;
  /**
   * Decoded once and normalised: starts with `/`, no empty, `.` or `..` segment, no backslash, no control
   * character, no trailing slash except in `/` itself. What cannot be made so was answered 400.
   */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case, as node:http gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly client: ClientAddress;
  readonly body: HttpBody;
  /** Aborts when the client goes away or the service closes before the answer is out. */
  readonly signal: AbortSignal;
}

/**
 * The request's content, read at most once. Both reject with `BodyTooLarge` beyond the limit, which becomes a
 * 413 if the handler lets it pass, and with another error when the client goes away in the middle. `bytes` also
 * rejects with `BodyMemoryFull`.
 */
export interface HttpBody {
  bytes(limitBytes: number): Promise<Uint8Array>;
  chunks(limitBytes: number): AsyncIterable<Uint8Array>;
}

export class BodyTooLarge extends Error {
  readonly limitBytes: number;
  constructor(limitBytes: number) {
    super(`request content above ${limitBytes} bytes`);
    this.limitBytes = limitBytes;
  }
}

/** Too much content is being read already: a 503 if the handler lets it pass. */
export class BodyMemoryFull extends Error {
  constructor() {
    super('too much request content at once');
  }
}

/**
 * What to send. For `file`, `disk-file` and `bytes` with status 200 the service does HEAD, byte ranges and
 * entity tags by itself; files answer GET and HEAD only, other methods get 405.
 * `tag` is the handler's own: it comes back with every observation of this exchange.
 */
export type HttpAnswer<Tag = unknown> = AnswerExtras<Tag> &
  (
    | {
        readonly kind: 'bytes';
        readonly contentType: string;
        /** Text is sent as UTF-8. */
        readonly bytes: Uint8Array | string;
        /** Default 200. */
        readonly status?: number;
      }
    | {
        readonly kind: 'file';
        readonly contentType: string;
        /** The service closes it. */
        readonly file: ReadableFile;
      }
    | {
        readonly kind: 'disk-file';
        readonly contentType: string;
        /** Named by our own side, never by the client: no containment here. 404 if it is not a regular file. */
        readonly path: string;
      }
    | {
        readonly kind: 'stream';
        readonly contentType: string;
        /** Length unknown: chunked. A rejection cuts the connection, so that the client sees it is incomplete. */
        readonly chunks: AsyncIterable<Uint8Array>;
        /** Default 200. */
        readonly status?: number;
      }
    | { readonly kind: 'empty'; readonly status: number }
  );

interface AnswerExtras<Tag> {
  /** Further header fields. Names go out as they are written here: spell them as RFC 9110 does. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tag?: Tag;
  /** Cuts the answer where it is when it aborts: the client must see that the content is not whole. */
  readonly signal?: AbortSignal;
}

/** Policy: which answer this request gets. A rejection is answered 500 and reported, never shown to the client. */
export type HttpHandler<Tag = unknown> = (request: HttpRequest) => Promise<HttpAnswer<Tag>>;
