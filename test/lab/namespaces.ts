/**
 * The wires of a rack, without touching the machine's own network: two network namespaces of this run.
 *
 *   <run>-rack   the switches and the servers: bridge `br0` (provisioning) with `tap1`…, bridge `br1` (BMC network)
 *                with one address a BMC, bridge `br2` (a second provisioning network); QEMU and ipmi_sim run here
 *   <run>-prov   the laptop: `eth0` on br0, `eth1` on br1, `eth2` on br2; the product runs here
 *
 * Names carry the pid of the run, so that the next one removes what a killed one left.
 */
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './program.ts';

const prefix = 'rk-lab-';
let rackCount = 0;

export type RackNetwork = {
  readonly rackNamespace: string;
  readonly provisionerNamespace: string;
  /** Unix sockets: their paths must stay below 108 bytes, which a checkout's need not. */
  readonly socketDir: string;
  readonly remove: () => Promise<void>;
};

/** Where servers boot from. Almost all hang on the first. */
export const wires = {
  first: { bridge: 'br0', interfaceName: 'eth0', address: '10.77.0.1', cidr: '10.77.0.0/24' },
  second: { bridge: 'br2', interfaceName: 'eth2', address: '10.79.0.1', cidr: '10.79.0.0/24' },
} as const;
export type Wire = keyof typeof wires;

export const provisioner = {
  ...wires.first,
  bmcInterfaceName: 'eth1',
  bmcWireAddress: '10.78.0.1',
} as const;

/** Address of the BMC of the n-th machine (from 1). */
export const bmcAddress = (index: number): string => `10.78.0.${10 + index}`;
export const tapName = (index: number, nic: number): string => `tap${index}${nic === 0 ? '' : `n${nic}`}`;

/** The command that runs another one inside a namespace. */
export const insideNamespace = (
  namespace: string,
  command: readonly string[],
): readonly [string, ...string[]] => ['ip', 'netns', 'exec', namespace, ...command];

/** What each machine has to be plugged in. */
export type Plugs = { readonly nicCount: number; readonly wire: Wire };

export async function openRackNetwork(machines: readonly Plugs[]): Promise<RackNetwork> {
  rackCount += 1;
  const name = `${prefix}${process.pid}-${rackCount}`;
  const rack = `${name}-rack`;
  const prov = `${name}-prov`;
  const socketDir = join(tmpdir(), name);
  const remove = async (): Promise<void> => {
    await removeNamespaces([rack, prov]);
    await rm(socketDir, { recursive: true, force: true });
  };
  try {
    await runProgram('mkdir', ['-m', '700', socketDir]);
    for (const namespace of [rack, prov]) {
      await runProgram('ip', ['netns', 'add', namespace]);
      await runProgram('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
    }
    await runProgram('ip', ['-n', rack, '-batch', '-'], { input: rackBatch(prov, machines) });
    await runProgram('ip', ['-n', prov, '-batch', '-'], { input: provisionerBatch });
    // Half-done checksums would reach the machines: clients that read raw packets (DHCP) drop those.
    for (const [namespace, device] of [
      [prov, 'eth0'],
      [prov, 'eth1'],
      [prov, 'eth2'],
      [rack, 've0'],
      [rack, 've1'],
      [rack, 've2'],
    ] as const) {
      await runProgram('ip', ['netns', 'exec', namespace, 'ethtool', '-K', device, 'tx', 'off']);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { rackNamespace: rack, provisionerNamespace: prov, socketDir, remove };
}

function rackBatch(prov: string, machines: readonly Plugs[]): string {
  const lines = [0, 1, 2].flatMap(index => [
    `link add br${index} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `link set br${index} up`,
    `link add ve${index} type veth peer name eth${index} netns ${prov}`,
    `link set ve${index} master br${index} up`,
  ]);
  for (const [position, { nicCount, wire }] of machines.entries()) {
    const index = position + 1;
    lines.push(`addr add ${bmcAddress(index)}/24 dev br1`);
    for (let nic = 0; nic < nicCount; nic++) {
      const tap = tapName(index, nic);
      lines.push(`tuntap add dev ${tap} mode tap`, `link set ${tap} master ${wires[wire].bridge} up`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const provisionerBatch = [
  `addr add ${provisioner.address}/24 dev eth0`,
  'link set eth0 up',
  `addr add ${provisioner.bmcWireAddress}/24 dev eth1`,
  'link set eth1 up',
  `addr add ${wires.second.address}/24 dev eth2`,
  'link set eth2 up',
  '',
].join('\n');

/** Removes what runs that were killed left behind: their namespaces, what still runs in them, their sockets. */
export async function removeStaleRacks(): Promise<readonly string[]> {
  const { stdout } = await runProgram('ip', ['netns', 'list']);
  const stale = stdout
    .split('\n')
    .map(line => line.split(' ')[0] ?? '')
    .filter(isStale);
  await removeNamespaces(stale);
  const leftSockets = (await readdir(tmpdir())).filter(isStale);
  for (const name of leftSockets) await rm(join(tmpdir(), name), { recursive: true, force: true });
  return stale;
}

function isStale(name: string): boolean {
  const match = /^rk-lab-(\d+)-/.exec(name);
  return match !== null && !isAlive(Number(match[1]));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function removeNamespaces(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { stdout } = await runProgram('ip', ['netns', 'pids', name], { mayFail: true });
    for (const pid of stdout.split('\n').filter(line => line !== '')) {
      await runProgram('kill', ['-9', pid], { mayFail: true });
    }
    await runProgram('ip', ['netns', 'del', name], { mayFail: true });
  }
}
