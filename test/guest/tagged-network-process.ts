/**
 * For a machine whose two NICs hang on one wire: `tagged-network-process.js OUR-MAC THEIR-MAC`. The whole engine serves a
 * VLAN interface that it makes on the first NIC; on the second, in a network namespace of its own, are real clients: on
 * that VLAN, on another one and on none. Prints what became of it as one line of JSON.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createEngine } from '#engine/engine.ts';
import { connectInProcess } from '#engine/hosts/in-process.ts';
import { keyFromFile } from '#engine/hosts/key-file.ts';
import { silentLogger } from '#engine/system/log.ts';
import type { NetworkInterface, Service } from '#shared/contract/index.ts';
import { runProgram } from '#test/lab/program.ts';

export interface TaggedReport {
  readonly made: NetworkInterface;
  /** The kernel's own words for it. */
  readonly kernelSays: string;
  readonly services: readonly Pick<Service, 'name' | 'state' | 'detail'>[];
  readonly sameTag: Reached & { readonly dhclient: string | undefined };
  readonly otherTag: Reached;
  readonly noTag: Reached;
  /** After somebody took the interface away. */
  readonly afterLoss: string | undefined;
  /** The error's code. */
  readonly removalWhileUsed: string;
  /** VLAN interfaces of the kernel. */
  readonly leftOver: readonly string[];
}

/** What a client got of us. */
interface Reached {
  readonly lease: string | undefined;
  /** Digests of the file. */
  readonly tftp: string | undefined;
  readonly http: string | undefined;
}

const vlanId = 100;
const address = '10.80.0.1';
const dataDir = '/tmp';
const file = 'payload';

const [ourMac = '', theirMac = ''] = process.argv.slice(2);
const engine = await createEngine({ dataDir, sealKey: keyFromFile(dataDir), log: silentLogger });
const { client } = connectInProcess(engine, silentLogger);

async function nicOf(mac: string): Promise<string> {
  const nic = (await client.networks.interfaces({})).find(each => each.mac === mac);
  if (nic === undefined) throw new Error(`no NIC has ${mac}`);
  return nic.name;
}

const inRack = (...command: string[]) =>
  runProgram('ip', ['netns', 'exec', 'rack', ...command], { mayFail: true, timeoutMs: 60_000 });

async function udhcpc(nic: string, patienceSeconds: number): Promise<string | undefined> {
  const often = ['-t', String(patienceSeconds / 2), '-T', '2'];
  const { stderr } = await inRack('udhcpc', '-f', '-q', '-n', ...often, '-i', nic, '-s', '/bin/set-address');
  return /lease of (\S+) obtained/.exec(stderr)?.[1];
}

async function dhclient(nic: string): Promise<string | undefined> {
  const files = ['-cf', '/etc/dhclient.conf', '-lf', '/tmp/dhclient.leases', '-pf', '/tmp/dhclient.pid'];
  const { stderr } = await inRack('dhclient', '-4', '-v', '-1', '-sf', '/bin/true', ...files, nic);
  return /bound to (\S+)/.exec(stderr)?.[1];
}

async function fetched(patienceSeconds: number, ...command: string[]): Promise<string | undefined> {
  rmSync('/tmp/got', { force: true });
  const { code } = await inRack('timeout', String(patienceSeconds), ...command);
  return code === 0 ? createHash('sha256').update(readFileSync('/tmp/got')).digest('hex') : undefined;
}

/** Without a lease the client takes an address of the network by itself: what it is not given it may still try to reach. */
async function reach(nic: string, patienceSeconds: number): Promise<Reached> {
  await inRack('ip', 'link', 'set', nic, 'up');
  const lease = await udhcpc(nic, patienceSeconds);
  if (lease === undefined) await inRack('ip', 'address', 'add', '10.80.0.9/24', 'dev', nic);
  // Blocks that with their tag fill a frame.
  const blocks = ['-b', '1468', '-r', file, '-l', '/tmp/got', address];
  const tftp = await fetched(patienceSeconds, 'tftp', '-g', ...blocks);
  const url = `http://${address}:8088/boot/${file}`;
  const http = await fetched(patienceSeconds, 'wget', '-q', '-O', '/tmp/got', url);
  await inRack('ip', 'address', 'flush', 'dev', nic);
  await inRack('ip', 'link', 'set', nic, 'down');
  return { lease, tftp, http };
}

async function run(): Promise<TaggedReport> {
  const [parent, theirs] = [await nicOf(ourMac), await nicOf(theirMac)];
  await runProgram('ip', ['netns', 'add', 'rack']);
  await runProgram('ip', ['link', 'set', theirs, 'netns', 'rack']);
  await inRack('ip', 'link', 'set', theirs, 'up');
  for (const id of [vlanId, vlanId + 1])
    await inRack('ip', 'link', 'add', 'link', theirs, 'name', `tag${id}`, 'type', 'vlan', 'id', `${id}`);

  await client.nodes.enroll({ name: 'r1u01', macs: [theirMac] });
  const made = await client.networks.createVlanInterface({ parent, vlanId, address, prefixLength: 24 });
  const { id } = await client.networks.create({
    name: 'tagged',
    interfaceName: made.name,
    cidr: `${address}/24`,
  });
  await client.networks.setDhcpMode({ id, mode: 'full' });

  const sameTag = await reach(`tag${vlanId}`, 20);
  const otherTag = await reach(`tag${vlanId + 1}`, 4);
  const noTag = await reach(theirs, 4);
  for (const nic of [theirs, `tag${vlanId}`]) await inRack('ip', 'link', 'set', nic, 'up');
  const bound = await dhclient(`tag${vlanId}`);
  const kernelSays = readFileSync(`/proc/net/vlan/${made.name}`, 'utf8');
  const { services } = engine.handlers.world.changes({}).snapshot();

  await runProgram('ip', ['link', 'delete', 'dev', made.name]);
  const afterLoss = await udhcpc(`tag${vlanId}`, 30);

  const removalWhileUsed = await client.networks
    .removeVlanInterface({ name: made.name })
    .then(() => 'removed', codeOf);
  await client.networks.setDhcpMode({ id, mode: 'off' });
  await client.networks.remove({ id });
  await client.networks.removeVlanInterface({ name: made.name });
  const leftOver = readdirSync('/proc/net/vlan').filter(name => name !== 'config');
  return {
    made,
    kernelSays,
    services: services.map(({ name, state, detail }) => ({ name, state, detail })),
    sameTag: { ...sameTag, dhclient: bound },
    otherTag,
    noTag,
    afterLoss,
    removalWhileUsed,
    leftOver,
  };
}

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

process.stdout.write(`${JSON.stringify(await run())}\n`);
await engine.close();
