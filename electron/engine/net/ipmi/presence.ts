import { encodeAsf, readPong } from './asf.ts';
import { privilegeLevel } from './commands/command.ts';
import { getChannelAuthCapabilities } from './commands/session-setup.ts';
import { decodeLanResponse } from './message.ts';
import { decodeIpmiDatagram } from './packet.ts';
import { encodeCommand, isAnswerTo, outsideSession } from './request.ts';

/**
 * Two questions that need no credentials: the presence ping (IPMI 2.0 §13.2.3) and, for BMCs that have it switched off,
 * Get Channel Authentication Capabilities (§22.13), which a BMC must answer outside of any session.
 */
export type PresenceQuestion = 'ping' | 'capabilities';

/** What answers are known by; one set serves all BMCs, whose addresses tell them apart. */
interface PresenceMarks {
  /** 0…254: 255 asks for no answer (ASF 2.0 §3.2.4.2). */
  readonly tag: number;
  /** 0…63. */
  readonly sequence: number;
}

/** `no-ipmi`: there is something, and it says that it has none. */
type Presence = 'ipmi' | 'no-ipmi';

const capabilities = getChannelAuthCapabilities(privilegeLevel('user'), false);

export function encodePresenceQuestion(question: PresenceQuestion, { tag, sequence }: PresenceMarks): Buffer {
  return question === 'ping'
    ? encodeAsf({ type: 'ping', tag })
    : outsideSession.seal(encodeCommand(capabilities, sequence));
}

/** Whatever its completion code, an answer to our message comes from a BMC. Undefined: no answer to us. */
export function readPresence(datagram: Buffer, { tag, sequence }: PresenceMarks): Presence | undefined {
  const pong = readPong(datagram, tag);
  if (pong !== undefined) return pong.ipmi ? 'ipmi' : 'no-ipmi';
  const packet = decodeIpmiDatagram(datagram);
  const message = packet.ok ? outsideSession.open(packet.value) : undefined;
  if (message === undefined) return undefined;
  const response = decodeLanResponse(message);
  return response.ok && isAnswerTo(capabilities, sequence, response.value) ? 'ipmi' : undefined;
}
