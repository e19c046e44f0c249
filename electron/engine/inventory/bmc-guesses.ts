import type { BmcClient } from '#engine/net/ipmi/client.ts';
import { type AuthFailureReason, BmcError, type BmcFailure, isRetryable } from '#engine/net/ipmi/failure.ts';
import { CodedError, type ScanLogin } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { bmcError } from './bmc-error.ts';
import { type BmcFacts, factsOf } from './bmc-link.ts';
import { type BmcCredentials, logIn } from './bmc-login.ts';

export interface CredentialPair {
  readonly username: string;
  readonly password: string;
}

interface GuessInputs {
  readonly client: Pick<BmcClient, 'openSession'>;
  readonly address: string;
  readonly port: number;
  readonly pairs: readonly CredentialPair[];
  /** Ends it with what the signal's reason is; a session that is open is closed first. */
  readonly signal: AbortSignal;
  readonly onTry: (pair: number) => void;
}

type GuessOutcome = Extract<ScanLogin, { is: 'worked' | 'refused' | 'stopped' }>;

/**
 * Tries pair after pair on one BMC, each once. Goes on only after a plain "not these": BMCs lock an account, or stop
 * answering an address, after a few wrong passwords (iDRAC: "IP blocking"; IPMI 2.0 table 23-4, parameter 26).
 */
export async function guessCredentials(inputs: GuessInputs): Promise<GuessOutcome> {
  const { address, pairs, signal } = inputs;
  const before: Refusal[] = [];
  for (const [index, pair] of pairs.entries()) {
    signal.throwIfAborted();
    inputs.onTry(index + 1);
    try {
      const { manufacturer, firmware } = await tryPair(inputs, pair);
      return { is: 'worked', pair: index + 1, username: pair.username, manufacturer, firmware };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BmcError)) throw error;
      const { username } = pair;
      const verdict = verdictOn({ username, failure: error.failure }, before);
      if (verdict === 'not-these') before.push({ username, failure: error.failure });
      else return stopped(error, address, index + 1, verdict === 'locked-out');
    }
  }
  return { is: 'refused', tried: pairs.length };
}

function stopped(error: BmcError, address: string, tried: number, isLockOut: boolean): GuessOutcome {
  const coded = bmcError(error, address);
  if (!(coded instanceof CodedError)) throw error;
  return { is: 'stopped', tried, isLockOut, error: coded.toData() };
}

async function tryPair(inputs: GuessInputs, pair: CredentialPair): Promise<BmcFacts | typeof noFacts> {
  const { client, signal } = inputs;
  const once: Pick<BmcClient, 'openSession'> = {
    openSession: options => client.openSession({ ...options, isGuess: true }),
  };
  const login = { ...guessedCredentials(inputs, pair), cipherSuite: null, interfaceVersion: null };
  const { session } = await logIn(once, login, signal);
  try {
    return await factsOf(session);
  } catch (error) {
    // The log-in worked, and that is what was asked.
    if (error instanceof BmcError) return noFacts;
    throw error;
  } finally {
    await session.close();
  }
}

const noFacts = { manufacturer: '', firmware: '' } as const;

export function guessedCredentials(
  { address, port }: { readonly address: string; readonly port: number },
  { username, password }: CredentialPair,
): BmcCredentials {
  return { address, port, username, password, bmcKey: '', protocol: 'auto', privilege: null };
}

interface Refusal {
  readonly username: string;
  readonly failure: BmcFailure;
}

/** IPMI has no word for "locked": it is told by what the BMC answered `before`. */
function verdictOn(
  { username, failure }: Refusal,
  before: readonly Refusal[],
): 'not-these' | 'locked-out' | 'other' {
  const reason = authReason(failure);
  switch (reason) {
    case 'wrong_password':
    case 'privilege':
      return 'not-these';
    case 'unknown_user': {
      const wasKnown = before.some(
        one => one.username === username && authReason(one.failure) === 'wrong_password',
      );
      return wasKnown ? 'locked-out' : 'not-these';
    }
    // Some firmware drops what has an unknown user name; one that answered others before does not.
    case 'ignored':
      return before.some(one => authReason(one.failure) !== 'ignored') ? 'locked-out' : 'not-these';
    case 'bmc_key':
    case 'no_safe_method':
      return 'other';
    case undefined:
      return before.length > 0 && isRetryable(failure) ? 'locked-out' : 'other';
    default:
      return assertNever(reason);
  }
}

function authReason(failure: BmcFailure): AuthFailureReason | undefined {
  return failure.kind === 'auth_failed' ? failure.reason : undefined;
}
