import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { CodedError } from '#shared/contract/errors.ts';
import type { Door, Entry } from './door.ts';
import { readBody, replyEmpty, replyJson } from './reply.ts';

const offer = z.object({ token: z.string().min(1).max(1000) });

/** `POST /session {token}` gives the cookie; `GET /session` says whether there is one (204) or not (401). */
export async function serveSession(
  request: IncomingMessage,
  response: ServerResponse,
  { door, isSecure }: { readonly door: Door; readonly isSecure: boolean },
): Promise<void> {
  const port = request.socket.localPort ?? 0;
  if (request.method === 'GET') {
    if (door.checkCookie(request.headers.cookie, port)) replyEmpty(response, 204);
    else replyDenied(response, 'denied');
  } else if (request.method === 'POST') {
    const entry = door.exchange(await offeredToken(request), request.socket.remoteAddress ?? '');
    if (entry === 'welcome') replyEmpty(response, 204, { 'set-cookie': door.newCookie(port, isSecure) });
    else replyDenied(response, entry);
  } else replyEmpty(response, 405, { allow: 'GET, POST' });
}

export function replyDenied(response: ServerResponse, entry: Exclude<Entry, 'welcome'>): void {
  if (entry === 'blocked') replyEmpty(response, 429, { 'retry-after': '60' });
  else {
    // RFC 9110 §15.5.2 wants it; browsers do not know the scheme and show no box for it.
    response.setHeader('WWW-Authenticate', 'Bearer');
    replyJson(response, 401, new CodedError('auth.denied', 'no valid token', {}).toData());
  }
}

async function offeredToken(request: IncomingMessage): Promise<string> {
  const body = await readBody(request, 4096);
  try {
    return offer.parse(JSON.parse(body?.toString('utf8') ?? '')).token;
  } catch {
    return ''; // no token at all is a wrong one
  }
}
