import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BmcSession } from '#engine/net/ipmi/client.ts';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import { getChassisStatus } from '#engine/net/ipmi/commands/chassis.ts';
import type { BenchRow } from './bench-row.ts';

/**
 * Power status of 200 BMCs: ours against FreeIPMI's ipmipower, which polls them in parallel from one process,
 * and against ipmitool in a loop. The BMCs are ours, in one process of their own, the same for everybody.
 */
const bmcCount = 200;
const ipmitoolSample = 10;
const runs = 7;
const suite = 17;
const login = { host: '127.0.0.1', username: 'admin', password: 'labpass', privilege: 'operator' } as const;

interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export async function run(): Promise<BenchRow[]> {
  const { ports, child } = await startBmcs();
  try {
    const kept = await openAll(ports);
    // One round that does not count: both programs and the BMCs are long-running in real life.
    await pollFresh(ports);
    await measureTool('ipmipower', ipmipowerArguments(ports), bmcCount);
    const fresh: Measured[] = [];
    const warm: Measured[] = [];
    const freeipmi: Measured[] = [];
    const ipmitool: number[] = [];
    for (let index = 0; index < runs; index += 1) {
      fresh.push(await measureOurs(() => pollFresh(ports)));
      freeipmi.push(await measureTool('ipmipower', ipmipowerArguments(ports), bmcCount));
      warm.push(await measureOurs(() => pollKept(kept)));
      const sample = ports.slice(index * ipmitoolSample, (index + 1) * ipmitoolSample);
      ipmitool.push((await loopIpmitool(sample)) * (bmcCount / ipmitoolSample));
    }
    await Promise.all(kept.map(session => session.close()));
    const wall = (all: readonly Measured[]) => median(all.map(one => one.wallMs));
    const cpu = (all: readonly Measured[]) => median(all.map(one => one.cpuMs));
    const loop = median(ipmitool);
    return [
      row(`power status of ${bmcCount} BMCs, new sessions`, 'ms', wall(fresh), wall(freeipmi), 'ipmipower'),
      row(
        `power status of ${bmcCount} BMCs, sessions kept open`,
        'ms',
        wall(warm),
        wall(freeipmi),
        'ipmipower',
      ),
      row(
        `power status of ${bmcCount} BMCs, new sessions (ipmitool measured on ${ipmitoolSample}, extrapolated)`,
        'ms',
        wall(fresh),
        loop,
        'ipmitool in a loop',
      ),
      row(`CPU of ${bmcCount} polls, new sessions`, 'ms', cpu(fresh), cpu(freeipmi), 'ipmipower'),
      row(`CPU of ${bmcCount} polls, sessions kept open`, 'ms', cpu(warm), cpu(freeipmi), 'ipmipower'),
    ];
  } finally {
    child.kill();
  }
}

function row(name: string, unit: string, ours: number, peer: number, peerName: string): BenchRow {
  return { bench: 'ipmi', case: name, unit, ours, peer, peerName, ratio: peer / ours, runs };
}

async function startBmcs(): Promise<{ ports: readonly number[]; child: ChildProcess }> {
  const script = fileURLToPath(new URL('../interop/ipmi/serve-bmcs.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--count', String(bmcCount)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { ports } = JSON.parse(line) as { ports: number[] };
  return { ports, child };
}

const client = createBmcClient();

function open(port: number): Promise<BmcSession> {
  return client.openSession({ ...login, port, preferredCipherSuite: suite });
}

function openAll(ports: readonly number[]): Promise<readonly BmcSession[]> {
  return Promise.all(ports.map(open));
}

async function pollFresh(ports: readonly number[]): Promise<number> {
  const states = await Promise.all(
    ports.map(async port => {
      const session = await open(port);
      const { power } = await session.run(getChassisStatus);
      await session.close();
      return power;
    }),
  );
  return states.filter(power => power === 'on').length;
}

async function pollKept(sessions: readonly BmcSession[]): Promise<number> {
  const states = await Promise.all(sessions.map(session => session.run(getChassisStatus)));
  return states.filter(({ power }) => power === 'on').length;
}

async function measureOurs(poll: () => Promise<number>): Promise<Measured> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  expectAll(await poll());
  const { user, system } = process.cpuUsage(startCpu);
  return { wallMs: performance.now() - startMs, cpuMs: (user + system) / 1000 };
}

function ipmipowerArguments(ports: readonly number[]): readonly string[] {
  const hosts = ports.map(port => `127.0.0.1:${port}`).join(',');
  const { username, password } = login;
  return [
    '-h',
    hosts,
    '-u',
    username,
    '-p',
    password,
    '-D',
    'LAN_2_0',
    '-I',
    String(suite),
    '-l',
    'OPERATOR',
    '--stat',
  ];
}

/** Starts a program through bash, whose `times` tells the CPU time of what it has run. */
async function measureTool(program: string, args: readonly string[], expected: number): Promise<Measured> {
  const startMs = performance.now();
  const output = await capture(['-c', '"$@"; times', 'bash', program, ...args]);
  const wallMs = performance.now() - startMs;
  const answered = output.match(/: on$/gm)?.length ?? 0;
  if (answered !== expected) {
    const others = output.split('\n').filter(line => !line.endsWith(': on'));
    throw new Error(`${answered} of ${expected} BMCs answered ${program}: ${others.slice(0, 5).join('; ')}`);
  }
  return { wallMs, cpuMs: childCpuMs(output) };
}

function capture(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('bash', args, { maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (error === null) resolve(`${stdout}${stderr}`);
      else reject(error);
    });
  });
}

/** The second line of `times` is the children's: `0m0.031s 0m0.012s`. */
function childCpuMs(output: string): number {
  const last = output.trim().split('\n').at(-1) ?? '';
  const parts = [...last.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce(
    (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000,
    0,
  );
}

async function loopIpmitool(ports: readonly number[]): Promise<number> {
  const { username, password } = login;
  const startMs = performance.now();
  for (const port of ports) {
    const target = ['-H', '127.0.0.1', '-p', String(port), '-U', username, '-P', password, '-L', 'OPERATOR'];
    const output = await capture([
      '-c',
      '"$@"',
      'bash',
      'ipmitool',
      '-I',
      'lanplus',
      '-C',
      String(suite),
      ...target,
      'power',
      'status',
    ]);
    if (!output.includes('is on')) throw new Error(`ipmitool: ${output}`);
  }
  return performance.now() - startMs;
}

function expectAll(count: number): void {
  if (count !== bmcCount) throw new Error(`${count} of ${bmcCount} BMCs answered`);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
