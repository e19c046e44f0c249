import path from 'node:path';
import { parse } from 'yaml';
import type { NetworkFamily } from '#engine/identity/network/render-network.ts';

/**
 * A rendering as a set of lines `where key=value`, without order, quotes and comments, so that two renderings of one
 * network can be compared.
 */
export function factsOf(family: NetworkFamily, files: ReadonlyMap<string, string>): ReadonlySet<string> {
  const facts = [...files]
    .filter(([file]) => !file.includes('udev'))
    .flatMap(([file, text]) => parsers[family](path.basename(file), text));
  return new Set(facts);
}

const parsers: Readonly<Record<NetworkFamily, (file: string, text: string) => string[]>> = {
  netplan: (_file, text) => flat('', (parse(text, { version: '1.1' }) as { network: unknown }).network),
  eni: (_file, text) => eniFacts(text),
  ifcfg: sysconfigFacts,
  wicked: sysconfigFacts,
  nm: keyfileFacts,
};

function flat(prefix: string, value: unknown): string[] {
  if (Array.isArray(value))
    return value.flatMap(item => [`${prefix.slice(0, -1)} has ${JSON.stringify(item).toLowerCase()}`]);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) => flat(`${prefix}${key} `, inner));
  return [`${prefix.slice(0, -1)}=${String(value).toLowerCase()}`];
}

function eniFacts(text: string): string[] {
  let stanza = '';
  return statements(text).map(line => {
    if (line.startsWith('iface ')) stanza = line.split(' ')[1] ?? '';
    if (/^(auto|iface|source)/.test(line)) return line;
    return `${stanza} ${line.replace(/^(bond|dns|vlan)[a-z_-]*/, word => word.replaceAll('_', '-'))}`;
  });
}

function sysconfigFacts(file: string, text: string): string[] {
  return statements(text).flatMap(line => {
    const plain = line.replaceAll(/["']/g, '');
    const options = /^(BONDING_\w*OPTS)=(.*)$/.exec(plain);
    if (options === null) return [`${file} ${plain}`];
    return (options[2] ?? '').split(' ').map(option => `${file} ${options[1]} ${option}`);
  });
}

function keyfileFacts(file: string, text: string): string[] {
  let section = '';
  const name = file.replace(/^cloud-init-/, '').replace(/\.nmconnection$/, '');
  return statements(text).flatMap(line => {
    if (line.startsWith('[')) {
      section = line.slice(1, -1);
      return [];
    }
    return [`${name} ${section} ${line.toLowerCase()}`];
  });
}

function statements(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}
