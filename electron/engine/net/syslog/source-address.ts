/** A socket for both families tells IPv4 as `::ffff:192.0.2.7` (RFC 4291 §2.5.5.2). */
export function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}
