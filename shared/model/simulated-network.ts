/** A wire that exists only inside this computer: the virtual rack's. */
export function isSimulated({ cidr }: { readonly cidr: string }): boolean {
  return cidr.startsWith('127.');
}
