import { answerOf } from '../answer-of.ts';
import type { BmcSession } from '../client.ts';
import type { IpmiClock } from '../clock.ts';
import type { ActivatedPayload } from '../commands/payload.ts';
import { activatePayload, activationRefusal, deactivatePayload, solActivation } from '../commands/payload.ts';
import { completion } from '../completion-code.ts';
import type { SolRefusal } from '../failure.ts';
import { BmcError } from '../failure.ts';
import { maxSolCharacters, solHeaderBytes } from './packet.ts';

/** How long a BMC gets to let go of a console that was ended, try by try. */
const letGoMs = [500, 1500, 3000];

/** Supermicro X8, Asus P5M2, Intel S5500WBV and others report sizes of 0 or nonsense (FreeIPMI SOL issue 2). */
const modestCharacters = 60;

/** What an activated console may send in one packet. Rejects with BmcError; `sol_refused` says why. */
export interface SolActivation {
  readonly maxCharacters: number;
}

interface ActivationInputs {
  readonly session: BmcSession;
  /** Of the session. */
  readonly port: number;
  readonly takeOver: boolean;
  readonly clock: IpmiClock;
}

/** Takes the BMC's place for a console; with `takeOver` from whoever has it. */
export async function activateSol(inputs: ActivationInputs): Promise<SolActivation> {
  const { session, port } = inputs;
  if (session.interfaceVersion !== '2.0') throw refusal('unsupported');
  const activated = await activate(inputs);
  if (!isSessionPort(activated.port, port)) {
    await answerOf(session.run(deactivatePayload));
    throw refusal('unsupported');
  }
  return { maxCharacters: charactersFor(activated.inboundBytes) };
}

async function activate({ session, takeOver, clock }: ActivationInputs): Promise<ActivatedPayload> {
  // Characters are typed passwords: where the session encrypts, the console does.
  const seal = session.cipherSuite === 0 ? 0 : solActivation.encrypted | solActivation.authenticated;
  const command = activatePayload(seal | solActivation.alertsDeferred);
  for (const waitMs of takeOver ? letGoMs : []) {
    try {
      return await session.run(command);
    } catch (error) {
      const refused = refusalOf(error);
      if (!isTaken(refused)) throw refused;
    }
    // "There is none" is no reason to stop: some BMCs say so of a console that hangs.
    await answerOf(session.run(deactivatePayload));
    await new Promise<void>(resolve => clock.after(waitMs, resolve));
  }
  return session.run(command).catch((error: unknown) => Promise.reject(refusalOf(error)));
}

function isTaken(error: unknown): boolean {
  if (!(error instanceof BmcError) || error.failure.kind !== 'sol_refused') return false;
  return error.failure.why === 'in_use' || error.failure.why === 'limit';
}

const refusals: ReadonlyMap<number, SolRefusal> = new Map<number, SolRefusal>([
  [activationRefusal.alreadyActive, 'in_use'],
  [activationRefusal.disabled, 'off'],
  [activationRefusal.limitReached, 'limit'],
  [activationRefusal.cannotEncrypt, 'encryption'],
  [activationRefusal.mustEncrypt, 'encryption'],
  [completion.insufficientPrivilege, 'privilege'],
  [completion.subFunctionDisabled, 'off'],
  [completion.invalidCommand, 'unsupported'],
  [completion.invalidField, 'unsupported'],
]);

function refusalOf(error: unknown): unknown {
  if (!(error instanceof BmcError) || error.failure.kind !== 'completion_code') return error;
  const why = refusals.get(error.failure.code);
  return why === undefined ? error : refusal(why, error.failure.code);
}

function refusal(why: SolRefusal, code = 0): BmcError {
  return new BmcError({ kind: 'sol_refused', why, code });
}

/**
 * Whether characters travel where the messages do. Some BMCs give the port with its bytes swapped or not at all (Supermicro
 * X8DTH-iF, FreeIPMI SOL issue 12), and one behind a port forwarding knows its own only.
 */
function isSessionPort(given: number, port: number): boolean {
  const swapped = ((given & 0xff) << 8) | (given >> 8);
  return [port, standardPort, 0].some(known => known === given || known === swapped);
}

const standardPort = 623;

function charactersFor(inboundBytes: number): number {
  const characters = inboundBytes - solHeaderBytes;
  return characters < 1 || characters > maxSizeBytes
    ? modestCharacters
    : Math.min(characters, maxSolCharacters);
}

/** A buffer beyond one Ethernet frame is no size of a payload. */
const maxSizeBytes = 1500;
