import { containedPath } from '../file-source/contained-path.ts';

export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
}

/**
 * The request line's target (RFC 9112 §3.2: origin-form, or absolute-form as proxies send it) as a normalised
 * path. Undefined for what is malformed or tries to climb: `..` plain, percent-encoded or encoded twice.
 */
export function parseTarget(raw: string): RequestTarget | undefined {
  const origin = /^https?:\/\/[^/?#]*(.*)$/i.exec(raw)?.[1] ?? raw;
  const [rawPath = '', ...rest] = origin.split('?');
  if (rawPath !== '' && !rawPath.startsWith('/')) return undefined;
  const decodedPath = percentDecoded(rawPath);
  if (decodedPath === undefined || encodedAgain.test(decodedPath)) return undefined;
  const query = new URLSearchParams(rest.join('?'));
  if (/^[/\\.]*$/.test(decodedPath)) {
    return decodedPath.includes('..') ? undefined : { path: '/', query };
  }
  const contained = containedPath(decodedPath);
  return contained === undefined ? undefined : { path: `/${contained}`, query };
}

/** `%2e`, `%2f`, `%5c`, `%00` that survived one decoding: somebody hopes for a second one. */
const encodedAgain = /%(2e|2f|5c|00|25)/i;

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // URIError: a stray % or bytes that are not UTF-8.
    return undefined;
  }
}
