import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { type Consoles, createConsoles } from '#engine/consoles/consoles.ts';
import { solLine } from '#engine/consoles/sol-line.ts';
import { bmcOf, keepBmcSecrets } from '#engine/inventory/nodes.ts';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { systemClock } from '#engine/system/clock.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { aNode } from '#test/fakes/rows.ts';
import { runInTerminal } from '#test/interop/ipmi/in-terminal.ts';
import type { BenchRow } from './bench-row.ts';
import { cpuSeconds } from './process-figures.ts';
import { median, ownProgram } from './side-by-side.ts';
import type { Said } from './talking-bmcs-process.ts';

/**
 * So many consoles on one engine, each a serial line at full 115,200 bit/s (11,520 bytes a second): connected over SOL,
 * recorded, indexed, watched for texts, and each shown to a window that takes what comes; every byte is compared. Beside it
 * ipmitool on some of such BMCs, extrapolated; it only prints. The BMCs are a process of their own.
 */
const consoleCount = Number(process.env['CONSOLES'] ?? 100);
const seconds = Number(process.env['SECONDS'] ?? 60);
const bytesASecond = 11_520;
const peerSample = 5;
const login = { address: '127.0.0.1', username: 'admin', password: 'labpass' } as const;

interface Figures {
  /** Of what the machines said, in percent: a BMC drops what is not taken in time. */
  readonly lostPercent: number;
  readonly corePercent: number;
  readonly grownMebibytes: number;
  readonly loopMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly databaseMebibytes: number;
}

export async function run(): Promise<BenchRow[]> {
  const ours = await measureOurs();
  const peer = await measurePeer();
  const name = `${consoleCount} consoles at 115,200 bit/s for ${seconds} s`;
  const row = (what: string, unit: string, value: number, peerValue: number | null = null): BenchRow => ({
    bench: 'consoles-100',
    case: `${name}: ${what}`,
    unit,
    ours: value,
    peer: peerValue,
    peerName: peerValue === null ? '' : `ipmitool sol activate (${peerSample}, extrapolated)`,
    ratio: peerValue === null ? null : peerValue / value,
    runs: 1,
  });
  return [
    row('bytes lost', '%', ours.lostPercent),
    row('processor', '% of a core', ours.corePercent, peer),
    row('memory grown', 'MiB', ours.grownMebibytes),
    row('delay of the event loop, median', 'ms', ours.loopMs.p50),
    row('delay of the event loop, p99', 'ms', ours.loopMs.p99),
    row('delay of the event loop, most', 'ms', ours.loopMs.max),
    row('recordings and their index', 'MiB', ours.databaseMebibytes),
  ];
}

async function measureOurs(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'rk-bench-consoles-'));
  const bmcs = await startBmcs(consoleCount);
  const database = join(folder, 'bench.db');
  const store = openStore(database, new Uint8Array(32));
  store.settings.update({ keepConsoles: false });
  const ids = bmcs.ports.map((port, index) => addServer(store, port, index));
  const client = createBmcClient();
  const unused = () => Promise.reject(new Error('not asked for'));
  const consoles = createConsoles({
    store,
    clock: systemClock,
    asCoded: asCodedError,
    bmc: { open: solLine(store, client, asCodedError), settings: unused, repair: unused },
  });
  consoles.start();
  try {
    const windows = ids.map(id => openWindow(consoles, id));
    await until(() => consoles.rows().every(({ state }) => state === 'connected'));
    const figures = await measured(database, async () => {
      for (const window of windows) await window.begin();
      const said = await bmcs.said;
      await untilQuiet(() => windows.reduce((sum, window) => sum + window.bytes(), 0));
      await consoles.flush();
      const heard = windows.map(window => window.heard());
      expectRecorded(store, ids, heard);
      return lostPercent(heard, said);
    });
    return figures;
  } finally {
    await consoles.close();
    store.close();
    bmcs.child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

function addServer(store: Store, port: number, index: number): NodeId {
  const id = `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000` as NodeId;
  const bmc = { ...login, port };
  keepBmcSecrets(store, id, bmc);
  store.nodes.save(aNode({ id, name: `r${index}`, provisionState: 'available', bmc: bmcOf(bmc, null) }));
  return id;
}

/** Takes all that comes, as fast as a page that draws. */
function openWindow(consoles: Consoles, nodeId: NodeId) {
  const { view, server } = consoles.view(nodeId, 'bench');
  const hash: Hash = createHash('sha256');
  let bytes = 0;
  view.snapshot(server.row());
  view.start(patch => {
    if (patch.op === 'skipped') throw new Error('a window was too slow');
    if (patch.op !== 'output') return;
    const data = Buffer.from(patch.data, 'base64');
    bytes += data.length;
    hash.update(data);
    setImmediate(() => view.taken(patch.offset + data.length));
  });
  return {
    begin: () => server.write(view, Buffer.from('g')),
    bytes: () => bytes,
    heard: (): Said => ({ bytes, sha256: hash.digest('hex') }),
  };
}

async function measured(database: string, work: () => Promise<number>): Promise<Figures> {
  const loop = monitorEventLoopDelay({ resolution: 5 });
  const rssBefore = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  const beginMs = performance.now();
  loop.enable();
  const lost = await work();
  loop.disable();
  const { user, system } = process.cpuUsage(cpuBefore);
  const wallMs = performance.now() - beginMs;
  // The histogram's own pace is no delay.
  const asMs = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - 5);
  return {
    lostPercent: lost,
    corePercent: (user + system) / 10 / wallMs,
    grownMebibytes: (process.memoryUsage.rss() - rssBefore) / 2 ** 20,
    loopMs: { p50: asMs(loop.percentile(50)), p99: asMs(loop.percentile(99)), max: asMs(loop.max) },
    databaseMebibytes: ['', '-wal'].reduce((sum, end) => sum + sizeOf(database + end), 0) / 2 ** 20,
  };
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** What a console showed must be all that its machine said, or less of it, and then that is counted. */
function lostPercent(heard: readonly Said[], said: readonly Said[]): number {
  const bytesOf = (all: readonly Said[]) => all.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const [index, { bytes, sha256 }] of said.entries())
    if (heard[index]?.bytes === bytes && heard[index].sha256 !== sha256)
      throw new Error(`console ${index} showed something else than its machine said`);
  return (1 - bytesOf(heard) / bytesOf(said)) * 100;
}

/** A window that keeps up and the recording have the same. */
function expectRecorded(store: Store, ids: readonly NodeId[], heard: readonly Said[]): void {
  for (const [index, id] of ids.entries()) {
    const recorded = store.consoleRecordings
      .list({ nodeId: id }, 10)
      .reduce((sum, { outputBytes }) => sum + outputBytes, 0);
    if (recorded !== heard[index]?.bytes) throw new Error(`console ${index}: ${recorded} bytes are recorded`);
  }
}

function loginOf(port: number): readonly string[] {
  const { address, username, password } = login;
  return ['-I', 'lanplus', '-C', '17', '-H', address, '-p', String(port), '-U', username, '-P', password];
}

/** Percent of a core that as many ipmitools take; the median of some. */
async function measurePeer(): Promise<number> {
  const bmcs = await startBmcs(peerSample);
  const tools = bmcs.ports.map(port => runInTerminal('ipmitool', ...loginOf(port), 'sol', 'activate'));
  try {
    for (const tool of tools) await tool.says('SOL Session operational');
    const before = await Promise.all(tools.map(tool => cpuSeconds(tool.pid)));
    for (const tool of tools) tool.type('g');
    await bmcs.said;
    const after = await Promise.all(tools.map(tool => cpuSeconds(tool.pid)));
    const used = after.map((value, index) => value - (before[index] ?? 0));
    return (median(used) / seconds) * 100 * consoleCount;
  } finally {
    for (const tool of tools) tool.kill();
    bmcs.child.kill();
  }
}

interface TalkingBmcs {
  readonly ports: readonly number[];
  readonly said: Promise<readonly Said[]>;
  readonly child: ChildProcess;
}

async function startBmcs(count: number): Promise<TalkingBmcs> {
  const [program, ...args] = ownProgram(
    'talking-bmcs-process.ts',
    ...[count, bytesASecond, seconds].map(String),
  );
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const [ports] = (await once(lines, 'line')) as [string];
  const said = once(lines, 'line').then(([line]) => JSON.parse(String(line)) as readonly Said[]);
  return { ports: JSON.parse(ports) as number[], said, child };
}

/** What is on its way has come when nothing comes for two seconds. */
async function untilQuiet(bytes: () => number): Promise<void> {
  for (let before = -1; bytes() !== before; ) {
    before = bytes();
    await new Promise(resolve => setTimeout(resolve, 2000));
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 100));
}
