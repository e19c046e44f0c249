import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A process that holds a port, as a technician would name it. */
export interface PortOwner {
  readonly pid: number;
  readonly name: string;
}

/** `0A`: TCP's LISTEN. A UDP socket holds its port in whatever state. */
const listening = '0A';

/**
 * Who holds a local port, by /proc (Linux). Undefined when nobody does, when the holder belongs to another user and we
 * may not look, or on another system.
 */
export async function findPortOwner(
  protocol: 'udp' | 'tcp',
  port: number,
  procRoot = '/proc',
): Promise<PortOwner | undefined> {
  const inodes = new Set<string>();
  for (const table of [protocol, `${protocol}6`]) {
    const text = await readFile(join(procRoot, 'net', table), 'utf8').catch(() => '');
    for (const inode of inodesOnPort(text, port, protocol === 'tcp')) inodes.add(inode);
  }
  if (inodes.size === 0) return undefined;
  const names = await readdir(procRoot).catch(() => []);
  for (const pid of names.filter(name => /^\d+$/.test(name))) {
    if (!(await holdsOneOf(join(procRoot, pid, 'fd'), inodes))) continue;
    const name = await readFile(join(procRoot, pid, 'comm'), 'utf8').catch(() => '');
    return { pid: Number(pid), name: name.trim() };
  }
  return undefined;
}

/** proc(5): `sl local_address rem_address st … uid timeout inode`, addresses as HEX:PORT. */
function inodesOnPort(table: string, port: number, onlyListening: boolean): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .slice(1)
    .map(line => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${wanted}`) && (!onlyListening || state === listening))
    .flatMap(columns => columns[9] ?? []);
}

async function holdsOneOf(fdFolder: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(fdFolder).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(join(fdFolder, descriptor)).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}
