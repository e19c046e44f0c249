import { equalSecrets } from './cipher-suite.ts';
import type { ChannelAuthCapabilities } from './commands/session-setup.ts';
import { activateSession, chooseV15AuthType, getSessionChallenge } from './commands/session-setup.ts';
import { completion } from './completion-code.ts';
import type { AuthFailureReason } from './failure.ts';
import { BmcError } from './failure.ts';
import type { Established, Login } from './login.ts';
import { isAnswering } from './login.ts';
import { decodeLanResponse } from './message.ts';
import type { V15Packet } from './packet.ts';
import { authType, encodeV15 } from './packet.ts';
import { acceptSequence, expectFrom, v15Window } from './replay-window.ts';
import type { MessageCarrier } from './request.ts';
import { codeFailure, exchangeMessage, insideSession, outsideSession, readAnswer } from './request.ts';
import { maxV15PasswordBytes, v15AuthCode } from './seal.ts';
import { createV15Channel } from './secure-channel.ts';
import type { Steps } from './steps.ts';
import { backOff } from './steps.ts';

/**
 * IPMI 1.5 session set-up (IPMI 2.0 §13.14): Get Session Challenge, Activate Session. A wrong password is
 * told by silence only, because a BMC drops a packet whose auth code is wrong.
 */
const maxBusyAttempts = 4;
/** A lost answer to Activate Session looks like a wrong password, and a repeated request is not answered: begin again. */
const maxSilentRounds = 3;
const attemptsOfRound = 2;

export function* establishV15(login: Login, capabilities: ChannelAuthCapabilities): Steps<Established> {
  const type = chooseV15AuthType(capabilities.authTypes, login.allowClearPassword);
  if (type === undefined) throw refused('no_safe_method', 'IPMI 1.5 without MD5 authentication');
  if (login.password.length > maxV15PasswordBytes) {
    throw new BmcError({ kind: 'invalid_request', detail: 'IPMI 1.5 passwords hold at most 16 bytes' });
  }
  let busy = 0;
  let silent = 0;
  for (;;) {
    const session = yield* activateOnce(login, type);
    if (session === 'silent') {
      silent += 1;
      if (silent >= maxSilentRounds || login.isGuess) {
        throw refused(
          'wrong_password',
          'IPMI 1.5: no answer to the password, though the BMC answers other packets',
        );
      }
    } else if (session === 'busy') {
      busy += 1;
      const detail = 'no session slot available';
      if (busy >= maxBusyAttempts) throw new BmcError({ kind: 'busy', detail, attempts: busy });
      yield* backOff(busy);
    } else {
      return session;
    }
  }
}

function* activateOnce(login: Login, type: number): Steps<Established | 'busy' | 'silent'> {
  const { temporarySessionId, challenge } = yield* challengeFor(login, type);
  const { password, level } = login;
  // Any number but 0; the low byte keeps it clear of wrapping in the first packets.
  const initialOutbound = (login.random(4).readUInt32LE(0) & 0x7fffff00) + 1;
  const carrier = temporaryCarrier({ type, password, sessionId: temporarySessionId, initialOutbound });
  const activate = activateSession({ authType: type, privilege: level, challenge, initialOutbound });
  const response = yield* exchangeMessage(activate, {
    carrier,
    numbers: login.numbers,
    maxAttempts: login.isGuess ? 1 : attemptsOfRound,
  });
  if (response === undefined) {
    if (yield* isAnswering(login.numbers)) return 'silent';
    throw new BmcError({ kind: 'timeout', phase: 'Activate Session', attempts: 1 });
  }
  if (response.completionCode !== completion.ok) return refusedActivation(response.completionCode);
  const activated = readAnswer(activate, response);
  const channel = createV15Channel({
    authType: type,
    password,
    sessionId: activated.sessionId,
    firstSequence: activated.initialInbound,
    perMessageAuth: activated.authType !== authType.none,
  });
  return {
    version: '1.5',
    cipherSuite: undefined,
    systemSessionId: activated.sessionId,
    carrier: insideSession(channel),
  };
}

function* challengeFor(login: Login, type: number) {
  const command = getSessionChallenge(type, login.username);
  const response = yield* exchangeMessage(command, { carrier: outsideSession, numbers: login.numbers });
  if (response === undefined) throw new BmcError({ kind: 'timeout', phase: command.name, attempts: 1 });
  const code = response.completionCode;
  if (code === 0x81 || code === 0x82) throw refused('unknown_user', codeFailure(command, code, 1).message);
  if (code !== completion.ok) throw codeFailure(command, code, 1);
  return readAnswer(command, response);
}

interface Activation {
  readonly type: number;
  readonly password: Buffer;
  /** The temporary one. */
  readonly sessionId: number;
  /** The first number that the BMC was told to count from. */
  readonly initialOutbound: number;
}

/** Activate Session itself: the temporary id, authenticated, session sequence 0 (§13.14, step 5). */
function temporaryCarrier(activation: Activation): MessageCarrier {
  const { type, password, sessionId } = activation;
  return {
    seal(message) {
      const authCode = v15AuthCode(type, password, sessionId, 0, message);
      const packet = { version: '1.5', authType: type, sequence: 0, sessionId, message } as const;
      return encodeV15(authCode === undefined ? packet : { ...packet, authCode });
    },
    // Refusals come with the temporary id or with none, signed or not: they carry no authority. A success is signed
    // as the request was (§22.17); an unsigned one may be anybody's.
    open(packet) {
      if (packet.version !== '1.5') return undefined;
      const response = decodeLanResponse(packet.message);
      const isRefusal = response.ok && response.value.completionCode !== completion.ok;
      const isGenuine = isOfThisSession(activation, packet) && isSignedBy(password, type, packet);
      return isRefusal || isGenuine ? packet.message : undefined;
    },
  };
}

/**
 * BMCs answer under the temporary id, under none (Tyan S2882, FreeIPMI's `idzero`), or already under the new one
 * (OpenIPMI), which we do not know yet: there the sequence number tells a late answer of an earlier session, whose
 * signature is as good.
 */
function isOfThisSession({ sessionId, initialOutbound }: Activation, packet: V15Packet): boolean {
  if (packet.sessionId === sessionId || packet.sessionId === 0 || packet.sequence === 0) return true;
  return acceptSequence(expectFrom(initialOutbound), packet.sequence, v15Window) !== undefined;
}

function isSignedBy(password: Buffer, type: number, packet: V15Packet): boolean {
  const { sessionId, sequence, message } = packet;
  const expected = v15AuthCode(type, password, sessionId, sequence, message);
  return packet.authType === type && equalSecrets(expected ?? noBytes, packet.authCode ?? noBytes);
}

const noBytes = Buffer.alloc(0);

function refusedActivation(code: number): 'busy' {
  switch (code) {
    case 0x81:
    case 0x82:
    case 0x83:
    case completion.busy:
      return 'busy';
    case 0x86:
    case completion.insufficientPrivilege:
      throw refused('privilege', codeFailure(activationName, code, 1).message);
    default:
      throw codeFailure(activationName, code, 1);
  }
}

const activationName = activateSession({
  authType: 0,
  privilege: 0,
  challenge: Buffer.alloc(16),
  initialOutbound: 1,
});

function refused(reason: AuthFailureReason, detail: string): BmcError {
  return new BmcError({ kind: 'auth_failed', reason, detail });
}
