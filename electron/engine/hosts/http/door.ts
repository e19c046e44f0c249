import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type FailureLimit, failureLimit } from '#engine/system/failure-limit.ts';

export type Entry = 'welcome' | 'denied' | 'blocked';

/**
 * Who may come in. Three secrets, for three uses:
 * - the **token** is for scripts (`Authorization: Bearer`) and stays valid while this server runs;
 * - the **ticket** is in the printed URL's fragment and works once: the page changes it for a cookie. So a URL in a
 *   browser's history, a screenshot or a chat opens nothing. A person who has the token may also sign in with it.
 * - the **metrics token** is for who collects `/metrics`, opens nothing else, and follows from the token.
 *
 * The cookie is `expiry.nonce.HMAC`, keyed from the token: it survives a restart with the same token, and a new token
 * ends all sessions. Its name has the port, because browsers keep one cookie jar for all ports of a host.
 */
export interface Door {
  readonly ticket: string;
  readonly metricsToken: string;
  /** What a page offers: the ticket, once, or the token. */
  exchange(offered: string, address: string): Entry;
  checkBearer(header: string | undefined, address: string): Entry;
  /** As `checkBearer`; the metrics token is welcome too. */
  checkMetrics(header: string | undefined, address: string): Entry;
  checkCookie(header: string | undefined, port: number): boolean;
  newCookie(port: number, isSecure: boolean): string;
}

export interface DoorOptions {
  readonly token: string;
  readonly now?: () => number;
  readonly limit?: FailureLimit;
}

const sessionSeconds = 7 * 24 * 3600;

export function openDoor({ token, now = Date.now, limit = failureLimit({ now }) }: DoorOptions): Door {
  const ticket = randomBytes(32).toString('base64url');
  const key = createHmac('sha256', token).update('rackside session cookie').digest();
  const metricsToken = createHmac('sha256', token).update('rackside metrics').digest('base64url');
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  let isTicketUsed = false;

  const guarded = (address: string, isRight: () => boolean): Entry => {
    if (limit.isBlocked(address)) return 'blocked';
    if (isRight()) return 'welcome';
    limit.count(address);
    return 'denied';
  };
  const bearer = (header: string | undefined, address: string, right: readonly string[]): Entry => {
    // Nothing offered is no guess: any page could make the browser of this machine send that.
    if (header === undefined) return 'denied';
    return guarded(address, () => {
      const offered = /^Bearer (.+)$/i.exec(header)?.[1];
      return offered !== undefined && right.some(token => sameText(offered, token));
    });
  };
  return {
    ticket,
    exchange: (offered, address) =>
      guarded(address, () => {
        const isTicket = sameText(offered, ticket);
        const isRight = (isTicket && !isTicketUsed) || sameText(offered, token);
        isTicketUsed ||= isTicket;
        return isRight;
      }),
    metricsToken,
    checkBearer: (header, address) => bearer(header, address, [token]),
    checkMetrics: (header, address) => bearer(header, address, [token, metricsToken]),
    checkCookie(header, port) {
      const [expiry, nonce, signature] = (cookieNamed(header, cookieName(port)) ?? '').split('.');
      if (expiry === undefined || nonce === undefined || signature === undefined) return false;
      return sameText(signature, sign(`${expiry}.${nonce}`)) && Number(expiry) * 1000 > now();
    },
    newCookie(port, isSecure) {
      const text = `${Math.floor(now() / 1000) + sessionSeconds}.${randomBytes(16).toString('base64url')}`;
      const attributes = `Path=/; Max-Age=${sessionSeconds}; HttpOnly; SameSite=Strict`;
      return `${cookieName(port)}=${text}.${sign(text)}; ${attributes}${isSecure ? '; Secure' : ''}`;
    },
  };
}

function cookieName(port: number): string {
  return `rackside_${port}`;
}

function cookieNamed(header: string | undefined, name: string): string | undefined {
  for (const cookie of header?.split(';') ?? []) {
    const [key, value] = cookie.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

/** In a time that does not depend on where they differ. */
function sameText(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
