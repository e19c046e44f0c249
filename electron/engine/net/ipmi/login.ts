import type { CipherSuiteId } from './cipher-suite.ts';
import type { Privilege } from './commands/command.ts';
import { privilegeLevel } from './commands/command.ts';
import type { ChannelAuthCapabilities } from './commands/session-setup.ts';
import { closeSession, getChannelAuthCapabilities } from './commands/session-setup.ts';
import { completion } from './completion-code.ts';
import { BmcError } from './failure.ts';
import type { RequestNumbers, SessionCarrier } from './request.ts';
import { codeFailure, exchangeMessage, outsideSession, readAnswer } from './request.ts';
import type { RandomBytes } from './seal.ts';
import type { Steps } from './steps.ts';

/** What a log-in needs. Strings are UTF-8 on the wire, as ipmitool sends them. */
export interface SessionInputs {
  readonly username: string;
  readonly password: string;
  /** K_g for two-key log-in; most BMCs have none. */
  readonly bmcKey?: Uint8Array;
  readonly privilege: Privilege;
  /** Remembered from an earlier session with this BMC: tried first, without asking the BMC what it can. */
  readonly preferredCipherSuite?: CipherSuiteId;
  /** `auto`: RMCP+ where the BMC has it, else 1.5. */
  readonly interfaceVersion: 'auto' | '1.5' | '2.0';
  /** IPMI 1.5 boards that offer nothing but sending the password in clear. Off unless a person said so. */
  readonly allowClearPassword: boolean;
  /** The credentials may be wrong: they are sent once. */
  readonly isGuess: boolean;
  readonly random: RandomBytes;
}

/** Inputs in the form of the wire, plus what the steps of one log-in share. */
export interface Login {
  readonly username: Buffer;
  readonly password: Buffer;
  readonly bmcKey: Buffer | undefined;
  readonly level: number;
  readonly allowClearPassword: boolean;
  readonly isGuess: boolean;
  readonly random: RandomBytes;
  readonly numbers: RequestNumbers;
}

/** A session that the BMC has accepted. */
export interface Established {
  readonly version: '1.5' | '2.0';
  /** Undefined with IPMI 1.5. */
  readonly cipherSuite: CipherSuiteId | undefined;
  /** The BMC's id of the session: what Close Session names. */
  readonly systemSessionId: number;
  readonly carrier: SessionCarrier;
}

/** Get Channel Authentication Capabilities: needs no credentials, so silence here means that no BMC is there. */
export function* discover(
  login: Pick<Login, 'level' | 'numbers'>,
  maxAttempts?: number,
): Steps<ChannelAuthCapabilities> {
  const limit = maxAttempts === undefined ? {} : { maxAttempts };
  const carried = { carrier: outsideSession, numbers: login.numbers, ...limit };
  for (const extended of [true, false]) {
    const command = getChannelAuthCapabilities(login.level, extended);
    const response = yield* exchangeMessage(command, carried);
    if (response === undefined) throw new BmcError({ kind: 'unreachable', why: 'no_answer', attempts: 1 });
    if (response.completionCode === completion.ok) return readAnswer(command, response);
    // IPMI 1.5 reserved the bit that asks for v2.0 data, and some boards insist.
    if (!extended) throw codeFailure(command, response.completionCode, 1);
  }
  throw new BmcError({ kind: 'unreachable', why: 'no_answer', attempts: 1 });
}

/** A BMC has four to sixteen session slots; an unclosed one stays taken for a minute. */
export function* sendClose(session: Established, numbers: RequestNumbers): Steps<void> {
  const command = closeSession(session.systemSessionId);
  yield* exchangeMessage(command, { carrier: session.carrier, numbers, maxAttempts: 2 });
}

/** Whether anything answers at all: tells "ignores these credentials" from "gone". */
export function* isAnswering(numbers: RequestNumbers): Steps<boolean> {
  const command = getChannelAuthCapabilities(privilegeLevel('user'), false);
  const carried = { carrier: outsideSession, numbers, maxAttempts: 2 };
  return (yield* exchangeMessage(command, carried)) !== undefined;
}
