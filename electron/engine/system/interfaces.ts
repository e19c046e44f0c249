import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { type Ipv4, parseIpv4 } from '#shared/model/ip.ts';
import { type Mac, parseMac } from '#shared/model/mac.ts';

/** A network interface as far as serving machines on it is concerned. */
export interface NetworkInterface {
  readonly name: string;
  /** The system's number: an adapter plugged in again has its old name and another number. Linux only. */
  readonly index: number | undefined;
  readonly mac: Mac | undefined;
  readonly addresses: readonly InterfaceAddress[];
  /** Switched on by the administrator. */
  readonly isUp: boolean;
  /** A cable with somebody at the other end; undefined where the system does not tell. */
  readonly hasCarrier: boolean | undefined;
  readonly isLoopback: boolean;
  /** No hardware behind it: bridges, tunnels, containers. VLANs and bonds count as virtual too. */
  readonly isVirtual: boolean | undefined;
  /** A VLAN sub-interface; false where the system does not tell. */
  readonly isVlan: boolean;
}

interface InterfaceAddress {
  readonly address: Ipv4;
  readonly prefixLength: number;
}

/** IFF_UP and IFF_LOOPBACK of netdevice(7). */
const flagUp = 0x1;
const flagLoopback = 0x8;

/** Sorted by name. On Linux also those without an address or a cable; elsewhere only those that have an address. */
export async function listInterfaces(sysClassNet = '/sys/class/net'): Promise<NetworkInterface[]> {
  const known = networkInterfaces();
  const names = await readdir(sysClassNet).catch(() => undefined);
  if (names === undefined)
    return Object.keys(known)
      .toSorted()
      .map(name => fromNode(name, known[name] ?? []));
  return Promise.all(
    names.toSorted().map(name => fromSysfs(name, join(sysClassNet, name), known[name] ?? [])),
  );
}

type NodeAddresses = NonNullable<ReturnType<typeof networkInterfaces>[string]>;

async function fromSysfs(name: string, folder: string, known: NodeAddresses): Promise<NetworkInterface> {
  const read = (file: string) => readFile(join(folder, file), 'utf8').then(text => text.trim());
  const [index, address, flagsText, carrier, device, uevent] = await Promise.all([
    read('ifindex').then(Number, () => undefined),
    read('address').catch(() => ''),
    read('flags').catch(() => '0'),
    // Reading `carrier` of an interface that is down is EINVAL.
    read('carrier').catch(() => '0'),
    readdir(join(folder, 'device')).catch(() => undefined),
    read('uevent').catch(() => ''),
  ]);
  const flags = Number(flagsText);
  const isLoopback = (flags & flagLoopback) !== 0;
  return {
    name,
    index,
    mac: isLoopback ? undefined : parseMac(address),
    addresses: ipv4Of(known),
    isUp: (flags & flagUp) !== 0,
    hasCarrier: carrier === '1',
    isLoopback,
    isVirtual: device === undefined,
    isVlan: /^DEVTYPE=vlan$/m.test(uevent),
  };
}

function fromNode(name: string, known: NodeAddresses): NetworkInterface {
  const [first] = known;
  const isLoopback = first?.internal ?? false;
  return {
    name,
    index: undefined,
    mac: first === undefined || isLoopback ? undefined : parseMac(first.mac),
    addresses: ipv4Of(known),
    isUp: true,
    hasCarrier: undefined,
    isLoopback,
    isVirtual: undefined,
    isVlan: false,
  };
}

function ipv4Of(known: NodeAddresses): InterfaceAddress[] {
  return known.flatMap(({ family, address, cidr }) => {
    const parsed = family === 'IPv4' ? parseIpv4(address) : undefined;
    const prefixLength = Number(cidr?.split('/')[1]);
    return parsed === undefined || Number.isNaN(prefixLength) ? [] : [{ address: parsed, prefixLength }];
  });
}
