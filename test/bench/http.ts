/**
 * Our HTTP service against nginx (sendfile) on loopback: a sparse file of 4 GiB, read by curl into /dev/null.
 * Throughput, and the CPU time of the server's processes for each GB.
 */
import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram, type Service } from '#test/lab/program.ts';
import type { BenchRow } from './bench-row.ts';
import { cpuSeconds } from './process-figures.ts';
import { freeTcpPort, inTurn, median, ownProgram, startServer } from './side-by-side.ts';

const runs = 3;
const fileBytes = 4 * 1024 ** 3;
const clientCounts = [1, 32] as const;
const names = ['ours', 'nginx'] as const;
type ServerName = (typeof names)[number];

interface Contender {
  readonly url: string;
  readonly process: Service;
}

interface Measured {
  readonly bytesPerSecond: number;
  readonly cpuSecondsPerByte: number;
}

export async function run(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rk-bench-http-'));
  const started: Service[] = [];
  try {
    await makeFile(folder);
    const contenders: Record<ServerName, Contender> = {
      ours: await start(started, folder, startOurs),
      nginx: await start(started, folder, startNginx),
    };
    const rows: BenchRow[] = [];
    for (const clients of clientCounts) {
      const measured = await inTurn(names, runs, name => load(contenders[name], clients));
      rows.push(...rowsOf(clients, measured));
    }
    return rows;
  } finally {
    for (const server of started) await server.stop();
    await rm(folder, { recursive: true });
  }
}

/** Sparse, then read once: what is measured is the servers, not the first touch of the page cache. */
async function makeFile(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const path = join(folder, 'image');
  const file = await open(path, 'w', 0o644);
  await file.truncate(fileBytes);
  await file.close();
  await runProgram('dd', [`if=${path}`, 'of=/dev/null', 'bs=1M', 'status=none']);
}

type Starter = (folder: string, port: number) => Promise<[string, ...string[]]>;

async function start(started: Service[], folder: string, starter: Starter): Promise<Contender> {
  const port = await freeTcpPort();
  const url = `http://127.0.0.1:${port}/image`;
  const isReady = async (): Promise<boolean> =>
    (await runProgram('curl', ['-sfI', url], { mayFail: true })).code === 0;
  const server = await startServer(await starter(folder, port), isReady);
  started.push(server);
  return { url, process: server };
}

const startOurs: Starter = async (folder, port) => ownProgram('http-server-process.ts', String(port), folder);

const startNginx: Starter = async (folder, port) => {
  const configuration = `
    daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.error;
    worker_processes 1; user root;
    events { worker_connections 1024; }
    http {
      access_log off; sendfile on; tcp_nopush on; keepalive_timeout 30;
      client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
      uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
      server { listen 127.0.0.1:${port}; root ${folder}; }
    }`;
  await writeFile(join(folder, 'nginx.conf'), configuration);
  return ['nginx', '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'nginx.error')];
};

/** The whole file once: by one client, or in equal parts by many. */
async function load(contender: Contender, clients: number): Promise<Measured> {
  const partBytes = fileBytes / clients;
  const cpuBefore = await cpuSeconds(contender.process.pid);
  const startedMs = performance.now();
  const results = await Promise.all(
    Array.from({ length: clients }, (_, index) => {
      const range = `${index * partBytes}-${(index + 1) * partBytes - 1}`;
      const target = ['-o', '/dev/null', '-w', '%{size_download}', contender.url];
      return runProgram('curl', ['-sSf', ...(clients === 1 ? [] : ['-r', range]), ...target]);
    }),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  const cpu = (await cpuSeconds(contender.process.pid)) - cpuBefore;
  const received = results.reduce((sum, result) => sum + Number(result.stdout), 0);
  if (received !== fileBytes) throw new Error(`received ${received} bytes of ${fileBytes}`);
  return { bytesPerSecond: fileBytes / seconds, cpuSecondsPerByte: cpu / fileBytes };
}

function rowsOf(clients: number, measured: ReadonlyMap<ServerName, readonly Measured[]>): BenchRow[] {
  const medianOf = (name: ServerName, pick: (one: Measured) => number): number =>
    median((measured.get(name) ?? []).map(pick));
  const rate = (name: ServerName): number => medianOf(name, one => one.bytesPerSecond / 1e6);
  const cpu = (name: ServerName): number => medianOf(name, one => one.cpuSecondsPerByte * 1e9);
  const noun = clients === 1 ? '1 client' : `${clients} clients`;
  const common = { bench: 'http', peerName: 'nginx', runs };
  return [
    {
      ...common,
      case: `4 GiB, ${noun}, throughput`,
      unit: 'MB/s',
      ours: rate('ours'),
      peer: rate('nginx'),
      ratio: rate('ours') / rate('nginx'),
    },
    {
      ...common,
      case: `4 GiB, ${noun}, server CPU`,
      unit: 'CPU s/GB',
      ours: cpu('ours'),
      peer: cpu('nginx'),
      ratio: cpu('nginx') / cpu('ours'),
    },
  ];
}
