import { answerOf } from '../answer-of.ts';
import type { BmcSession } from '../client.ts';
import type { Privilege } from '../commands/command.ts';
import { privilegeFromLevel } from '../commands/command.ts';
import { setSolAccess } from '../commands/payload.ts';
import { getOwnSession } from '../commands/session-setup.ts';
import {
  bitRateCode,
  encodeSolAuthentication,
  getNonVolatileBitRate,
  getSolAuthentication,
  getSolEnabled,
  getVolatileBitRate,
  setInProgress,
  setSolParameter,
  solParameter,
  solParameterUnsupported,
} from '../commands/sol-configuration.ts';
import { completion } from '../completion-code.ts';
import { BmcError } from '../failure.ts';

/** What a BMC says of its serial-over-LAN (IPMI 2.0 §26.3). Null: it does not tell. */
export interface SolSettings {
  readonly isEnabled: boolean;
  /** Lowest privilege that may have the console. */
  readonly privilege: Privilege | null;
  readonly requiresEncryption: boolean | null;
  readonly requiresAuthentication: boolean | null;
  /** In bit/s, until the BMC restarts. */
  readonly bitRate: number | null;
  readonly bitRateAfterRestart: number | null;
}

/** Rejects with BmcError: `sol_refused` where the BMC knows no SOL. */
export async function readSolSettings(session: BmcSession): Promise<SolSettings> {
  const isEnabled = await session
    .run(getSolEnabled)
    .catch((error: unknown) => Promise.reject(withoutSol(error)));
  const { value: authentication } = await answerOf(session.run(getSolAuthentication));
  const { value: bitRate } = await answerOf(session.run(getVolatileBitRate));
  const { value: bitRateAfterRestart } = await answerOf(session.run(getNonVolatileBitRate));
  return {
    isEnabled,
    privilege: (authentication && privilegeFromLevel(authentication.level)) ?? null,
    requiresEncryption: authentication?.forcesEncryption ?? null,
    requiresAuthentication: authentication?.forcesAuthentication ?? null,
    bitRate: bitRate ?? null,
    bitRateAfterRestart: bitRateAfterRestart ?? null,
  };
}

/**
 * Switches SOL on, on the BMC and for the session's user, lowers the privilege that it wants to the session's, sets both bit
 * rates. Gives what is read back: what the BMC did not take is not in there. Needs administrator. Rejects with BmcError.
 */
export async function repairSol(
  session: BmcSession,
  wish: { readonly bitRate?: number },
): Promise<SolSettings> {
  const code = wish.bitRate === undefined ? undefined : bitRateCode(wish.bitRate);
  if (wish.bitRate !== undefined && code === undefined) {
    throw new BmcError({ kind: 'invalid_request', detail: `SOL has no bit rate of ${wish.bitRate}` });
  }
  // Not every BMC has it, and some are still in the middle of what another program began.
  await mark(session, setInProgress.begin);
  try {
    await session
      .run(setSolParameter(solParameter.enable, Buffer.of(1)))
      .catch((error: unknown) => Promise.reject(withoutSol(error)));
    await letOurselvesIn(session);
    if (code !== undefined) {
      await answerOf(session.run(setSolParameter(solParameter.volatileBitRate, Buffer.of(code))));
      await answerOf(session.run(setSolParameter(solParameter.nonVolatileBitRate, Buffer.of(code))));
    }
  } finally {
    // In this order: without the first, "complete" takes everything back on ipmi_sim.
    await mark(session, setInProgress.commit);
    await mark(session, setInProgress.complete);
  }
  return readSolSettings(session);
}

async function letOurselvesIn(session: BmcSession): Promise<void> {
  const { value: own } = await answerOf(session.run(getOwnSession));
  if (own === undefined) return;
  await answerOf(session.run(setSolAccess(own.userId)));
  const { value: wanted } = await answerOf(session.run(getSolAuthentication));
  if (wanted === undefined || wanted.level <= own.level) return;
  const data = encodeSolAuthentication({ ...wanted, level: own.level });
  await answerOf(session.run(setSolParameter(solParameter.authentication, data)));
}

async function mark(session: BmcSession, value: number): Promise<void> {
  await answerOf(session.run(setSolParameter(solParameter.setInProgress, Buffer.of(value))));
}

function withoutSol(error: unknown): unknown {
  if (!(error instanceof BmcError) || error.failure.kind !== 'completion_code') return error;
  const { code } = error.failure;
  const isUnknown = code === completion.invalidCommand || code === solParameterUnsupported;
  return isUnknown ? new BmcError({ kind: 'sol_refused', why: 'unsupported', code }) : error;
}
