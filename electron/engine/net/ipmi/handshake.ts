import type { CipherSuiteId } from './cipher-suite.ts';
import { maxPasswordBytes } from './cipher-suite.ts';
import { privilegeLevel } from './commands/command.ts';
import { setSessionPrivilege } from './commands/session-setup.ts';
import { completion } from './completion-code.ts';
import { BmcError } from './failure.ts';
import { establishV15 } from './handshake-v15.ts';
import type { V20Outcome } from './handshake-v20.ts';
import { establishV20 } from './handshake-v20.ts';
import type { Established, Login, SessionInputs } from './login.ts';
import { discover, isAnswering, sendClose } from './login.ts';
import { maxUsernameBytes } from './rakp.ts';
import type { RequestNumbers } from './request.ts';
import { codeFailure, exchangeMessage, readAnswer } from './request.ts';
import type { Steps } from './steps.ts';

/** Never tried unless named: with suite 0 a BMC lets in anyone who knows a user name. */
const suitesWithPassword: readonly CipherSuiteId[] = [17, 3];

/**
 * The whole way from nothing to a session with the wanted privilege (IPMI 2.0 §13.14–13.15). We do not ask
 * for the cipher suites (Get Channel Cipher Suites hangs for 10 s on some BMCs, ipmitool#199): we try and
 * fall back, and tell the caller what worked.
 */
export function* establish(inputs: SessionInputs, numbers: RequestNumbers): Steps<Established> {
  const login = readInputs(inputs, numbers);
  const established = yield* logIn(inputs, login);
  yield* raisePrivilege(established, login);
  return established;
}

function readInputs(inputs: SessionInputs, numbers: RequestNumbers): Login {
  const username = Buffer.from(inputs.username, 'utf8');
  const password = Buffer.from(inputs.password, 'utf8');
  if (username.length > maxUsernameBytes) throw invalid('IPMI user names hold at most 16 bytes');
  if (password.length > maxPasswordBytes) throw invalid('IPMI passwords hold at most 20 bytes');
  if ((inputs.bmcKey?.length ?? 0) > maxPasswordBytes) throw invalid('BMC keys (K_g) hold at most 20 bytes');
  return {
    username,
    password,
    bmcKey: inputs.bmcKey === undefined ? undefined : Buffer.from(inputs.bmcKey),
    level: privilegeLevel(inputs.privilege),
    allowClearPassword: inputs.allowClearPassword,
    isGuess: inputs.isGuess,
    random: inputs.random,
    numbers,
  };
}

function invalid(detail: string): BmcError {
  return new BmcError({ kind: 'invalid_request', detail });
}

function* logIn(inputs: SessionInputs, login: Login): Steps<Established> {
  const { preferredCipherSuite: preferred, interfaceVersion } = inputs;
  let first: V20Outcome | undefined;
  if (preferred !== undefined && interfaceVersion !== '1.5') {
    first = yield* establishV20(login, preferred);
    if (first.kind === 'established') return first.session;
  }
  // After a whole round of silence a shorter one settles whether anything is there.
  const capabilities = yield* discover(login, first?.kind === 'silent' ? 2 : undefined);
  const offersV15 = capabilities.supportsV15 && interfaceVersion !== '2.0';
  if (!capabilities.supportsV20 || interfaceVersion === '1.5') {
    if (!offersV15) throw noSuite(preferred === undefined ? [] : [preferred]);
    return yield* establishV15(login, capabilities);
  }
  const others = suitesWithPassword.filter(suite => suite !== preferred);
  const session = yield* negotiateSuite(login, preferred, first, others);
  if (session !== undefined) return session;
  if (offersV15 && capabilities.authTypes.some(type => type !== 0)) {
    return yield* establishV15(login, capabilities);
  }
  throw noSuite(preferred === undefined ? others : [preferred, ...others]);
}

/**
 * Suite after suite; undefined when the BMC refused. `first` is what became of the preferred one before the discovery.
 * A weaker way is taken on a refusal only: what is merely silent may be restarting, and what worked is remembered.
 */
function* negotiateSuite(
  login: Login,
  preferred: CipherSuiteId | undefined,
  first: V20Outcome | undefined,
  others: readonly CipherSuiteId[],
): Steps<Established | undefined> {
  let isRefused = first?.kind === 'refused';
  if (preferred !== undefined && first?.kind === 'silent') {
    const again = yield* establishV20(login, preferred);
    if (again.kind === 'established') return again.session;
    isRefused = again.kind === 'refused';
  }
  for (const suite of others) {
    const outcome = yield* establishWeighed(login, suite);
    if (outcome.kind === 'established') return outcome.session;
    if (outcome.kind === 'refused') isRefused = true;
  }
  if (isRefused) return undefined;
  throw new BmcError({ kind: 'timeout', phase: 'Open Session', attempts: others.length });
}

/**
 * Some BMCs drop a suite that they do not have, others drop everything while they restart. Before a weaker suite is
 * tried the BMC has to show that it is there, and to be silent again.
 */
function* establishWeighed(login: Login, suite: CipherSuiteId): Steps<V20Outcome> {
  const first = yield* establishV20(login, suite);
  if (first.kind !== 'silent') return first;
  if (yield* isAnswering(login.numbers)) return yield* establishV20(login, suite);
  throw new BmcError({ kind: 'timeout', phase: 'Open Session', attempts: 1 });
}

function noSuite(tried: readonly CipherSuiteId[]): BmcError {
  return new BmcError({ kind: 'no_matching_cipher_suite', tried });
}

/** Sessions start at User level (§22.18), so that is free. */
function* raisePrivilege(session: Established, login: Login): Steps<void> {
  if (login.level <= privilegeLevel('user')) return;
  const command = setSessionPrivilege(login.level);
  const response = yield* exchangeMessage(command, { carrier: session.carrier, numbers: login.numbers });
  if (response === undefined) throw new BmcError({ kind: 'session_lost', why: 'silent' });
  const granted = response.completionCode === completion.ok ? readAnswer(command, response) : 0;
  if (granted >= login.level) return;
  yield* sendClose(session, login.numbers);
  const refused = [0x80, 0x81, completion.insufficientPrivilege, completion.ok];
  if (!refused.includes(response.completionCode)) throw codeFailure(command, response.completionCode, 1);
  const detail = codeFailure(command, response.completionCode || 0x81, 1).message;
  throw new BmcError({ kind: 'auth_failed', reason: 'privilege', detail });
}
