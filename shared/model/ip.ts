import type { Brand } from './brand.ts';

/** Dotted-quad IPv4 address without leading zeros. */
export type Ipv4 = Brand<string, 'Ipv4'>;

/** An IPv4 network: `address` is the network address (host bits cleared). */
export interface Subnet {
  readonly address: Ipv4;
  readonly prefixLength: number;
}

export function parseIpv4(text: string): Ipv4 | undefined {
  const parts = text.trim().split('.');
  if (parts.length !== 4) return undefined;
  const valid = parts.every(part => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255);
  return valid ? (parts.join('.') as Ipv4) : undefined;
}

export function ipv4ToNumber(ip: Ipv4): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function ipv4FromNumber(value: number): Ipv4 {
  return [24, 16, 8, 0].map(shift => (value >>> shift) & 0xff).join('.') as Ipv4;
}

export function ipv4FromBytes(bytes: Uint8Array, offset = 0): Ipv4 {
  return Array.from(bytes.subarray(offset, offset + 4)).join('.') as Ipv4;
}

export function ipv4ToBytes(ip: Ipv4): Uint8Array {
  return Uint8Array.from(ip.split('.'), Number);
}

/** `10.77.0.5/24` → its network 10.77.0.0/24. Undefined for anything that is not address/length. */
export function parseCidr(text: string): Subnet | undefined {
  const [address, length, ...rest] = text.trim().split('/');
  const ip = address === undefined ? undefined : parseIpv4(address);
  if (ip === undefined || length === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length))
    return undefined;
  const prefixLength = Number(length);
  if (prefixLength > 32) return undefined;
  return { address: ipv4FromNumber(ipv4ToNumber(ip) & maskNumber(prefixLength)), prefixLength };
}

export function netmask(subnet: Subnet): Ipv4 {
  return ipv4FromNumber(maskNumber(subnet.prefixLength));
}

export function broadcastAddress(subnet: Subnet): Ipv4 {
  return ipv4FromNumber((ipv4ToNumber(subnet.address) | ~maskNumber(subnet.prefixLength)) >>> 0);
}

export function subnetContains(subnet: Subnet, ip: Ipv4): boolean {
  const mask = maskNumber(subnet.prefixLength);
  return ((ipv4ToNumber(ip) ^ ipv4ToNumber(subnet.address)) & mask) === 0;
}

export function cidrText(subnet: Subnet): string {
  return `${subnet.address}/${subnet.prefixLength}`;
}

function maskNumber(prefixLength: number): number {
  return prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
}
