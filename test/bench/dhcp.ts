/**
 * Our DHCP server against dnsmasq: machines that get an address in a second, and how long one takes. Both in a network
 * namespace of their own, same load generator, leases on disk in both (SQLite with synchronous = FULL; dnsmasq's lease
 * file), no address probe in either. Needs root.
 */
import { openStage, type Stage } from '#test/interop/dhcp/stage.ts';
import { repositoryRoot } from '#test/lab/program.ts';
import type { BenchRow } from './bench-row.ts';
import type { LoadResult } from './dhcp-load.ts';

const runs = 3;
const runMs = 1000;

export async function run(): Promise<BenchRow[]> {
  const stage = await openStage();
  try {
    const [ours, theirs] = [await startOurs(stage), await startDnsmasq(stage)];
    const rows: BenchRow[] = [];
    for (const clients of [1, 50]) {
      const results: { ours: LoadResult; theirs: LoadResult }[] = [];
      for (let left = runs; left > 0; left -= 1)
        results.push({ ours: await load(stage, ours, clients), theirs: await load(stage, theirs, clients) });
      rows.push(...rowsOf(clients, results));
    }
    return rows;
  } finally {
    await stage.remove();
  }
}

/** The namespace with the load generator, wired to one with a server in it. */
async function openWire(
  stage: Stage,
  label: string,
): Promise<{ readonly server: string; readonly machines: string }> {
  const server = await stage.namespace(`${label}-server`);
  const machines = await stage.namespace(`${label}-load`);
  await stage.wire(
    { namespace: server, name: 'eth0', address: '10.77.0.1/16' },
    { namespace: machines, name: 'eth0', address: '10.77.255.1/16' },
  );
  return { server, machines };
}

async function startOurs(stage: Stage): Promise<string> {
  const { server, machines } = await openWire(stage, 'ours');
  const program = stage.start(
    server,
    ...ownProgram('dhcp-server-process.ts', `${stage.folder}/bench.sqlite`),
  );
  await program.until('it is ready', line => line === 'ready');
  return machines;
}

async function startDnsmasq(stage: Stage): Promise<string> {
  const { server, machines } = await openWire(stage, 'dnsmasq');
  const leases = await stage.file('dnsmasq.leases', '');
  const options = [
    '--keep-in-foreground --conf-file=/dev/null --pid-file= --user=root --log-facility=-',
    '--port=0 --interface=eth0 --no-ping --quiet-dhcp --dhcp-authoritative',
    '--dhcp-range=10.77.1.0,10.77.200.255,255.255.0.0,2m --dhcp-lease-max=60000',
    `--dhcp-leasefile=${leases} --dhcp-boot=snponly.efi`,
  ];
  const program = stage.start(server, 'dnsmasq', ...options.flatMap(line => line.split(' ')));
  await program.until('it is ready', line => line.includes('DHCP, IP range'));
  return machines;
}

async function load(stage: Stage, machines: string, clients: number): Promise<LoadResult> {
  const command = ownProgram('dhcp-load.ts', String(clients), String(runMs));
  const { code, stdout, stderr } = await stage.run(machines, ...command);
  if (code !== 0) throw new Error(`load generator: ${stderr}`);
  return JSON.parse(stdout) as LoadResult;
}

function ownProgram(file: string, ...args: string[]): string[] {
  return [`${repositoryRoot}/node_modules/.bin/node`, `${repositoryRoot}/test/bench/${file}`, ...args];
}

function rowsOf(clients: number, results: readonly { ours: LoadResult; theirs: LoadResult }[]): BenchRow[] {
  const medianOf = (pick: (result: (typeof results)[number]) => number) => median(results.map(pick));
  const rate = { ours: medianOf(one => one.ours.perSecond), peer: medianOf(one => one.theirs.perSecond) };
  const time = { ours: medianOf(one => one.ours.medianMs), peer: medianOf(one => one.theirs.medianMs) };
  const sumOf = (pick: (result: (typeof results)[number]) => number) =>
    results.map(pick).reduce((sum, lost) => sum + lost, 0);
  const lost = { ours: sumOf(one => one.ours.lost), peer: sumOf(one => one.theirs.lost) };
  const noun = clients === 1 ? '1 client' : `${clients} clients`;
  const common = { bench: 'dhcp', peerName: 'dnsmasq', runs: results.length };
  return [
    { ...common, case: `addresses, ${noun}`, unit: '1/s', ...rate, ratio: rate.ours / rate.peer },
    { ...common, case: `DISCOVER to ACK p50, ${noun}`, unit: 'ms', ...time, ratio: time.peer / time.ours },
    { ...common, case: `given up after 1 s, all runs, ${noun}`, unit: 'machines', ...lost, ratio: null },
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
