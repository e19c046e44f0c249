import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Api, invoke, procedureKind, toErrorData } from '#engine/api/invoke.ts';
import type { Logger } from '#engine/system/log.ts';
import { CodedError } from '#shared/contract/errors.ts';
import { readBody, replyJson, statusOf } from './reply.ts';

/**
 * `POST /rpc/<namespace>/<procedure>` for scripts: the input as JSON (no body: none), the output as JSON, an error as its
 * `ErrorData` with a status of its level. Streams have no such form.
 */
export async function serveRpc(
  request: IncomingMessage,
  response: ServerResponse,
  urlPath: string,
  { api, log, maxBodyBytes }: { readonly api: Api; readonly log: Logger; readonly maxBodyBytes: number },
): Promise<void> {
  const path = urlPath.split('/').slice(2).join('.');
  const gone = new AbortController();
  // As on a connection: a query ends with its asker, a command is carried out.
  if (procedureKind(api, path) === 'query') response.once('close', () => gone.abort());
  try {
    const body = await readBody(request, maxBodyBytes);
    if (body === undefined) {
      response.once('finish', () => request.destroy());
      replyJson(response, 413, invalid(`the body has more than ${maxBodyBytes} bytes`).toData());
      return;
    }
    replyJson(response, 200, await invoke(api, path, parseJson(body), gone.signal));
  } catch (error) {
    if (response.destroyed) return;
    const data = toErrorData(error, log, path);
    replyJson(response, statusOf(data), data);
  }
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw invalid('the body is not JSON');
  }
}

function invalid(message: string): CodedError {
  return new CodedError('input.invalid', message, { issues: [{ path: '', message }] });
}
