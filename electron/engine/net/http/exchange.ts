import type { IncomingMessage, ServerResponse } from 'node:http';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ClientAddress } from '../file-source/file-source.ts';
import {
  BodyMemoryFull,
  BodyTooLarge,
  type HttpAnswer,
  type HttpHandler,
  type HttpRequest,
  httpMethods,
} from './answer.ts';
import { type AnswerPlan, bare, planAnswer } from './answer-plan.ts';
import { type ChunkPool, sendChunks, sendFilePart } from './download.ts';
import type { ExchangeBook, OpenExchange } from './exchange-book.ts';
import type { HttpObservation, HttpOutcome } from './observation.ts';
import { type BodyMemory, requestBody } from './request-body.ts';
import { parseTarget } from './request-target.ts';

export interface ExchangeContext<Tag> {
  readonly handler: HttpHandler<Tag>;
  readonly observe: (observation: HttpObservation<Tag>) => void;
  readonly book: ExchangeBook<Tag>;
  readonly pool: ChunkPool;
  readonly bodyMemory: BodyMemory;
  readonly isClosing: () => boolean;
}

/** One request from its head to the end of its answer. Never rejects. */
export async function runExchange<Tag>(
  context: ExchangeContext<Tag>,
  message: IncomingMessage,
  response: ServerResponse,
  sendContinue: () => void,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const request = understand(message, context.bodyMemory, gone.signal, sendContinue);
  if (typeof request === 'number') {
    response.writeHead(request, { 'Content-Length': '0', Connection: 'close' });
    response.end();
    return;
  }
  let answer: HttpAnswer<Tag>;
  let plan: AnswerPlan;
  try {
    answer = await context.handler(request);
    plan = await planAnswer(request, answer);
  } catch (cause) {
    const told = bodyTrouble(cause);
    const bareAnswer = told ?? { kind: 'empty' as const, status: 500 };
    answer = bareAnswer;
    plan = bare(bareAnswer.status, bareAnswer.headers);
    const { client, method, path } = request;
    if (told === undefined && !gone.signal.aborted)
      context.observe({ kind: 'failed', client, method, path, cause });
  }
  try {
    await send(context, request, answer, plan, message, response);
  } finally {
    // The outcome is known and told; a handle that fails to close has nobody left to hear it.
    await plan.file?.close().catch(() => undefined);
    if (answer.kind === 'stream' && plan.content.kind !== 'stream') await discard(answer.chunks);
  }
}

/** The answer for content that was not taken, which is no failure of the handler. */
function bodyTrouble(cause: unknown): (HttpAnswer<never> & { readonly kind: 'empty' }) | undefined {
  if (cause instanceof BodyTooLarge) return { kind: 'empty', status: 413 };
  if (cause instanceof BodyMemoryFull) return { kind: 'empty', status: 503, headers: { 'Retry-After': '5' } };
  return undefined;
}

/** The request as the handler sees it, or the status that refuses it. */
function understand(
  message: IncomingMessage,
  memory: BodyMemory,
  signal: AbortSignal,
  sendContinue: () => void,
): HttpRequest | number {
  const target = parseTarget(message.url ?? '');
  if (target === undefined) return 400;
  const method = httpMethods.find(known => known === message.method);
  if (method === undefined) return 501;
  return {
    method,
    ...target,
    headers: message.headers,
    client: clientOf(message.socket),
    body: requestBody(message, memory, sendContinue),
    signal,
  };
}

async function send<Tag>(
  context: ExchangeContext<Tag>,
  request: HttpRequest,
  answer: HttpAnswer<Tag>,
  plan: AnswerPlan,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { client, method, path } = request;
  const { status, part } = plan;
  const expectedBytes = plannedBytes(plan);
  const open = context.book.open({ client, method, path, status, tag: answer.tag, expectedBytes, part });
  if (response.destroyed) {
    open.ended(cut(context, 'the connection closed before the answer'));
    return;
  }
  // Content that the handler did not read: rather a new connection than reading what nobody wants.
  const close: Record<string, string> = message.complete ? {} : { Connection: 'close' };
  let trouble: string | undefined;
  const cutShort = () => response.destroy();
  answer.signal?.addEventListener('abort', cutShort, { once: true });
  try {
    response.writeHead(status, { ...plan.headers, ...close });
    await sendContent(plan, response, context.pool, open);
    await finished(response);
  } catch (error) {
    trouble = error instanceof Error ? error.message : 'unknown error';
    response.destroy();
  } finally {
    answer.signal?.removeEventListener('abort', cutShort);
  }
  if (answer.signal?.aborted === true) trouble ??= 'it is not wanted any more';
  if (trouble !== undefined) open.ended({ kind: 'aborted', by: 'server', why: trouble });
  else if (response.writableFinished) open.ended({ kind: 'completed' });
  else open.ended(cut(context, 'the connection closed in the middle'));
}

async function sendContent(
  plan: AnswerPlan,
  response: ServerResponse,
  pool: ChunkPool,
  open: OpenExchange,
): Promise<void> {
  const { content } = plan;
  switch (content.kind) {
    case 'none':
      return;
    case 'bytes':
      response.end(content.bytes, () => open.sent(content.bytes.length));
      return;
    case 'file':
      await sendFilePart(response, content.file, content.offsetBytes, content.lengthBytes, pool, open.sent);
      return;
    case 'stream':
      await sendChunks(response, content.chunks, open.sent);
      return;
    default:
      assertNever(content);
  }
}

/** Ends the response and waits until it is with the operating system or the connection is gone. */
function finished(response: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    if (response.destroyed || response.writableFinished) {
      resolve();
      return;
    }
    response.once('finish', resolve);
    response.once('close', resolve);
    if (!response.writableEnded) response.end();
  });
}

function plannedBytes(plan: AnswerPlan): number | undefined {
  switch (plan.content.kind) {
    case 'none':
      return 0;
    case 'bytes':
      return plan.content.bytes.length;
    case 'file':
      return plan.content.lengthBytes;
    case 'stream':
      return undefined;
    default:
      return assertNever(plan.content);
  }
}

function cut<Tag>(context: ExchangeContext<Tag>, why: string): HttpOutcome {
  return context.isClosing()
    ? { kind: 'aborted', by: 'server', why: 'the server is shutting down' }
    : { kind: 'aborted', by: 'client', why };
}

async function discard(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  await chunks[Symbol.asyncIterator]().return?.();
}

/** On a dual-stack socket an IPv4 client shows up as `::ffff:10.0.0.1`; the rest of the product knows the plain form. */
export function clientOf(socket: {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}): ClientAddress {
  const address = socket.remoteAddress ?? '';
  return { address: address.replace(/^::ffff:(?=\d+\.)/, ''), port: socket.remotePort ?? 0 };
}
