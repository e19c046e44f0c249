import type { ClientTransport } from '#shared/contract/client.ts';
import { CodedError } from '#shared/contract/errors.ts';
import type { ClientFrame } from '#shared/contract/frames.ts';
import { webSocketTransport } from '#shared/contract/web-socket-transport.ts';

export interface BrowserSession {
  /** A `Connector`: signs in when there is a token, then opens the WebSocket. */
  readonly connect: () => Promise<ClientTransport>;
  readonly useToken: (token: string) => void;
}

/**
 * A browser tab's way to the headless host. The token in the address's fragment (which no server sees) is taken out of
 * the address bar and the history at once, and exchanged for a cookie that no script can read.
 */
export function browserSession(): BrowserSession {
  let token = takeTokenFromAddress();
  return {
    async connect() {
      const offered = token;
      token = undefined;
      await signIn(offered);
      return openWebSocket();
    },
    useToken(typed) {
      token = typed;
    },
  };
}

function takeTokenFromAddress(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? undefined;
  if (token !== undefined) history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** With a token that is used up, the cookie of an earlier exchange still counts. */
async function signIn(token: string | undefined): Promise<void> {
  const exchanged = token === undefined ? undefined : await post(token);
  if (exchanged?.ok === true) return;
  const known = await fetch('/session', { cache: 'no-store' });
  if (known.ok) return;
  if (known.status === 401 && exchanged?.status !== 429)
    throw new CodedError('auth.denied', 'this page is not signed in', {});
  throw new Error(`the server answered ${known.status}`);
}

function post(token: string): Promise<Response> {
  return fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
}

function openWebSocket(): Promise<ClientTransport> {
  const address = new URL('/ws', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(webSocketTransport<ClientFrame>(socket)), { once: true });
    socket.addEventListener('close', () => reject(new Error('the server is not there')), { once: true });
  });
}
