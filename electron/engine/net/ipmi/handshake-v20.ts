import type { Decoded } from '#shared/model/decoded.ts';
import { decoded } from '#shared/model/decoded.ts';
import type { CipherSuite, CipherSuiteId, KeyExchange } from './cipher-suite.ts';
import {
  cipherSuites,
  deriveSessionKeys,
  equalSecrets,
  findCipherSuite,
  rakp2AuthCode,
  rakp3AuthCode,
  rakp4CheckValue,
  secretKey,
} from './cipher-suite.ts';
import { rmcpStatus, rmcpStatusText } from './completion-code.ts';
import type { AuthFailureReason } from './failure.ts';
import { BmcError } from './failure.ts';
import type { Established, Login } from './login.ts';
import { isAnswering } from './login.ts';
import { encodeSetupPayload, payloadType } from './packet.ts';
import type { OpenSessionResponse, Rakp2, Rakp4, Refusal } from './rakp.ts';
import {
  decodeOpenSessionResponse,
  decodeRakp2,
  decodeRakp4,
  encodeOpenSessionRequest,
  encodeRakp1,
  encodeRakp3,
  nameOnlyLookup,
} from './rakp.ts';
import { insideSession } from './request.ts';
import { createV20Channel } from './secure-channel.ts';
import type { Steps } from './steps.ts';
import { backOff, exchange } from './steps.ts';

/**
 * RMCP+ session set-up (IPMI 2.0 §13.15): Open Session, RAKP 1–2, RAKP 3–4. A refusal of the suite is an
 * outcome, everything that another suite would not cure is thrown.
 */
export type V20Outcome =
  | { readonly kind: 'established'; readonly session: Established }
  | { readonly kind: 'refused'; readonly status: number }
  /** Open Session got no answer: the BMC is gone, or it drops suites that it does not know. */
  | { readonly kind: 'silent' };

type Attempt = V20Outcome | { readonly kind: 'busy'; readonly status: number } | { readonly kind: 'restart' };

const maxBusyAttempts = 4;
/** A lost RAKP 4 or a slow RAKP 2 can leave both sides with different random numbers: then begin again. */
const maxRestarts = 2;

export function* establishV20(login: Login, suiteId: CipherSuiteId): Steps<V20Outcome> {
  const suite = cipherSuites[suiteId];
  let busy = 0;
  let restarts = 0;
  for (;;) {
    const attempt: Attempt = yield* tryOnce(login, suite);
    switch (attempt.kind) {
      case 'busy': {
        busy += 1;
        const detail = rmcpStatusText(attempt.status);
        if (busy >= maxBusyAttempts) throw new BmcError({ kind: 'busy', detail, attempts: busy });
        yield* backOff(busy);
        break;
      }
      case 'restart':
        restarts += 1;
        if (restarts > maxRestarts) {
          throw new BmcError({ kind: 'timeout', phase: 'RAKP 3', attempts: restarts });
        }
        break;
      case 'established':
      case 'refused':
      case 'silent':
        return attempt;
    }
  }
}

interface Answered<T> {
  readonly type: number;
  readonly decode: (payload: Buffer) => Decoded<T | Refusal>;
  readonly consoleSessionId: number;
  readonly tag: number;
}

/** One set-up message and its answer, matched by payload type, message tag and our session id. */
function* setup<
  T extends { readonly consoleSessionId: number; readonly tag: number; readonly refused: false },
>(name: string, datagram: Buffer, answered: Answered<T>): Steps<T | Refusal | undefined> {
  return yield* exchange<T | Refusal>({
    name,
    encode: () => datagram,
    accept: packet => {
      if (packet.version !== '2.0' || packet.payloadType !== answered.type) return undefined;
      const message = answered.decode(packet.payload);
      if (!message.ok) return message;
      const { value } = message;
      if (value.tag !== answered.tag) return undefined;
      if (!value.refused && value.consoleSessionId !== answered.consoleSessionId) return undefined;
      return decoded(value);
    },
  });
}

function* tryOnce(login: Login, suite: CipherSuite): Steps<Attempt> {
  const ids = login.random(5);
  const consoleSessionId = ids.readUInt32LE(0) || 1;
  const tag = ids.readUInt8(4);
  const opened = yield* openSession(login, suite, consoleSessionId, tag);
  if (!isOpened(opened)) return opened;

  const role = nameOnlyLookup | login.level;
  const consoleRandom = Buffer.from(login.random(16));
  const { systemSessionId } = opened;
  const rakp1 = encodeRakp1({
    tag: next(tag, 1),
    systemSessionId,
    consoleRandom,
    role,
    username: login.username,
  });
  const rakp2 = yield* setup<Rakp2>('RAKP 1', encodeSetupPayload(payloadType.rakp1, rakp1), {
    type: payloadType.rakp2,
    decode: decodeRakp2,
    consoleSessionId,
    tag: next(tag, 1),
  });
  if (rakp2 === undefined) throw yield* ignoredOrGone(login, 'RAKP 1');
  if (rakp2.refused) return refusedCredentials(rakp2.status, 'RAKP 1');
  const keys: KeyExchange = {
    consoleSessionId,
    systemSessionId,
    consoleRandom,
    systemRandom: Buffer.from(rakp2.systemRandom),
    systemGuid: Buffer.from(rakp2.systemGuid),
    role,
    username: login.username,
    userKey: secretKey(login.password),
    ...(login.bmcKey === undefined ? {} : { bmcKey: secretKey(login.bmcKey) }),
  };
  if (!equalSecrets(rakp2.authCode, rakp2AuthCode(suite, keys))) {
    yield* abandon(systemSessionId, next(tag, 2));
    throw refused('wrong_password', "the BMC's RAKP 2 was made with another password");
  }
  return yield* finish(login, suite, keys, next(tag, 2));
}

function isOpened(value: Attempt | OpenSessionResponse): value is OpenSessionResponse {
  return 'systemSessionId' in value;
}

function* openSession(
  login: Login,
  suite: CipherSuite,
  consoleSessionId: number,
  tag: number,
): Steps<Attempt | OpenSessionResponse> {
  // The same level here and in RAKP 1: firmware exists that derives its keys from this one (FreeIPMI "opensesspriv").
  const { algorithms } = suite;
  const open = encodeOpenSessionRequest({ tag, privilege: login.level, consoleSessionId, algorithms });
  const answer = yield* setup<OpenSessionResponse>(
    'Open Session',
    encodeSetupPayload(payloadType.openSessionRequest, open),
    { type: payloadType.openSessionResponse, decode: decodeOpenSessionResponse, consoleSessionId, tag },
  );
  if (answer === undefined) return { kind: 'silent' };
  if (answer.refused) return openRefusal(answer.status);
  // A BMC that answers with other algorithms than we proposed does not decide how weak the session gets.
  if (findCipherSuite(answer.algorithms)?.id !== suite.id) {
    return { kind: 'refused', status: rmcpStatus.noCipherSuiteMatch };
  }
  return answer;
}

/**
 * Besides the statuses made for it, firmware refuses a suite with 0Ah (Supermicro X8DTG) and 12h (MSI
 * MS-91D2): FreeIPMI "bugs, issues and workarounds", LAN authentication issues 19 and 20.
 */
function openRefusal(status: number): Attempt {
  return isOutOfResources(status) ? { kind: 'busy', status } : { kind: 'refused', status };
}

function isOutOfResources(status: number): boolean {
  return status === rmcpStatus.insufficientResources || status === rmcpStatus.insufficientResourcesAtRole;
}

function refusedCredentials(status: number, phase: string): Attempt {
  if (isOutOfResources(status)) return { kind: 'busy', status };
  switch (status) {
    case rmcpStatus.invalidSessionId:
    case rmcpStatus.inactiveSessionId:
      return { kind: 'restart' };
    case rmcpStatus.unauthorizedName:
    case rmcpStatus.invalidNameLength:
      throw refused('unknown_user', rmcpStatusText(status));
    case rmcpStatus.invalidRole:
    case rmcpStatus.unauthorizedRole:
      throw refused('privilege', rmcpStatusText(status));
    case rmcpStatus.noCipherSuiteMatch:
    case rmcpStatus.invalidAuthentication:
    case rmcpStatus.invalidIntegrity:
    case rmcpStatus.invalidConfidentiality:
    case rmcpStatus.noMatchingAuthentication:
    case rmcpStatus.noMatchingIntegrity:
      return { kind: 'refused', status };
    default:
      throw new BmcError({
        kind: 'completion_code',
        code: status,
        text: rmcpStatusText(status),
        command: phase,
      });
  }
}

function* finish(login: Login, suite: CipherSuite, exchanged: KeyExchange, tag: number): Steps<Attempt> {
  const { consoleSessionId, systemSessionId } = exchanged;
  const authCode = rakp3AuthCode(suite, exchanged);
  const rakp3 = encodeRakp3({ tag, status: 0, systemSessionId, authCode });
  const rakp4 = yield* setup<Rakp4>('RAKP 3', encodeSetupPayload(payloadType.rakp3, rakp3), {
    type: payloadType.rakp4,
    decode: decodeRakp4,
    consoleSessionId,
    tag,
  });
  if (rakp4 === undefined) {
    if (yield* isAnswering(login.numbers)) return { kind: 'restart' };
    throw new BmcError({ kind: 'timeout', phase: 'RAKP 3', attempts: 1 });
  }
  if (rakp4.refused) {
    // RAKP 2 has proven that the password is right, so a wrong check value comes from a repeated RAKP 1.
    if (rakp4.status === rmcpStatus.invalidIntegrityCheck) return { kind: 'restart' };
    return refusedCredentials(rakp4.status, 'RAKP 3');
  }
  const keys = deriveSessionKeys(suite, exchanged);
  // Suite 0 has no check value; Supermicro X8DTG and Intel S5500WBV send one anyway (FreeIPMI issue 16).
  if (suite.integrityBytes > 0 && !equalSecrets(rakp4.integrityCheck, rakp4CheckValue(keys, exchanged))) {
    throw refused(
      'bmc_key',
      'the password is right but the session key differs: the BMC has a BMC key (K_g)',
    );
  }
  const random = login.random;
  const channel = createV20Channel({
    keys,
    peerSessionId: systemSessionId,
    ownSessionId: consoleSessionId,
    random,
  });
  const carrier = insideSession(channel);
  return {
    kind: 'established',
    session: { version: '2.0', cipherSuite: suite.id, systemSessionId, carrier },
  };
}

/** A RAKP 3 with a status frees the BMC's session slot at once instead of after its time-out (§13.22). */
function* abandon(systemSessionId: number, tag: number): Steps<void> {
  const status = rmcpStatus.invalidIntegrityCheck;
  const rakp3 = encodeRakp3({ tag, status, systemSessionId, authCode: Buffer.alloc(0) });
  yield { kind: 'send', datagram: encodeSetupPayload(payloadType.rakp3, rakp3) };
}

function* ignoredOrGone(login: Login, phase: string): Steps<BmcError> {
  return (yield* isAnswering(login.numbers))
    ? refused('ignored', `no answer to ${phase}, though the BMC answers packets without credentials`)
    : new BmcError({ kind: 'timeout', phase, attempts: 1 });
}

function refused(reason: AuthFailureReason, detail: string): BmcError {
  return new BmcError({ kind: 'auth_failed', reason, detail });
}

function next(tag: number, by: number): number {
  return (tag + by) & 0xff;
}
