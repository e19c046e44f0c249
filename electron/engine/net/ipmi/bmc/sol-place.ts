import type { IpmiClock } from '../clock.ts';
import { createAlarm } from '../clock.ts';
import type { ActivatedPayload } from '../commands/payload.ts';
import { activationRefusal, alreadyDeactivated, solActivation } from '../commands/payload.ts';
import { completion } from '../completion-code.ts';
import { payloadType } from '../packet.ts';
import type { OpenedPayload } from '../secure-channel.ts';
import {
  bmcBits,
  consoleBits,
  decodeSolPacket,
  encodeSolPacket,
  maxSolCharacters,
  solHeaderBytes,
} from '../sol/packet.ts';
import type { TransferAction } from '../sol/transfer.ts';
import { SolTransfer } from '../sol/transfer.ts';
import type { SerialPort } from './serial-port.ts';
import type { ActiveSession } from './session-store.ts';
import type { SolParameters, SolWay } from './sol-parameters.ts';
import { createSolParameters } from './sol-parameters.ts';

export interface SolPlaceInputs extends SolWay {
  readonly serial: SerialPort;
  readonly isMachineOn: () => boolean;
  readonly clock: IpmiClock;
  /** What the machine said and no console has taken yet; more of it is dropped. */
  readonly bufferBytes: number;
  readonly sessionOf: (id: number) => ActiveSession | undefined;
  /** Sends a datagram to a session's console. */
  readonly send: (datagram: Buffer, remote: string) => void;
}

/** The one serial console of a virtual BMC (IPMI 2.0 §15, §24): of one session at a time, free when that ends. */
export interface SolPlace {
  readonly parameters: SolParameters;
  /** The session that has it. */
  readonly holder: ActiveSession | undefined;
  /** A completion code refuses it. */
  activate(session: ActiveSession, auxiliary: number): ActivatedPayload | number;
  /** `by`: the session that asks. Answers a completion code. */
  deactivate(by: number): number;
  receive(session: ActiveSession, payload: OpenedPayload): void;
  /** The BMC restarts or goes. */
  release(): void;
}

interface Held {
  readonly sessionId: number;
  readonly transfer: SolTransfer;
  readonly stopListening: () => void;
}

const payloadBytes = solHeaderBytes + maxSolCharacters;

export function createSolPlace(inputs: SolPlaceInputs): SolPlace {
  const { serial, clock, sessionOf } = inputs;
  const parameters = createSolParameters(inputs);
  let held: Held | undefined;
  const alarm = createAlarm(clock, () => {
    if (held !== undefined) perform(held, held.transfer.wake(clock.nowMs()));
  });

  function release(): void {
    alarm.set(undefined);
    held?.stopListening();
    held?.transfer.end();
    held = undefined;
  }

  function holder(): ActiveSession | undefined {
    const session = held === undefined ? undefined : sessionOf(held.sessionId);
    if (session === undefined) release();
    return session;
  }

  function sendTo(session: ActiveSession, payload: Buffer): void {
    inputs.send(session.channel.seal(payload, payloadType.sol), session.remote);
  }

  function perform(current: Held, actions: readonly TransferAction[]): void {
    for (const action of actions) {
      const session = holder();
      if (session === undefined || held !== current) return;
      switch (action.kind) {
        case 'send':
          sendTo(session, encodeSolPacket(action.packet));
          break;
        case 'received':
          serial.write(action.data);
          break;
        case 'bits':
          if ((action.bits & consoleBits.sendBreak) !== 0) serial.sendBreak();
          break;
        case 'dropped':
          if (action.characters > 0) tellOverrun(current);
          break;
        case 'silent':
          break;
      }
    }
    alarm.set(current.transfer.wakeAtMs);
  }

  function tellOverrun(current: Held): void {
    perform(
      current,
      current.transfer.operate(bmcBits.overrun, clock.nowMs(), () => undefined),
    );
  }

  function take(sessionId: number): void {
    const transfer = new SolTransfer({
      retry: parameters.retry,
      whenSilent: 'drop',
      refusal: () => (inputs.isMachineOn() ? 0 : bmcBits.nack | bmcBits.unavailable),
    });
    let isOverrun = false;
    const stopListening = serial.onData(bytes => {
      const current = held;
      if (current === undefined) return;
      const room = inputs.bufferBytes - transfer.queuedBytes;
      const kept = bytes.subarray(0, Math.max(0, room));
      if (kept.length > 0)
        perform(
          current,
          transfer.write(kept, clock.nowMs(), () => undefined),
        );
      if (kept.length < bytes.length && !isOverrun) tellOverrun(current);
      isOverrun = kept.length < bytes.length;
    });
    held = { sessionId, transfer, stopListening };
  }

  function refusalOf(session: ActiveSession, auxiliary: number): number {
    if (session.version !== '2.0') return completion.invalidCommand;
    if (!parameters.isEnabled) return activationRefusal.disabled;
    const { forcesEncryption, level } = parameters.authentication;
    if (session.level < level || !session.account.solAccess) return completion.insufficientPrivilege;
    if (forcesEncryption && (auxiliary & solActivation.encrypted) === 0) return activationRefusal.mustEncrypt;
    const other = holder();
    return other === undefined || other.id === session.id ? completion.ok : activationRefusal.alreadyActive;
  }

  return {
    parameters,
    get holder() {
      return holder();
    },
    activate(session, auxiliary) {
      const code = refusalOf(session, auxiliary);
      if (code !== completion.ok) return code;
      // The same session again: our answer was lost.
      if (holder() === undefined) take(session.id);
      return { inboundBytes: payloadBytes, outboundBytes: payloadBytes, port: inputs.port() };
    },
    deactivate(by) {
      const session = holder();
      if (session === undefined) return alreadyDeactivated;
      if (session.id !== by) {
        const packet = { sequence: 0, acknowledges: 0, acceptedCount: 0, bits: bmcBits.deactivated };
        sendTo(session, encodeSolPacket({ ...packet, data: Buffer.alloc(0) }));
      }
      release();
      return completion.ok;
    },
    receive(session, { payload, sequence }) {
      if (held === undefined || held.sessionId !== session.id) return;
      const packet = decodeSolPacket(payload);
      if (packet.ok) perform(held, held.transfer.receive(packet.value, sequence, clock.nowMs()));
    },
    release,
  };
}
