import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Bits per second of an interface, from Linux's `/sys/class/net/<name>/speed` (Mbit/s). Null where nobody tells: another
 * system, loopback (EINVAL), a cable that is not plugged in (-1), a virtual machine's adapter.
 */
export async function linkBitsPerSecond(
  name: string,
  sysClassNet = '/sys/class/net',
): Promise<number | null> {
  const text = await readFile(join(sysClassNet, name, 'speed'), 'utf8').catch(() => '');
  const megabits = Number(text);
  return megabits > 0 ? megabits * 1e6 : null;
}
