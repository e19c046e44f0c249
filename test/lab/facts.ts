/** The line that the operating system image prints when its first boot is over (os-image/overlay/usr/local/sbin/lab-facts). */
import { createHash } from 'node:crypto';

export type LabFacts = {
  readonly hostname: string;
  /** See `rootKeysHash`; `none`. */
  readonly rootkeys: string;
  readonly address: string;
  readonly rootdisk: string;
  readonly rootserial: string;
  readonly bootmode: string;
  readonly rootpw: string;
  readonly cloudinit: string;
  readonly rootmb: string;
  readonly uptime: string;
  readonly bootid: string;
};

const names = [
  'hostname',
  'rootkeys',
  'address',
  'rootdisk',
  'rootserial',
  'bootmode',
  'rootpw',
  'cloudinit',
  'rootmb',
  'uptime',
  'bootid',
] as const satisfies readonly (keyof LabFacts)[];

/** Matches only when the last fact is there: a line may come in pieces. */
export const factsPattern = /LAB-FACTS .*bootid=[0-9a-f-]{36}/;

export function parseFacts(line: string): LabFacts {
  const values = new Map<string, string>();
  for (const [, name, value] of line.matchAll(/(\w+)=(\S+)/g)) {
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  const entries = names.map(name => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no ${name} in ${line}`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as LabFacts;
}

/** Sha256 over "type blob" of each key, as the image computes it: comments do not count. */
export function rootKeysHash(authorizedKeys: readonly string[]): string {
  const lines = authorizedKeys.map(key => `${key.trim().split(/\s+/).slice(0, 2).join(' ')}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
