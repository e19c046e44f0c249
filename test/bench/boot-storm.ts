/**
 * A thousand machines that get their power back in the same minute: each asks as firmware, loads the boot program by
 * TFTP, asks as iPXE and fetches its script. The engine is the product's own process; the machines are those of the
 * virtual rack, on its simulated wire. No peer does all of this, so there is nothing to compare with.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { bootFromNetwork, type WirePorts } from '#engine/virtual-rack/boot-chain.ts';
import { createClient, type RpcConnection } from '#shared/contract/client.ts';
import { contract, type RacksideContract, type TimelineEvent } from '#shared/contract/index.ts';
import { webSocketTransport } from '#shared/contract/web-socket-transport.ts';
import { type Mac, parseMac } from '#shared/model/mac.ts';
import type { BenchRow } from './bench-row.ts';
import { cpuSeconds, memoryMebibytes } from './process-figures.ts';
import { type ServedEngine, serveEngine } from './served-engine.ts';
import { percentile } from './side-by-side.ts';

const machineCount = 1000;
const stormMs = 60_000;
/** All of it ends by itself: a machine that was not served by then counts as not served. */
const patienceMs = stormMs + 60_000;

type Connection = RpcConnection<RacksideContract>;

export async function run(): Promise<BenchRow[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rk-bench-storm-'));
  await makeBootFiles(join(dataDir, 'virtual-rack'));
  const engine = await serveEngine(dataDir);
  try {
    const connection = await connect(engine);
    try {
      const macs = await enrollAll(connection.client);
      const wire = await openWire(connection.client);
      return await storm(connection.client, macs, wire, engine.service.pid);
    } finally {
      connection.close();
    }
  } finally {
    await engine.service.stop(10_000);
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** As large as iPXE's are. */
async function makeBootFiles(folder: string): Promise<void> {
  for (const [name, kibibytes] of [
    ['undionly.kpxe', 70],
    ['snponly.efi', 200],
  ] as const) {
    await mkdir(join(folder, 'boot'), { recursive: true });
    await writeFile(join(folder, 'boot', name), randomBytes(kibibytes * 1024));
  }
}

async function connect({ baseUrl, token }: ServedEngine): Promise<Connection> {
  const socket = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}/ws`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return createClient(contract, webSocketTransport(socket));
}

async function enrollAll(client: Connection['client']): Promise<Mac[]> {
  const macs = Array.from({ length: machineCount }, (_, index) => macOf(index));
  for (const [index, mac] of macs.entries())
    await client.nodes.enroll({ name: `storm-${index}`, macs: [mac] });
  return macs;
}

/** Locally administered (02:…), so that it is nobody's. */
function macOf(index: number): Mac {
  const mac = parseMac(`025256ff${index.toString(16).padStart(4, '0')}`);
  if (mac === undefined) throw new Error(`no MAC for machine ${index}`);
  return mac;
}

/** A network in 127/8 is a simulated wire: its ports are free ones, which the status bar tells. */
async function openWire(client: Connection['client']): Promise<WirePorts> {
  const network = await client.networks.create({
    name: 'storm',
    interfaceName: 'lo',
    cidr: '127.78.0.0/16',
  });
  await client.networks.setDhcpMode({ id: network.id, mode: 'full' });
  const services = await client.services.list({});
  const place = (name: string) => {
    const { detail = '' } = services.find(service => service.name === name) ?? {};
    const [, address, port] = /\((\d+\.\d+\.\d+\.\d+):(\d+)\)$/.exec(detail) ?? [];
    if (address === undefined) throw new Error(`${name} does not run: ${detail}`);
    return { address, port: Number(port) };
  };
  const dhcp = place('dhcp');
  return { address: dhcp.address, dhcp: dhcp.port, tftp: place('tftp').port };
}

interface Seen {
  readonly startedAt: number;
  offerSeenMs?: number;
  bootMs?: number;
  problem?: string;
}

async function storm(
  client: Connection['client'],
  macs: readonly Mac[],
  wire: WirePorts,
  enginePid: number,
): Promise<BenchRow[]> {
  const seen = new Map<string, Seen>();
  const lookForOffer = (event: TimelineEvent) => {
    if (event.message !== 'dhcp.offered') return;
    const machine = seen.get(String(event.details['mac']));
    if (machine !== undefined) machine.offerSeenMs ??= performance.now() - machine.startedAt;
  };
  await new Promise<void>((resolve, reject) => {
    client.timeline.events({}, { onSnapshot: () => resolve(), onPatch: lookForOffer, onError: reject });
  });
  const memoryBefore = await memoryMebibytes(enginePid, 'VmRSS');
  const cpuBefore = await cpuSeconds(enginePid);
  const signal = AbortSignal.timeout(patienceMs);
  const stormStart = performance.now();
  await Promise.all(
    macs.map(async (mac, index) => {
      const dueAt = stormStart + (index * stormMs) / macs.length;
      await delay(Math.max(0, dueAt - performance.now()));
      // Before its socket is open: what the bench itself takes counts against us.
      const machine: Seen = { startedAt: performance.now() };
      seen.set(mac, machine);
      try {
        const firmware = index % 2 === 0 ? 'bios' : 'uefi';
        const { kind, ...rest } = await bootFromNetwork({
          mac,
          firmware,
          wire,
          signal,
          isLost: () => false,
          say: () => undefined,
        });
        if (kind === 'next-device') machine.bootMs = performance.now() - machine.startedAt;
        else machine.problem = `${kind} ${JSON.stringify(rest)}`;
      } catch (error) {
        machine.problem = error instanceof Error ? error.message : String(error);
      }
    }),
  );
  // The last events are on their way.
  for (
    let turns = 0;
    turns < 100 && [...seen.values()].some(one => one.offerSeenMs === undefined);
    turns += 1
  )
    await delay(50);
  return rowsOf([...seen.values()], {
    memoryBefore,
    memoryMax: await memoryMebibytes(enginePid, 'VmHWM'),
    memoryAfter: await memoryMebibytes(enginePid, 'VmRSS'),
    cpu: (await cpuSeconds(enginePid)) - cpuBefore,
  });
}

function rowsOf(
  machines: readonly Seen[],
  engine: { memoryBefore: number; memoryMax: number; memoryAfter: number; cpu: number },
): BenchRow[] {
  const offers = machines.flatMap(({ offerSeenMs }) => offerSeenMs ?? []);
  const boots = machines.flatMap(({ bootMs }) => bootMs ?? []);
  if (offers.length < machines.length || boots.length < machines.length) {
    // The times of those that were served say nothing then.
    const problems = new Set(machines.flatMap(({ problem }) => problem ?? []));
    throw new Error(
      `of ${machines.length} machines ${boots.length} were served to the end and ${offers.length} seen on the ` +
        `timeline: ${[...problems].slice(0, 5).join('; ')}`,
    );
  }
  const row = (name: string, unit: string, ours: number): BenchRow => ({
    bench: 'boot-storm',
    case: name,
    unit,
    ours,
    peer: null,
    peerName: 'none does this',
    ratio: null,
    runs: 1,
  });
  return [
    row(`served to the end, of ${machines.length} in ${stormMs / 1000} s`, 'machines', boots.length),
    row('machines whose offer was seen on the timeline', 'machines', offers.length),
    row('DISCOVER to event at the client, p50', 'ms', percentile(offers, 0.5)),
    row('DISCOVER to event at the client, p99', 'ms', percentile(offers, 0.99)),
    row('boot: DISCOVER to script, p50', 'ms', percentile(boots, 0.5)),
    row('boot: DISCOVER to script, p99', 'ms', percentile(boots, 0.99)),
    row('engine memory before', 'MiB', engine.memoryBefore),
    row('engine memory at most', 'MiB', engine.memoryMax),
    row('engine memory after', 'MiB', engine.memoryAfter),
    row('engine CPU', 's', engine.cpu),
  ];
}
