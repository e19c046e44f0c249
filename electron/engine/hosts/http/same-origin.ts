import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

export interface HostRules {
  /** Names by which this server may be called besides its own addresses. */
  readonly names: readonly string[];
  readonly isSecure: boolean;
}

/**
 * Against DNS rebinding: the request names this machine by a loopback name, by the very address that it came to, or by
 * a name that the operator gave. The port may differ (`ssh -L`); a foreign name never passes.
 */
export function isOurHost(request: IncomingMessage, rules: HostRules): boolean {
  const host = request.headers.host;
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.toLowerCase();
  const address = (request.socket.localAddress ?? '').replace(/^::ffff:/i, '');
  const ownAddress = isIP(address) === 6 ? `[${address}]` : address;
  if (name === ownAddress || rules.names.includes(name)) return true;
  return isLoopback(address) && ['localhost', '127.0.0.1', '[::1]'].includes(name);
}

/** A browser says where a request comes from; a script does not, and has no cookie that it could misuse. */
export function isOurOrigin(request: IncomingMessage, rules: HostRules): boolean {
  const { origin, host } = request.headers;
  return origin === undefined || origin === `${rules.isSecure ? 'https' : 'http'}://${host}`;
}

/**
 * What another site's page fetches without an Origin, such as an image or a script (Fetch Metadata). A person who
 * follows a link to our page is welcome.
 */
export function isForeignFetch({ method, headers }: IncomingMessage): boolean {
  if (headers['sec-fetch-site'] !== 'cross-site') return false;
  const follows = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return !(follows && method === 'GET');
}

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address);
}
