import { assertNever } from '#shared/model/assert-never.ts';
import { fileFromBytes } from '../file-source/file-from-bytes.ts';
import { openRegularFile } from '../file-source/file-from-disk.ts';
import type { ReadableFile } from '../file-source/file-source.ts';
import type { HttpAnswer, HttpRequest } from './answer.ts';
import { chooseRange, matchesEntityTag, rangeStillValid } from './byte-range.ts';
import type { HttpExchange } from './observation.ts';

/**
 * An answer turned into what goes on the wire: status, header fields, and which bytes of what. Names of header fields
 * are spelled as RFC 9110 spells them: GRUB 2.06 (Debian 12) compares "Content-Length: " byte by byte.
 */
export interface AnswerPlan {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: PlannedContent;
  /** Whatever `content` is, this is closed when the exchange is over. */
  readonly file: ReadableFile | undefined;
  readonly part: HttpExchange['part'];
}

export type PlannedContent =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'file';
      readonly file: ReadableFile;
      readonly offsetBytes: number;
      readonly lengthBytes: number;
    }
  | { readonly kind: 'stream'; readonly chunks: AsyncIterable<Uint8Array> };

type Asked = Pick<HttpRequest, 'method' | 'headers'>;

const none: PlannedContent = { kind: 'none' };

/** Opens a `disk-file`; touches nothing else. */
export async function planAnswer(asked: Asked, answer: HttpAnswer): Promise<AnswerPlan> {
  switch (answer.kind) {
    case 'empty':
      return bare(answer.status, answer.headers);
    case 'bytes':
      return planBytes(asked, answer);
    case 'file':
      return planFile(asked, answer, answer.file);
    case 'disk-file': {
      const file = await openRegularFile(answer.path);
      return file === undefined ? bare(404, answer.headers) : planFile(asked, answer, file);
    }
    case 'stream': {
      const headers = { 'Content-Type': answer.contentType, ...answer.headers };
      const content: PlannedContent =
        asked.method === 'HEAD' ? none : { kind: 'stream', chunks: answer.chunks };
      return { status: answer.status ?? 200, headers, content, file: undefined, part: undefined };
    }
    default:
      return assertNever(answer);
  }
}

/** A bare status. 204 and 304 may not carry a length (RFC 9110 §8.6). */
export function bare(status: number, headers: Readonly<Record<string, string>> = {}): AnswerPlan {
  const length: Record<string, string> = status === 204 || status === 304 ? {} : { 'Content-Length': '0' };
  return { status, headers: { ...length, ...headers }, content: none, file: undefined, part: undefined };
}

function planBytes(asked: Asked, answer: HttpAnswer & { kind: 'bytes' }): AnswerPlan {
  const bytes = typeof answer.bytes === 'string' ? Buffer.from(answer.bytes, 'utf8') : answer.bytes;
  const status = answer.status ?? 200;
  if (status === 200 && (asked.method === 'GET' || asked.method === 'HEAD')) {
    const plan = planFile(asked, answer, fileFromBytes(bytes));
    if (plan.content.kind !== 'file') return plan;
    const { offsetBytes, lengthBytes } = plan.content;
    const part = bytes.subarray(offsetBytes, offsetBytes + lengthBytes);
    return { ...plan, content: { kind: 'bytes', bytes: part } };
  }
  const headers = {
    'Content-Type': answer.contentType,
    'Content-Length': String(bytes.length),
    ...answer.headers,
  };
  const content: PlannedContent = asked.method === 'HEAD' ? none : { kind: 'bytes', bytes };
  return { status, headers, content, file: undefined, part: undefined };
}

/** RFC 9110 §13.2.2 for the order: If-None-Match, then Range with If-Range. */
function planFile(
  asked: Asked,
  answer: { readonly contentType: string; readonly headers?: Readonly<Record<string, string>> },
  file: ReadableFile,
): AnswerPlan {
  if (asked.method !== 'GET' && asked.method !== 'HEAD') {
    return { ...bare(405, { Allow: 'GET, HEAD' }), file };
  }
  const { etag } = file;
  const common = {
    'Accept-Ranges': 'bytes',
    ...(etag === undefined ? {} : { ETag: etag }),
    ...answer.headers,
  };
  if (matchesEntityTag(field(asked, 'if-none-match'), etag)) return { ...bare(304, common), file };
  const wanted = asked.method === 'GET' && rangeStillValid(field(asked, 'if-range'), etag);
  const range = chooseRange(wanted ? field(asked, 'range') : undefined, file.sizeBytes);
  if (range.kind === 'unsatisfiable') {
    return { ...bare(416, { ...common, 'Content-Range': `bytes */${file.sizeBytes}` }), file };
  }
  const first = range.kind === 'part' ? range.first : 0;
  const lengthBytes = range.kind === 'part' ? range.last - first + 1 : file.sizeBytes;
  const place: Record<string, string> =
    range.kind === 'part' ? { 'Content-Range': `bytes ${first}-${range.last}/${file.sizeBytes}` } : {};
  return {
    status: range.kind === 'part' ? 206 : 200,
    headers: {
      'Content-Type': answer.contentType,
      'Content-Length': String(lengthBytes),
      ...place,
      ...common,
    },
    content: asked.method === 'HEAD' ? none : { kind: 'file', file, offsetBytes: first, lengthBytes },
    file,
    part: { firstByte: first, wholeBytes: file.sizeBytes },
  };
}

function field(asked: Asked, name: string): string | undefined {
  const value = asked.headers[name];
  return typeof value === 'string' ? value : undefined;
}
