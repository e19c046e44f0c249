import { type Decoded, decoded, malformed } from '#shared/model/decoded.ts';
import { type Mac, macFromBytes, macToBytes } from '#shared/model/mac.ts';

/** ICMPv6 type 133: a host asks for the routers on its link. */
export interface RouterSolicitation {
  readonly sourceMac: Mac | undefined;
}

/** ICMPv6 type 134, without prefixes: what a host needs to know that nobody here routes for it. */
export interface RouterAdvertisement {
  /** 0: not a default router (RFC 4861 §4.2). */
  readonly routerLifetimeSeconds: number;
  readonly sourceMac: Mac;
}

export const routerSolicitationType = 133;
const routerAdvertisementType = 134;

const solicitationBytes = 8;
const advertisementBytes = 16;
const sourceLinkLayerAddress = 1;

/**
 * RFC 4861 §4.1:
 * ```
 * 0  type 133(1) code 0(1) checksum(2)
 * 4  reserved(4)
 * 8  options: type(1) length in units of 8 bytes(1) value …
 * ```
 * The checksum was the kernel's business.
 */
export function decodeRouterSolicitation(bytes: Uint8Array): Decoded<RouterSolicitation> {
  const problem = headerProblem(bytes, routerSolicitationType, solicitationBytes);
  if (problem !== undefined) return problem;
  const sourceMac = readSourceMac(bytes, solicitationBytes);
  return sourceMac.ok ? decoded({ sourceMac: sourceMac.value }) : sourceMac;
}

/**
 * RFC 4861 §4.2:
 * ```
 *  0  type 134(1) code 0(1) checksum(2)
 *  4  hop limit(1) flags(1) router lifetime(2)
 *  8  reachable time(4)
 * 12  retransmission timer(4)
 * 16  options: source link-layer address 01 01 and six bytes
 * ```
 * Hop limit, both times and all flags are 0: "unspecified by this router". The checksum is left to the kernel.
 */
export function encodeRouterAdvertisement(advertisement: RouterAdvertisement): Uint8Array {
  const bytes = new Uint8Array(advertisementBytes + 8);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, routerAdvertisementType);
  view.setUint16(6, advertisement.routerLifetimeSeconds);
  bytes.set([sourceLinkLayerAddress, 1, ...macToBytes(advertisement.sourceMac)], advertisementBytes);
  return bytes;
}

function headerProblem(bytes: Uint8Array, type: number, sizeBytes: number) {
  if (bytes.length < sizeBytes)
    return malformed(bytes.length, `${bytes.length} bytes are fewer than ${sizeBytes}`);
  if (bytes[0] !== type || bytes[1] !== 0) return malformed(0, `type ${bytes[0]} code ${bytes[1]}`);
  return undefined;
}

/** RFC 4861 §4.6: options of unknown type are skipped, one of length 0 spoils the message. */
function readSourceMac(bytes: Uint8Array, from: number): Decoded<Mac | undefined> {
  let offset = from;
  let mac: Mac | undefined;
  while (offset < bytes.length) {
    const sizeBytes = (bytes[offset + 1] ?? 0) * 8;
    if (sizeBytes === 0) return malformed(offset, 'option of length 0');
    if (offset + sizeBytes > bytes.length) return malformed(offset, 'option longer than its packet');
    if (bytes[offset] === sourceLinkLayerAddress && sizeBytes === 8)
      mac = macFromBytes(bytes.subarray(offset + 2));
    offset += sizeBytes;
  }
  return decoded(mac);
}
