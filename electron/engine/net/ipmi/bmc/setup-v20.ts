import type { KeyObject } from 'node:crypto';
import type { CipherSuite, CipherSuiteId, KeyExchange } from '../cipher-suite.ts';
import {
  deriveSessionKeys,
  equalSecrets,
  findCipherSuite,
  rakp2AuthCode,
  rakp3AuthCode,
  rakp4CheckValue,
} from '../cipher-suite.ts';
import { rmcpStatus } from '../completion-code.ts';
import { encodeSetupPayload, payloadType } from '../packet.ts';
import type { Rakp1 } from '../rakp.ts';
import {
  decodeOpenSessionRequest,
  decodeRakp1,
  decodeRakp3,
  encodeOpenSessionResponse,
  encodeRakp2,
  encodeRakp4,
  encodeRefusal,
  nameOnlyLookup,
  wildcardAlgorithm,
} from '../rakp.ts';
import type { RandomBytes } from '../seal.ts';
import { createV20Channel } from '../secure-channel.ts';
import type { StoredAccount } from './account.ts';
import { findAccount } from './account.ts';
import { level } from './handler.ts';
import type { PendingSession, SessionStore } from './session-store.ts';

/**
 * A message that was answered. The console repeats it when our answer was lost, ipmitool with the same message
 * tag and FreeIPMI with the next one: the same message gets the same answer under its own tag (§13.20).
 */
interface Answered {
  readonly request: Buffer;
  readonly response: Buffer;
}

/** The BMC's half of RMCP+ session set-up (IPMI 2.0 §13.17–13.23). */
export interface V20Setup {
  readonly version: '2.0';
  readonly suite: CipherSuite;
  readonly consoleSessionId: number;
  /** The Open Session that made it: the same one again means that our answer was lost. */
  readonly request: Buffer;
  exchange?: { readonly keys: KeyExchange; readonly account: StoredAccount; readonly maxLevel: number };
  answered?: Answered;
}

export interface V20SetupInputs {
  readonly store: SessionStore<V20Setup | { readonly version: '1.5' }>;
  readonly accounts: readonly StoredAccount[];
  readonly guid: Buffer;
  readonly bmcKey: KeyObject | undefined;
  readonly random: RandomBytes;
  readonly suites: () => readonly CipherSuiteId[];
  /** True refuses this Open Session with "insufficient resources". */
  readonly refuseResources: () => boolean;
}

/** Answers one set-up payload; undefined is silence. */
export interface V20SetupResponder {
  respond(type: number, payload: Buffer, remote: string): Buffer | undefined;
}

export function createV20Setup(inputs: V20SetupInputs): V20SetupResponder {
  const finished = new Map<number, Answered>();

  function openSession(payload: Buffer, remote: string): Buffer | undefined {
    const message = decodeOpenSessionRequest(payload);
    if (!message.ok) return undefined;
    const { tag, consoleSessionId, privilege, algorithms } = message.value;
    const answer = (status: number) =>
      encodeSetupPayload(payloadType.openSessionResponse, encodeRefusal(tag, status, consoleSessionId));
    if (privilege > level.administrator) return answer(rmcpStatus.invalidRole);
    const suite = Object.values(algorithms).includes(wildcardAlgorithm)
      ? undefined
      : findCipherSuite(algorithms);
    if (suite === undefined || !inputs.suites().includes(suite.id))
      return answer(rmcpStatus.noCipherSuiteMatch);
    const request = Buffer.from(payload);
    const repeated = inputs.store.findPending(
      ({ remote: from, setup }) =>
        setup.version === '2.0' && from === remote && isRepetition(setup.request, request),
    );
    if (repeated === undefined && inputs.refuseResources()) return answer(rmcpStatus.insufficientResources);
    const session =
      repeated ?? inputs.store.reserve(remote, { version: '2.0', suite, consoleSessionId, request });
    if (session === undefined) return answer(rmcpStatus.insufficientResources);
    const response = encodeOpenSessionResponse({
      refused: false,
      tag,
      privilege: privilege === 0 ? level.administrator : privilege,
      consoleSessionId,
      systemSessionId: session.id,
      algorithms,
    });
    return encodeSetupPayload(payloadType.openSessionResponse, response);
  }

  function rakp1(payload: Buffer): Buffer | undefined {
    const message = decodeRakp1(payload);
    if (!message.ok) return undefined;
    const { tag, systemSessionId } = message.value;
    const pending = v20Pending(inputs.store.pending(systemSessionId));
    const answer = (status: number) =>
      encodeSetupPayload(payloadType.rakp2, encodeRefusal(tag, status, pending?.setup.consoleSessionId ?? 0));
    if (pending === undefined) return answer(rmcpStatus.invalidSessionId);
    const { setup } = pending;
    if (setup.answered !== undefined && isRepetition(setup.answered.request, payload)) {
      return repeat(payloadType.rakp2, setup.answered, tag);
    }
    const verdict = authorize(inputs.accounts, message.value);
    if (typeof verdict === 'number') {
      inputs.store.end(pending.id);
      return answer(verdict);
    }
    const keys: KeyExchange = {
      consoleSessionId: setup.consoleSessionId,
      systemSessionId,
      consoleRandom: Buffer.from(message.value.consoleRandom),
      systemRandom: Buffer.from(inputs.random(16)),
      systemGuid: inputs.guid,
      role: message.value.role,
      username: Buffer.from(message.value.username),
      userKey: verdict.account.key,
      ...(inputs.bmcKey === undefined ? {} : { bmcKey: inputs.bmcKey }),
    };
    setup.exchange = { keys, ...verdict };
    const response = encodeRakp2({
      refused: false,
      tag,
      consoleSessionId: setup.consoleSessionId,
      systemRandom: keys.systemRandom,
      systemGuid: inputs.guid,
      authCode: rakp2AuthCode(setup.suite, keys),
    });
    setup.answered = { request: Buffer.from(payload), response };
    return encodeSetupPayload(payloadType.rakp2, response);
  }

  function rakp3(payload: Buffer): Buffer | undefined {
    const message = decodeRakp3(payload);
    if (!message.ok) return undefined;
    const { tag, status, systemSessionId, authCode } = message.value;
    const done = finished.get(systemSessionId);
    if (done !== undefined && isRepetition(done.request, payload))
      return repeat(payloadType.rakp4, done, tag);
    const pending = v20Pending(inputs.store.pending(systemSessionId));
    const answer = (refusal: number) =>
      encodeSetupPayload(
        payloadType.rakp4,
        encodeRefusal(tag, refusal, pending?.setup.consoleSessionId ?? 0),
      );
    if (pending?.setup.exchange === undefined) return answer(rmcpStatus.invalidSessionId);
    const { setup } = pending;
    const { keys, account, maxLevel } = pending.setup.exchange;
    if (status !== 0) {
      // §13.22: the console gives up; nothing is answered.
      inputs.store.end(pending.id);
      return undefined;
    }
    if (!equalSecrets(authCode, rakp3AuthCode(setup.suite, keys))) {
      inputs.store.end(pending.id);
      return answer(rmcpStatus.invalidIntegrityCheck);
    }
    const sessionKeys = deriveSessionKeys(setup.suite, keys);
    const channel = createV20Channel({
      keys: sessionKeys,
      peerSessionId: setup.consoleSessionId,
      ownSessionId: pending.id,
      random: inputs.random,
    });
    const startLevel = Math.min(level.user, maxLevel);
    const session = {
      version: '2.0',
      id: pending.id,
      account,
      channel,
      maxLevel,
      level: startLevel,
    } as const;
    if (!inputs.store.activate(pending, session)) return answer(rmcpStatus.insufficientResources);
    const integrityCheck = rakp4CheckValue(sessionKeys, keys);
    const { consoleSessionId } = setup;
    const response = encodeRakp4({ refused: false, tag, consoleSessionId, integrityCheck });
    finished.set(pending.id, { request: Buffer.from(payload), response });
    if (finished.size > maxRemembered) finished.delete(finished.keys().next().value ?? 0);
    return encodeSetupPayload(payloadType.rakp4, response);
  }

  return {
    respond(type, payload, remote) {
      switch (type) {
        case payloadType.openSessionRequest:
          return openSession(payload, remote);
        case payloadType.rakp1:
          return rakp1(payload);
        case payloadType.rakp3:
          return rakp3(payload);
        default:
          return undefined;
      }
    },
  };
}

/** Equal but for the message tag, which is the first byte of every set-up message. */
function isRepetition(earlier: Buffer, message: Buffer): boolean {
  return earlier.subarray(1).equals(message.subarray(1));
}

function repeat(type: number, answered: Answered, tag: number): Buffer {
  const response = Buffer.from(answered.response);
  response.writeUInt8(tag, 0);
  return encodeSetupPayload(type, response);
}

/** RAKP 4s kept for consoles that did not get theirs. */
const maxRemembered = 16;

function v20Pending(
  pending: PendingSession<V20Setup | { readonly version: '1.5' }> | undefined,
): PendingSession<V20Setup> | undefined {
  return pending !== undefined && pending.setup.version === '2.0'
    ? (pending as PendingSession<V20Setup>)
    : undefined;
}

/** The account and the highest privilege of the session, or the status to refuse with. */
function authorize(
  accounts: readonly StoredAccount[],
  message: Rakp1,
): { readonly account: StoredAccount; readonly maxLevel: number } | number {
  const account = findAccount(accounts, message.username);
  if (account === undefined) return rmcpStatus.unauthorizedName;
  const wanted = message.role & 0x0f;
  if (wanted > level.administrator) return rmcpStatus.invalidRole;
  // Level 0 is "the highest you give me"; name-and-privilege lookup differs only where a name occurs twice.
  if (wanted > account.level) {
    const named = (message.role & nameOnlyLookup) !== 0;
    return named ? rmcpStatus.unauthorizedRole : rmcpStatus.unauthorizedName;
  }
  return { account, maxLevel: wanted === 0 ? account.level : wanted };
}
