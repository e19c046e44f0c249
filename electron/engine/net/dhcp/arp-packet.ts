import { type Decoded, decoded, malformed } from '#shared/model/decoded.ts';
import { type Ipv4, ipv4FromBytes, ipv4ToBytes } from '#shared/model/ip.ts';
import { type Mac, macFromBytes, macToBytes } from '#shared/model/mac.ts';

/** IPv4 on Ethernet (RFC 826). */
export interface ArpPacket {
  readonly op: 'request' | 'reply';
  readonly senderMac: Mac;
  readonly senderAddress: Ipv4;
  readonly targetMac: Mac;
  readonly targetAddress: Ipv4;
}

export const arpEtherType = 0x0806;

const sizeBytes = 28;
/** Hardware type 1, protocol 0x0800, address lengths 6 and 4. */
const ipv4OnEthernet = [0, 1, 8, 0, 6, 4];

/**
 * ```
 *  0  hardware type(2) protocol(2) hlen(1) plen(1) operation(2)
 *  8  sender hardware address(6) sender protocol address(4)
 * 18  target hardware address(6) target protocol address(4)
 * ```
 */
export function decodeArp(bytes: Uint8Array): Decoded<ArpPacket> {
  if (bytes.length < sizeBytes) return malformed(bytes.length, `${bytes.length} bytes are fewer than 28`);
  if (ipv4OnEthernet.some((value, offset) => bytes[offset] !== value))
    return malformed(0, 'not IPv4 on Ethernet');
  const op = bytes[7];
  if (bytes[6] !== 0 || (op !== 1 && op !== 2)) return malformed(6, 'neither request nor reply');
  return decoded({
    op: op === 1 ? 'request' : 'reply',
    senderMac: macFromBytes(bytes.subarray(8)),
    senderAddress: ipv4FromBytes(bytes, 14),
    targetMac: macFromBytes(bytes.subarray(18)),
    targetAddress: ipv4FromBytes(bytes, 24),
  });
}

export function encodeArp(packet: ArpPacket): Uint8Array {
  return Uint8Array.from([
    ...ipv4OnEthernet,
    0,
    packet.op === 'request' ? 1 : 2,
    ...macToBytes(packet.senderMac),
    ...ipv4ToBytes(packet.senderAddress),
    ...macToBytes(packet.targetMac),
    ...ipv4ToBytes(packet.targetAddress),
  ]);
}
