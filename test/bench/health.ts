import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createHealth } from '#engine/health/health.ts';
import { startHealthPoll } from '#engine/health/health-poll.ts';
import { createBmcLinks } from '#engine/inventory/bmc-link.ts';
import { bmcOf, keepBmcSecrets } from '#engine/inventory/nodes.ts';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import { openStore } from '#engine/store/store.ts';
import { systemClock } from '#engine/system/clock.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { aNode } from '#test/fakes/rows.ts';
import type { BenchRow } from './bench-row.ts';

/**
 * The health of 200 BMCs, all sensors, power and event log of each once a minute with all that is stored of it, against
 * FreeIPMI's ipmi-sensors over as many of the same BMCs as it can name: those share one address, so it is run for some of
 * them one by one and extrapolated. Its cache of sensor records is filled before. The BMCs are a process of their own.
 */
const bmcCount = 200;
const everySeconds = 60;
const measuredMinutes = 2;
const peerSample = 10;
const login = { username: 'admin', password: 'labpass' } as const;

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rk-bench-health-'));
  const { ports, child } = await startBmcs();
  try {
    const ours = await measureOurs(folder, ports);
    const peer = await measurePeer(folder, ports.slice(0, peerSample));
    const core = (secondsARound: number) => (secondsARound / everySeconds) * 100;
    const name = `health of ${bmcCount} BMCs each ${everySeconds} s (ipmi-sensors measured on ${peerSample}, extrapolated)`;
    return [
      {
        bench: 'health',
        case: name,
        unit: '% of a core',
        ours: core(ours),
        peer: core(peer),
        peerName: 'ipmi-sensors',
        ratio: peer / ours,
        runs: measuredMinutes,
      },
    ];
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** CPU seconds of a round of all BMCs, without the first one, which reads what they are made of. */
async function measureOurs(folder: string, ports: readonly number[]): Promise<number> {
  const store = openStore(join(folder, 'bench.db'), new Uint8Array(32));
  for (const [index, port] of ports.entries()) {
    const id = `${Math.floor((index / bmcCount) * 0xffffff)
      .toString(16)
      .padStart(6, '0')}00-0000-4000-8000-000000000000` as NodeId;
    const bmc = { address: '127.0.0.1', port, ...login };
    store.nodes.save(aNode({ id, name: `r${index}`, powerState: 'power on', bmc: bmcOf(bmc, null) }));
    keepBmcSecrets(store, id, bmc);
  }
  store.settings.update({ healthPollSeconds: everySeconds });
  const links = createBmcLinks({
    client: createBmcClient(),
    store,
    clock: systemClock,
    onPacket: () => undefined,
  });
  const health = createHealth({ store, clock: systemClock, bmc: links });
  let answered = 0;
  const faults: unknown[] = [];
  const stop = startHealthPoll({
    store,
    clock: systemClock,
    async read(id) {
      const news = await health.read(id);
      if (news.kind === 'answered') answered += 1;
      else faults.push(news.error);
      return news;
    },
    restingOf: () => undefined,
    fail: health.fail,
    onError: error => faults.push(error),
  });
  await pass((everySeconds + 5) * 1000);
  const answeredBefore = answered;
  const before = process.cpuUsage();
  await pass(measuredMinutes * everySeconds * 1000);
  const { user, system } = process.cpuUsage(before);
  const rounds = (answered - answeredBefore) / bmcCount;
  stop();
  health.stop();
  await links.closeAll();
  store.close();
  if (faults.length > 0) throw new Error(`the poll failed ${faults.length} times`, { cause: faults[0] });
  return (user + system) / 1e6 / rounds;
}

/** As many CPU seconds as all BMCs would cost. */
async function measurePeer(folder: string, ports: readonly number[]): Promise<number> {
  const ask = async (port: number) => {
    const target = ['-h', `127.0.0.1:${port}`, '-u', login.username, '-p', login.password];
    const how = ['-D', 'LAN_2_0', '-I', '17', '--sdr-cache-directory', folder, '--quiet-cache'];
    const program = spawn(
      'bash',
      ['-c', '"$@" >/dev/null; times', 'bash', 'ipmi-sensors', ...target, ...how],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    program.stdout.on('data', chunk => {
      output += String(chunk);
    });
    await once(program, 'close');
    const last = output.trim().split('\n').at(-1) ?? '';
    return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
      (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
      0,
    );
  };
  // The cache is named by the host alone, and all of these are one host with the same records.
  const [first = 0] = ports;
  await ask(first);
  let seconds = 0;
  for (const port of ports) seconds += await ask(port);
  return (seconds / ports.length) * bmcCount;
}

function pass(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
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
