import type { KeyExchange, SessionKeys } from '#engine/net/ipmi/cipher-suite.ts';
import { deriveSessionKeys, findCipherSuite, secretKey } from '#engine/net/ipmi/cipher-suite.ts';
import type { V20Packet } from '#engine/net/ipmi/packet.ts';
import { decodeIpmiDatagram, payloadType } from '#engine/net/ipmi/packet.ts';
import type { Rakp2, Rakp4 } from '#engine/net/ipmi/rakp.ts';
import {
  decodeOpenSessionResponse,
  decodeRakp1,
  decodeRakp2,
  decodeRakp3,
  decodeRakp4,
} from '#engine/net/ipmi/rakp.ts';
import { captured } from './captured.ts';

interface CapturedPacket {
  readonly from: 'console' | 'bmc';
  readonly packet: V20Packet;
}

export interface CapturedSession {
  readonly exchange: KeyExchange;
  readonly keys: SessionKeys;
  readonly rakp2: Rakp2;
  readonly rakp3AuthCode: Buffer;
  readonly rakp4: Rakp4;
  /** What travelled inside the session, in order. */
  readonly sealed: readonly CapturedPacket[];
  /** SOL payloads likewise. */
  readonly sol: readonly CapturedPacket[];
}

/** Reads a captured RMCP+ session of user admin, password labpass, and derives its keys from the set-up. */
export function capturedSession(name: string, password = 'labpass'): CapturedSession {
  const packets = captured(name).flatMap(({ from, bytes }) => {
    const packet = decodeIpmiDatagram(bytes);
    return packet.ok && packet.value.version === '2.0' ? [{ from, packet: packet.value }] : [];
  });
  const payload = (type: number) => {
    const found = packets.find(({ packet }) => packet.payloadType === type);
    if (found === undefined) throw new Error(`no payload of type ${type}`);
    return found.packet.payload;
  };
  const opened = decodeOpenSessionResponse(payload(payloadType.openSessionResponse));
  const rakp1 = decodeRakp1(payload(payloadType.rakp1));
  const rakp2 = decodeRakp2(payload(payloadType.rakp2));
  const rakp3 = decodeRakp3(payload(payloadType.rakp3));
  const rakp4 = decodeRakp4(payload(payloadType.rakp4));
  if (!opened.ok || !rakp1.ok || !rakp2.ok || !rakp3.ok || !rakp4.ok) throw new Error('malformed');
  if (opened.value.refused || rakp2.value.refused || rakp4.value.refused) throw new Error('refused');
  const suite = findCipherSuite(opened.value.algorithms);
  if (suite === undefined) throw new Error('unknown suite');
  const exchange: KeyExchange = {
    consoleSessionId: opened.value.consoleSessionId,
    systemSessionId: opened.value.systemSessionId,
    consoleRandom: rakp1.value.consoleRandom,
    systemRandom: rakp2.value.systemRandom,
    systemGuid: rakp2.value.systemGuid,
    role: rakp1.value.role,
    username: rakp1.value.username,
    userKey: secretKey(Buffer.from(password)),
  };
  return {
    exchange,
    keys: deriveSessionKeys(suite, exchange),
    rakp2: rakp2.value,
    rakp3AuthCode: rakp3.value.authCode,
    rakp4: rakp4.value,
    sealed: packets.filter(({ packet }) => packet.payloadType === payloadType.ipmi && packet.sessionId !== 0),
    sol: packets.filter(({ packet }) => packet.payloadType === payloadType.sol),
  };
}
