import type { SessionKeys } from './cipher-suite.ts';
import { equalSecrets } from './cipher-suite.ts';
import type { IpmiPacket, V15Packet } from './packet.ts';
import { authType, encodeV15, payloadType } from './packet.ts';
import type { ReceivedSequence } from './replay-window.ts';
import { acceptSequence, nextSequence, nothingReceived, v15Window, v20Window } from './replay-window.ts';
import type { RandomBytes } from './seal.ts';
import { sealV20, unsealV20, v15AuthCode } from './seal.ts';

/**
 * One direction-agnostic end of an established session: seals what we send with the next sequence number,
 * opens what we receive if it is genuine, ours and new. Console and BMC use the same code with the ids swapped.
 */
export interface SecureChannel {
  seal(payload: Buffer, type?: number): Buffer;
  /** Undefined: not of this session, forged, or seen before. Silence is the only right answer to those. */
  open(packet: IpmiPacket): OpenedPayload | undefined;
}

export interface OpenedPayload {
  readonly payloadType: number;
  /** Of the session: tells which of two packets was sent first. */
  readonly sequence: number;
  readonly payload: Buffer;
}

interface V20ChannelInputs {
  readonly keys: SessionKeys;
  /** The id the peer chose: in what we send. */
  readonly peerSessionId: number;
  /** The id we chose: in what we receive. */
  readonly ownSessionId: number;
  readonly random: RandomBytes;
}

export function createV20Channel(inputs: V20ChannelInputs): SecureChannel {
  let sent = 0;
  let received: ReceivedSequence = nothingReceived;
  return {
    seal(payload, type = payloadType.ipmi) {
      sent = nextSequence(sent);
      const outgoing = { payloadType: type, sessionId: inputs.peerSessionId, sequence: sent, payload };
      return sealV20(outgoing, inputs.keys, inputs.random);
    },
    open(packet) {
      if (packet.version !== '2.0' || packet.sessionId !== inputs.ownSessionId) return undefined;
      const accepted = acceptSequence(received, packet.sequence, v20Window);
      if (accepted === undefined) return undefined;
      const plain = unsealV20(packet, inputs.keys);
      if (!plain.ok) return undefined;
      // Only a genuine packet may move the window: a forged number must not lock the real BMC out.
      received = accepted;
      return { payloadType: packet.payloadType, sequence: packet.sequence, payload: plain.value };
    },
  };
}

interface V15ChannelInputs {
  readonly authType: number;
  readonly password: Buffer;
  readonly sessionId: number;
  /** The first number to send. */
  readonly firstSequence: number;
  /** What is known of the numbers to come. */
  readonly received?: ReceivedSequence;
  /** False when the BMC has per-message authentication switched off (§6.11.4). */
  readonly perMessageAuth: boolean;
}

export function createV15Channel(inputs: V15ChannelInputs): SecureChannel {
  let next = inputs.firstSequence;
  let received = inputs.received ?? nothingReceived;
  const type = inputs.perMessageAuth ? inputs.authType : authType.none;

  function isGenuine(packet: V15Packet): boolean {
    // Dell PowerEdge 2850 signs although it said it would not (FreeIPMI "unexpectedauth"): then it must be right.
    if (packet.authType !== type && packet.authType !== inputs.authType) return false;
    if (packet.authType === authType.none) return true;
    const { sessionId, sequence, message } = packet;
    const expected = v15AuthCode(packet.authType, inputs.password, sessionId, sequence, message);
    return expected !== undefined && equalSecrets(expected, packet.authCode ?? Buffer.alloc(0));
  }

  return {
    seal(message) {
      const sequence = next;
      next = nextSequence(next);
      const authCode = v15AuthCode(type, inputs.password, inputs.sessionId, sequence, message);
      const packet = {
        version: '1.5',
        authType: type,
        sequence,
        sessionId: inputs.sessionId,
        message,
      } as const;
      return encodeV15(authCode === undefined ? packet : { ...packet, authCode });
    },
    open(packet) {
      if (packet.version !== '1.5' || packet.sessionId !== inputs.sessionId) return undefined;
      const { sequence, message } = packet;
      const opened = { payloadType: payloadType.ipmi, sequence, payload: message };
      // Without per-message authentication some boards count (then we check) and others send 0 throughout.
      if (type === authType.none && packet.authType === type && packet.sequence === 0) return opened;
      const accepted = acceptSequence(received, packet.sequence, v15Window);
      if (accepted === undefined || !isGenuine(packet)) return undefined;
      received = accepted;
      return opened;
    },
  };
}
