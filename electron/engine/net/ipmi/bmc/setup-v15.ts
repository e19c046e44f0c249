import { equalSecrets } from '../cipher-suite.ts';
import type { ActivateSessionRequest } from '../commands/session-setup.ts';
import { decodeActivateSessionRequest, encodeActivatedSession } from '../commands/session-setup.ts';
import { completion } from '../completion-code.ts';
import type { V15Packet } from '../packet.ts';
import { authType, encodeV15 } from '../packet.ts';
import { expectFrom, nextSequence } from '../replay-window.ts';
import type { RandomBytes } from '../seal.ts';
import { maxV15PasswordBytes, v15AuthCode } from '../seal.ts';
import { createV15Channel } from '../secure-channel.ts';
import type { StoredAccount } from './account.ts';
import { findAccount } from './account.ts';
import type { Reply } from './handler.ts';
import { level, refuse, replyData } from './handler.ts';
import type { PendingSession, SessionStore } from './session-store.ts';

/** The BMC's half of IPMI 1.5 session set-up (IPMI 2.0 §13.14, §22.16–22.17). */
export interface V15Setup {
  readonly version: '1.5';
  readonly authType: number;
  readonly account: StoredAccount;
  readonly challenge: Buffer;
}

interface V15SetupInputs {
  readonly store: SessionStore<V15Setup | { readonly version: '2.0' }>;
  readonly accounts: readonly StoredAccount[];
  readonly authTypes: readonly number[];
  readonly random: RandomBytes;
  readonly refuseResources: () => boolean;
}

export interface V15SetupResponder {
  challenge(data: Buffer, remote: string): Reply;
  /** For packets that carry a temporary session id. Undefined is silence: the password is wrong, or no such id. */
  activate(packet: V15Packet, data: Buffer, respond: (reply: Reply) => Buffer): Buffer | undefined;
}

export function createV15Setup(inputs: V15SetupInputs): V15SetupResponder {
  /** The console repeats Activate Session, some with a new request number, when our answer was lost. */
  let last:
    | { readonly sessionId: number; readonly setup: V15Setup; readonly data: Buffer; readonly reply: Reply }
    | undefined;

  function challenge(data: Buffer, remote: string): Reply {
    if (data.length < 17) return refuse(completion.requestLengthInvalid);
    const type = data.readUInt8(0) & 0x0f;
    if (!inputs.authTypes.includes(type)) return refuse(completion.invalidField);
    const name = data.subarray(1, 17);
    const end = name.indexOf(0);
    const account = findAccount(inputs.accounts, end < 0 ? name : name.subarray(0, end));
    // Table 22-35: a password stored in 20 bytes cannot open an IPMI 1.5 session.
    if (account === undefined || account.password.length > maxV15PasswordBytes) return refuse(0x81);
    const setup = {
      version: '1.5',
      authType: type,
      account,
      challenge: Buffer.from(inputs.random(16)),
    } as const;
    const pending = inputs.store.reserve(remote, setup);
    if (pending === undefined) return refuse(completion.busy);
    const answer = Buffer.alloc(20);
    answer.writeUInt32LE(pending.id, 0);
    setup.challenge.copy(answer, 4);
    return replyData(answer);
  }

  function activate(packet: V15Packet, data: Buffer, respond: (reply: Reply) => Buffer): Buffer | undefined {
    const request = decodeActivateSessionRequest(data);
    if (request === undefined) return undefined;
    const pending = v15Pending(inputs.store.pending(packet.sessionId));
    const again = last?.sessionId === packet.sessionId && last.data.equals(data) ? last : undefined;
    const setup = pending?.setup ?? again?.setup;
    if (setup === undefined || !isGenuine(packet, setup)) return undefined;
    const reply = pending === undefined ? again?.reply : judge(pending, request);
    if (reply === undefined) return undefined;
    last = { sessionId: packet.sessionId, setup, data: Buffer.from(data), reply };
    return sealAnswer(packet, setup, request.initialOutbound, respond(reply));
  }

  function judge(pending: PendingSession<V15Setup>, request: ActivateSessionRequest): Reply {
    const { account, challenge: expected, authType: type } = pending.setup;
    if (request.initialOutbound === 0) return refuse(0x84);
    if (!equalSecrets(request.challenge, expected) || request.authType !== type)
      return refuse(completion.invalidField);
    if (request.privilege > Math.min(account.level, level.administrator)) return refuse(0x86);
    if (inputs.refuseResources()) return refuse(0x81);
    const initialInbound = (inputs.random(4).readUInt32LE(0) & 0x7fffff00) + 1;
    const channel = createV15Channel({
      authType: type,
      password: account.password,
      sessionId: pending.id,
      firstSequence: nextSequence(request.initialOutbound),
      received: expectFrom(initialInbound),
      perMessageAuth: true,
    });
    const maxLevel = request.privilege;
    const active = inputs.store.activate(pending, {
      version: '1.5',
      id: pending.id,
      account,
      channel,
      maxLevel,
      level: Math.min(level.user, maxLevel),
    });
    if (!active) return refuse(0x81);
    return replyData(
      encodeActivatedSession({
        authType: type,
        sessionId: pending.id,
        initialInbound,
        maxPrivilege: maxLevel,
      }),
    );
  }

  return { challenge, activate };
}

function v15Pending(
  pending: PendingSession<V15Setup | { readonly version: '2.0' }> | undefined,
): PendingSession<V15Setup> | undefined {
  return pending !== undefined && pending.setup.version === '1.5'
    ? (pending as PendingSession<V15Setup>)
    : undefined;
}

function isGenuine(packet: V15Packet, setup: V15Setup): boolean {
  if (packet.authType !== setup.authType) return false;
  if (packet.authType === authType.none) return true;
  const { sessionId, sequence, message } = packet;
  const expected = v15AuthCode(packet.authType, setup.account.password, sessionId, sequence, message);
  return expected !== undefined && equalSecrets(expected, packet.authCode ?? Buffer.alloc(0));
}

function sealAnswer(packet: V15Packet, setup: V15Setup, sequence: number, message: Buffer): Buffer {
  const { sessionId } = packet;
  const authCode = v15AuthCode(setup.authType, setup.account.password, sessionId, sequence, message);
  const answer = { version: '1.5', authType: setup.authType, sequence, sessionId, message } as const;
  return encodeV15(authCode === undefined ? answer : { ...answer, authCode });
}
