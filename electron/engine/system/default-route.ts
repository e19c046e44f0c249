import { readFile } from 'node:fs/promises';

/**
 * Interfaces through which an IPv4 default route leaves: probably somebody's office network. From Linux's
 * `/proc/net/route` (destination and mask in hexadecimal); other systems give an empty set.
 */
export async function interfacesWithDefaultRoute(path = '/proc/net/route'): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const rows = text
    .split('\n')
    .slice(1)
    .map(line => line.split('\t'));
  return new Set(rows.filter(row => row[1] === '00000000' && row[7] === '00000000').map(row => row[0] ?? ''));
}
