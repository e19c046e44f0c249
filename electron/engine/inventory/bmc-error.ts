import type { SolRefusal } from '#engine/net/ipmi/failure.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';
import { CodedError } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';

/** The client's failure in the contract's words; the BmcError stays as `cause`. */
export function bmcError(error: unknown, address: string): unknown {
  if (!(error instanceof BmcError)) return error;
  const { failure, message } = error;
  const options = { cause: error };
  const refused = (command: string, reason: string) =>
    new CodedError('bmc.command_failed', message, { address, command, reason }, options);
  switch (failure.kind) {
    case 'unreachable':
    case 'timeout':
      return new CodedError('bmc.unreachable', message, { address, attempts: failure.attempts }, options);
    case 'session_lost':
      return new CodedError('bmc.unreachable', message, { address, attempts: 1 }, options);
    case 'auth_failed':
      return new CodedError('bmc.auth_failed', message, { address, reason: failure.reason }, options);
    case 'no_matching_cipher_suite':
      return new CodedError('bmc.no_cipher_suite', message, { address, tried: [...failure.tried] }, options);
    case 'completion_code':
      return refused(failure.command, failure.text);
    case 'malformed_answer':
      return refused(failure.command, failure.detail);
    case 'busy':
      return new CodedError('bmc.busy', message, { address, reason: failure.detail }, options);
    case 'sol_refused':
      return consoleRefused(failure.why, error, address);
    case 'invalid_request':
      return refused('session', failure.detail);
    default:
      return assertNever(failure);
  }
}

function consoleRefused(why: SolRefusal, error: BmcError, address: string): CodedError {
  const { message } = error;
  const options = { cause: error };
  switch (why) {
    case 'in_use':
    case 'limit':
      return new CodedError('console.in_use', message, { address }, options);
    case 'off':
    case 'privilege':
      return new CodedError('console.sol_off', message, { address }, options);
    case 'unsupported':
    case 'encryption':
      return new CodedError('console.not_supported', message, { address, reason: message }, options);
    default:
      return assertNever(why);
  }
}
