/**
 * Our TFTP server against tftpd-hpa, dnsmasq and atftpd on loopback, with real clients (curl; atftp for windows), every
 * file md5-checked. Of the peers only atftpd knows windowsize (RFC 7440): windows are compared with it alone.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, type Service } from '#test/lab/program.ts';
import type { BenchRow } from './bench-row.ts';
import { inTurn, type Loopback, median, openLoopback, ownProgram, startServer } from './side-by-side.ts';

const runs = 3;
const host = '127.0.0.1';
const mib = 1024 * 1024;
/** dnsmasq answers on 69 only; the namespace is ours alone. */
const ports = { ours: 6901, 'tftpd-hpa': 6902, dnsmasq: 69, atftpd: 6903 } as const;
type ServerName = keyof typeof ports;
type PeerName = Exclude<ServerName, 'ours'>;
const peersFor = ({ windowBlocks }: Load): readonly PeerName[] =>
  windowBlocks === 1 ? ['tftpd-hpa', 'dnsmasq', 'atftpd'] : ['atftpd'];

interface Load {
  readonly clients: number;
  readonly sizeBytes: number;
  readonly blockSizeBytes: number;
  readonly windowBlocks: number;
}

const loads: readonly Load[] = [
  { clients: 1, sizeBytes: 8 * mib, blockSizeBytes: 512, windowBlocks: 1 },
  { clients: 1, sizeBytes: 16 * mib, blockSizeBytes: 1468, windowBlocks: 1 },
  { clients: 1, sizeBytes: 32 * mib, blockSizeBytes: 1468, windowBlocks: 16 },
  { clients: 50, sizeBytes: mib / 2, blockSizeBytes: 512, windowBlocks: 1 },
  { clients: 50, sizeBytes: mib, blockSizeBytes: 1468, windowBlocks: 1 },
  { clients: 50, sizeBytes: mib, blockSizeBytes: 1468, windowBlocks: 16 },
];

export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rk-bench-tftp-'));
  const network = await openLoopback('tftp');
  const servers: Service[] = [];
  try {
    const root = await makeRoot(folder);
    for (const command of commands(root)) {
      servers.push(await startServer(network.inside(...command.line), () => answers(network, command.name)));
    }
    const rows: BenchRow[] = [];
    for (const load of loads) {
      const rates = await inTurn<ServerName, number>(['ours', ...peersFor(load)], runs, name =>
        throughput(network, folder, name, load),
      );
      rows.push(...rowsOf(load, rates));
    }
    return rows;
  } finally {
    for (const server of servers) await server.stop();
    await network.remove();
    await rm(folder, { recursive: true });
  }
}

/** Readable for the users that the peers change to. */
async function makeRoot(folder: string): Promise<string> {
  await chmod(folder, 0o755);
  const root = join(folder, 'root');
  await mkdir(root, { mode: 0o755 });
  for (const sizeBytes of new Set([1, ...loads.map(load => load.sizeBytes)])) {
    await writeFile(join(root, `file-${sizeBytes}`), randomBytes(sizeBytes), { mode: 0o644 });
  }
  return root;
}

function commands(root: string): readonly { name: ServerName; line: [string, ...string[]] }[] {
  const dnsmasq = [
    'dnsmasq --keep-in-foreground --conf-file=/dev/null --pid-file= --user=root --port=0',
    `--enable-tftp --tftp-max=1000 --tftp-root=${root} --listen-address=${host} --bind-interfaces`,
    '--log-facility=/dev/null',
  ];
  return [
    { name: 'ours', line: ownProgram('tftp-server-process.ts', String(ports.ours), root) },
    {
      name: 'tftpd-hpa',
      line: ['in.tftpd', '-L', '-s', '-u', 'nobody', '--address', `${host}:${ports['tftpd-hpa']}`, root],
    },
    { name: 'dnsmasq', line: words(dnsmasq.join(' ')) },
    {
      name: 'atftpd',
      line: words(
        `atftpd --daemon --no-fork --user root --group root --maxthread 1000 --bind-address ${host} --port ${ports.atftpd} ${root}`,
      ),
    },
  ];
}

function words(text: string): [string, ...string[]] {
  const [program = '', ...args] = text.split(' ');
  return [program, ...args];
}

async function answers(network: Loopback, name: ServerName): Promise<boolean> {
  const url = `tftp://${host}:${ports[name]}/file-1`;
  const [program, ...args] = network.inside('curl', '-s', '-m', '1', '-o', '/dev/null', url);
  return (await runProgram(program, args, { mayFail: true })).code === 0;
}

/** Bytes a second over all clients, from the start of the first to the end of the last. */
async function throughput(network: Loopback, folder: string, name: ServerName, load: Load): Promise<number> {
  const targets = Array.from({ length: load.clients }, (_, index) => join(folder, `got-${index}`));
  // One shell starts them all: fifty times `ip netns exec` would cost more than the transfers.
  const commands = targets.map(target =>
    clientCommand(name, load, target)
      .map(word => `'${word}'`)
      .join(' '),
  );
  const [program, ...args] = network.inside('sh', '-c', `${commands.join(' & ')} & wait`);
  const startedMs = performance.now();
  await runProgram(program, args);
  const seconds = (performance.now() - startedMs) / 1000;
  const expected = await md5Of(join(folder, 'root', `file-${load.sizeBytes}`));
  for (const target of targets) {
    if ((await md5Of(target)) !== expected) throw new Error(`${name} delivered a wrong file`);
    await rm(target);
  }
  return (load.sizeBytes * load.clients) / seconds;
}

function clientCommand(name: ServerName, load: Load, target: string): string[] {
  const port = String(ports[name]);
  const file = `file-${load.sizeBytes}`;
  const blockSize = String(load.blockSizeBytes);
  if (load.windowBlocks === 1) {
    return ['curl', '-sSf', '--tftp-blksize', blockSize, '-o', target, `tftp://${host}:${port}/${file}`];
  }
  const options = ['--option', `blksize ${blockSize}`, '--option', `windowsize ${load.windowBlocks}`];
  return ['atftp', ...options, '-g', '-r', file, '-l', target, host, port];
}

async function md5Of(path: string): Promise<string> {
  return createHash('md5')
    .update(await readFile(path))
    .digest('hex');
}

function rowsOf(load: Load, rates: ReadonlyMap<ServerName, readonly number[]>): BenchRow[] {
  const megabytes = (name: ServerName): number => median(rates.get(name) ?? []) / 1e6;
  const ours = megabytes('ours');
  const clients = load.clients === 1 ? '1 client' : `${load.clients} clients`;
  const window = load.windowBlocks === 1 ? 'lockstep' : `windowsize ${load.windowBlocks}`;
  const label = `${clients}, blksize ${load.blockSizeBytes}, ${window}`;
  return peersFor(load).map(peerName => {
    const peer = megabytes(peerName);
    return { bench: 'tftp', case: label, unit: 'MB/s', ours, peer, peerName, ratio: ours / peer, runs };
  });
}
