import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { chassisControl, controlAnswerMs, getChassisStatus } from '#engine/net/ipmi/commands/chassis.ts';
import { completion } from '#engine/net/ipmi/completion-code.ts';
import { BmcError, type BmcFailure } from '#engine/net/ipmi/failure.ts';
import type { Clock } from '#engine/system/clock.ts';
import { CodedError } from '#shared/contract/index.ts';
import type { PowerState } from '#shared/model/provision-state.ts';

export type PowerAction = 'on' | 'off' | 'cycle' | 'reset' | 'soft';

/** Some makes say "on" for more than a minute after a power-off (metal3-io/baremetal-operator#445). */
const stateLimitMs = 180_000;
const firstLookMs = 500;
const longestLookMs = 10_000;

/** The state that an action leads to and that we wait for. */
const goals: Readonly<Partial<Record<PowerAction, PowerState>>> = { on: 'power on', off: 'power off' };
/** The state that shows that it was carried out, when its answer is missing. */
const proofs: Readonly<Partial<Record<PowerAction, PowerState>>> = {
  ...goals,
  cycle: 'power off',
  soft: 'power off',
};

export async function readPower(session: BmcSession): Promise<PowerState> {
  return (await session.run(getChassisStatus)).power === 'on' ? 'power on' : 'power off';
}

export interface PowerInputs {
  readonly address: string;
  readonly clock: Clock;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Runs in the BMC's session; `onlyOnce` forbids a second try in a new session. Rejects with CodedError. */
  readonly use: <T>(work: (session: BmcSession) => Promise<T>, onlyOnce: boolean) => Promise<T>;
}

/**
 * Carries out a power command. On and off are over when the BMC reports that state; cycle, reset and soft when the BMC
 * has taken them. Rejects with `bmc.command_failed` when the state is not reached, or when nobody can tell whether it
 * happened.
 */
export async function controlPower(inputs: PowerInputs, action: PowerAction): Promise<void> {
  const { use } = inputs;
  const goal = goals[action];
  for (let isRepeated = false; ; isRepeated = true) {
    // A question first: it finds out whether the session lives, before something is sent that must not be sent twice.
    await use(readPower, false);
    const failure = await send(inputs, action);
    if (failure === undefined) break;
    const why = bmcFailure(failure);
    const isSilence = why?.kind === 'session_lost';
    const isNotNow = why?.kind === 'completion_code' && why.code === completion.notInPresentState;
    if (!isSilence && !isNotNow) throw failure;
    if ((await use(readPower, false)) === (isSilence ? proofs[action] : goal)) return;
    if (isSilence && goal === undefined) {
      throw failed(
        inputs,
        action,
        `no answer within ${controlAnswerMs / 1000} s: it may have been carried out`,
      );
    }
    // On and off lead to the same state however often they are sent, and it is not that state yet.
    if (!isSilence || isRepeated) throw failure;
  }
  if (goal !== undefined) await waitFor(inputs, action, goal);
}

/** Undefined: the BMC has taken it. */
async function send({ use }: PowerInputs, action: PowerAction): Promise<CodedError | undefined> {
  try {
    await use(session => session.run(chassisControl(action)), true);
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}

async function waitFor(inputs: PowerInputs, action: PowerAction, goal: PowerState): Promise<void> {
  const { clock, signal, use } = inputs;
  const endsAt = clock.now() + stateLimitMs;
  for (let lookMs = firstLookMs; ; lookMs = Math.min(lookMs * 1.5, longestLookMs)) {
    signal.throwIfAborted();
    const state = await use(readPower, false).catch((error: unknown) => {
      // Some BMCs go silent for a moment while they switch.
      if (error instanceof CodedError && error.retryable && clock.now() < endsAt) return 'unknown' as const;
      throw error;
    });
    if (state === goal) return;
    if (clock.now() >= endsAt) {
      throw failed(inputs, action, `still "${state}" after ${stateLimitMs / 1000} s`);
    }
    await clock.sleep(lookMs, signal);
  }
}

function bmcFailure({ cause }: CodedError): BmcFailure | undefined {
  return cause instanceof BmcError ? cause.failure : undefined;
}

function failed({ address }: PowerInputs, action: PowerAction, reason: string): CodedError {
  const command = `Chassis Control (${action})`;
  return new CodedError('bmc.command_failed', `${command}: ${reason}`, { address, command, reason });
}
