import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ErrorCode, type ErrorData, errorKinds } from '#shared/contract/errors.ts';
import { pageHeaders } from '#shared/contract/page-headers.ts';
import { assertNever } from '#shared/model/assert-never.ts';

export function replyEmpty(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    ...pageHeaders,
    'cache-control': 'no-store',
    'content-length': 0,
    ...headers,
  });
  response.end();
}

export function replyText(response: ServerResponse, status: number, text: string): void {
  reply(response, status, 'text/plain; charset=utf-8', `${text}\n`);
}

/** Prometheus, text format 0.0.4. */
export function replyMetrics(response: ServerResponse, text: string): void {
  reply(response, 200, 'text/plain; version=0.0.4; charset=utf-8', text);
}

export function replyJson(response: ServerResponse, status: number, value: unknown): void {
  reply(response, status, 'application/json; charset=utf-8', JSON.stringify(value ?? null));
}

function reply(response: ServerResponse, status: number, contentType: string, text: string): void {
  const body = Buffer.from(text);
  response.writeHead(status, {
    ...pageHeaders,
    'cache-control': 'no-store',
    'content-type': contentType,
    'content-length': body.length,
  });
  response.end(body);
}

const statusByCode: Partial<Record<ErrorCode, number>> = {
  'auth.denied': 401,
  'input.not_found': 404,
  'input.conflict': 409,
  'input.in_use': 409,
  'state.not_allowed': 409,
};

export function statusOf(error: ErrorData): number {
  const { level } = errorKinds[error.code];
  const exact = statusByCode[error.code];
  if (exact !== undefined) return exact;
  switch (level) {
    case 'user':
      return 400;
    case 'environment':
      return 503;
    case 'peer':
      return 502;
    case 'bug':
      return 500;
    default:
      return assertNever(level);
  }
}

/** The whole body, or undefined as soon as it is longer than `maxBytes`. Rejects when the sender breaks off. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
