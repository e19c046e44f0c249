import { assertNever } from '#shared/model/assert-never.ts';

/**
 * Everything that can go wrong between us and a BMC. A closed union: the product maps each kind to title,
 * evidence and next step. No member carries a password, key or raw packet.
 */
export type BmcFailure =
  /** Nothing answers, not even without credentials: address, cable, VLAN, or IPMI over LAN is off. */
  | {
      readonly kind: 'unreachable';
      readonly why: 'no_answer' | 'no_route' | 'name_not_found';
      readonly attempts: number;
    }
  | { readonly kind: 'auth_failed'; readonly reason: AuthFailureReason; readonly detail: string }
  /** The BMC took none of the suites we proposed, and IPMI 1.5 was no way out. */
  | { readonly kind: 'no_matching_cipher_suite'; readonly tried: readonly number[] }
  /** It answered before and does not any more, or we closed. Open a new session. */
  | { readonly kind: 'session_lost'; readonly why: 'silent' | 'closed_by_us' }
  /** "Insufficient resources for session" (Dell iDRAC, often), "node busy", "still starting": wait and try again. */
  | { readonly kind: 'busy'; readonly detail: string; readonly attempts: number }
  | {
      readonly kind: 'completion_code';
      readonly code: number;
      readonly text: string;
      readonly command: string;
    }
  /** A genuine packet of our session whose content makes no sense. */
  | { readonly kind: 'malformed_answer'; readonly command: string; readonly detail: string }
  /** Silence while a session is being set up, after something had answered. */
  | { readonly kind: 'timeout'; readonly phase: string; readonly attempts: number }
  /** The session is there, the serial console is not to be had. `code` is the BMC's; 0 where we saw it ourselves. */
  | { readonly kind: 'sol_refused'; readonly why: SolRefusal; readonly code: number }
  /** What we were asked to send cannot be sent (a password of 30 bytes, a user id of 99). Our caller's mistake. */
  | { readonly kind: 'invalid_request'; readonly detail: string };

export type SolRefusal =
  /** Another session has the BMC's only place for a console. */
  | 'in_use'
  /** Serial over LAN is switched off on the BMC, or for this user. */
  | 'off'
  | 'limit'
  /** No RMCP+, no SOL in the firmware, or only on another port than the session's. */
  | 'unsupported'
  /** The BMC insists on a console without encryption, or on one in a session that has none. */
  | 'encryption'
  | 'privilege';

export type AuthFailureReason =
  | 'wrong_password'
  | 'unknown_user'
  /** The account exists but may not have the privilege asked for. */
  | 'privilege'
  /** The BMC went silent at the first packet with credentials and answers others: user name or password. */
  | 'ignored'
  /** Two-key log-in: the BMC wants a BMC key (K_g) besides the password. */
  | 'bmc_key'
  /** IPMI 1.5 only, and it offers no way that does not send the password in clear. */
  | 'no_safe_method';

export class BmcError extends Error {
  readonly failure: BmcFailure;

  constructor(failure: BmcFailure) {
    super(failureText(failure));
    this.name = 'BmcError';
    this.failure = failure;
  }
}

/** True when the same call may succeed later without anyone changing anything. */
export function isRetryable(failure: BmcFailure): boolean {
  switch (failure.kind) {
    case 'busy':
    case 'session_lost':
    case 'timeout':
      return true;
    case 'unreachable':
      return failure.why !== 'name_not_found';
    case 'auth_failed':
    case 'no_matching_cipher_suite':
    case 'completion_code':
    case 'malformed_answer':
    case 'sol_refused':
    case 'invalid_request':
      return false;
    default:
      return assertNever(failure);
  }
}

/** One line for a log. */
export function failureText(failure: BmcFailure): string {
  switch (failure.kind) {
    case 'unreachable':
      return `BMC unreachable (${failure.why.replaceAll('_', ' ')}, ${failure.attempts} attempts)`;
    case 'auth_failed':
      return `BMC refused the log-in (${failure.reason.replaceAll('_', ' ')}): ${failure.detail}`;
    case 'no_matching_cipher_suite':
      return `BMC takes none of the cipher suites ${failure.tried.join(', ')}`;
    case 'session_lost':
      return `BMC session lost (${failure.why.replaceAll('_', ' ')})`;
    case 'busy':
      return `BMC busy after ${failure.attempts} attempts: ${failure.detail}`;
    case 'completion_code':
      return `${failure.command}: ${failure.text} (0x${failure.code.toString(16).padStart(2, '0')})`;
    case 'malformed_answer':
      return `${failure.command}: answer makes no sense: ${failure.detail}`;
    case 'timeout':
      return `BMC went silent during ${failure.phase} (${failure.attempts} attempts)`;
    case 'sol_refused':
      return `no serial console (${failure.why.replaceAll('_', ' ')}, code 0x${failure.code.toString(16).padStart(2, '0')})`;
    case 'invalid_request':
      return `cannot be sent to a BMC: ${failure.detail}`;
    default:
      return assertNever(failure);
  }
}
