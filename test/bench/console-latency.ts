import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { consoleHandlers } from '#engine/api/consoles.ts';
import { createConsoles } from '#engine/consoles/consoles.ts';
import { createConsolePorts } from '#engine/consoles/ports/console-ports.ts';
import { solLine } from '#engine/consoles/sol-line.ts';
import { createBmcLinks } from '#engine/inventory/bmc-link.ts';
import { bmcOf, keepBmcSecrets } from '#engine/inventory/nodes.ts';
import type { CipherSuiteId } from '#engine/net/ipmi/cipher-suite.ts';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import { openSolConsole } from '#engine/net/ipmi/sol/console.ts';
import { openStore } from '#engine/store/store.ts';
import { systemClock } from '#engine/system/clock.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import { contract } from '#shared/contract/index.ts';
import { aNode, nodeId } from '#test/fakes/rows.ts';
import { startIpmiSim } from '#test/interop/ipmi/ipmi-sim.ts';
import type { BenchRow } from './bench-row.ts';
import { inTurn, percentile } from './side-by-side.ts';
import {
  createArrivals,
  type TerminalCommand,
  type TypedConsole,
  typeKeys,
  typeKeysInTerminal,
} from './typed-keys.ts';

/**
 * From a key to its echo over serial over LAN: our SOL client, the engine around it (`consoles.write` to the view's output, with
 * store and recorder on a disk), `ipmitool sol activate` and FreeIPMI's ipmiconsole, each in turn on the same BMC. The serial
 * line's echo is a process of its own. ipmiconsole knows port 623 alone, so each BMC has an address of 127.0.0.0/8 (root).
 */
const runs = 5;
const keysARun = 60;
const login = { username: 'admin', password: 'labpass' } as const;
const ipmiPort = 623;

interface Bmc {
  readonly address: string;
  /** The best that it takes. */
  readonly suite: CipherSuiteId;
  /** FreeIPMI's workaround flags for it. */
  readonly workarounds: readonly string[];
  readonly stop: () => Promise<void>;
}

const sides = ['client', 'engine', 'ipmitool', 'ipmiconsole'] as const;
type Side = (typeof sides)[number];

const bmcs = { ipmi_sim: startSim, 'our virtual BMC': startOurs } as const;

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, start] of Object.entries(bmcs)) {
    const measured = await inTurn(sides, runs, side => measureAfresh(side, start));
    rows.push(...rowsOf(name, (side, part) => percentile((measured.get(side) ?? []).flat(), part)));
  }
  return rows;
}

function rowsOf(bmc: string, figure: (side: Side, part: number) => number): BenchRow[] {
  return (['client', 'engine'] as const).flatMap(side =>
    (['ipmitool', 'ipmiconsole'] as const).flatMap(peerName =>
      [50, 99].map((percent): BenchRow => {
        const [ours, peer] = [figure(side, percent / 100), figure(peerName, percent / 100)];
        const name = `key to echo at ${bmc}, p${percent}, our ${side}`;
        return {
          bench: 'console-latency',
          case: name,
          unit: 'ms',
          ours,
          peer,
          peerName,
          ratio: peer / ours,
          runs,
        };
      }),
    ),
  );
}

/** A new BMC for each: from an ipmi_sim that had a console before, ipmiconsole gets no echo. */
async function measureAfresh(side: Side, start: () => Promise<Bmc>): Promise<number[]> {
  const bmc = await start();
  try {
    return await measure(side, bmc);
  } finally {
    await bmc.stop();
  }
}

async function measure(side: Side, bmc: Bmc): Promise<number[]> {
  switch (side) {
    case 'client':
      return typeAndClose(await openClient(bmc));
    case 'engine':
      return typeAndClose(await openEngine(bmc));
    case 'ipmitool':
      return typeKeysInTerminal(ipmitool(bmc), keysARun);
    case 'ipmiconsole':
      return typeKeysInTerminal(ipmiconsole(bmc), keysARun);
  }
}

async function typeAndClose(console: TypedConsole): Promise<number[]> {
  try {
    return await typeKeys(console, keysARun);
  } finally {
    await console.close();
  }
}

async function openClient({ address, suite }: Bmc): Promise<TypedConsole> {
  const { arrival, onData } = createArrivals();
  const place = { host: address, port: ipmiPort, preferredCipherSuite: suite };
  const console = await openSolConsole(createBmcClient(), { ...place, ...login, onData });
  return { arrival, type: bytes => console.write(bytes), close: () => console.close() };
}

async function openEngine({ address }: Bmc): Promise<TypedConsole> {
  const folder = mkdtempSync(join(tmpdir(), 'rk-bench-console-'));
  const store = openStore(join(folder, 'bench.db'), new Uint8Array(32));
  const input = { address, port: ipmiPort, ...login };
  store.nodes.save(aNode({ bmc: bmcOf(input, null), provisionState: 'available' }));
  keepBmcSecrets(store, nodeId, input);
  store.settings.update({ keepConsoles: false });
  const client = createBmcClient();
  const links = createBmcLinks({ client, store, clock: systemClock, onPacket: () => undefined });
  const consoles = createConsoles({
    store,
    clock: systemClock,
    asCoded: asCodedError,
    bmc: {
      open: solLine(store, client, asCodedError),
      settings: id => links.solSettings({ id }),
      repair: (id, bitRate) => links.repairSol({ id }, bitRate),
    },
  });
  consoles.start();
  const ports = createConsolePorts({ store, clock: systemClock, consoles, asCoded: asCodedError });
  const handlers = consoleHandlers(store, consoles, ports);
  const { arrival, onData } = createArrivals();
  const source = handlers.view({ nodeId, name: 'bench' });
  const { viewId } = contract.consoles.view.snapshot.parse(source.snapshot());
  const isConnected = connected(consoles);
  const leave = source.subscribe(patch => {
    if (patch.op === 'output') onData(Buffer.from(patch.data, 'base64'));
  });
  const { signal } = new AbortController();
  const close = async () => {
    leave();
    await consoles.close();
    await links.closeAll();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await isConnected;
  } catch (error) {
    await close();
    throw error;
  }
  return {
    arrival,
    type: bytes => handlers.write({ viewId, data: Buffer.from(bytes).toString('base64') }, signal),
    close,
  };
}

/** Rejects when a person would have to help. */
function connected(consoles: ReturnType<typeof createConsoles>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => {
    const [row] = consoles.rows();
    if (row?.state === 'connected') resolve();
    if (row?.state === 'stopped') reject(new Error(`the console is stopped: ${row.error?.code}`));
  };
  const stop = consoles.subscribe(look);
  look();
  return promise.finally(stop);
}

function ipmitool({ address, suite }: Bmc): TerminalCommand {
  const place = ['-I', 'lanplus', '-C', String(suite), '-H', address];
  const command = ['ipmitool', ...place, '-U', login.username, '-P', login.password, 'sol', 'activate'];
  return { command, ready: '[SOL Session operational.', leave: '\r~.' };
}

function ipmiconsole({ address, suite, workarounds }: Bmc): TerminalCommand {
  const user = ['-u', login.username, '-p', login.password];
  const command = ['ipmiconsole', '-h', address, ...user, '-I', String(suite), ...workarounds];
  return { command, ready: '[SOL established]', leave: '&.' };
}

async function startSim(): Promise<Bmc> {
  const address = '127.62.3.1';
  const echo = await startProcess(new URL('echo-line-process.ts', import.meta.url));
  const sim = await startIpmiSim(address, { port: ipmiPort, serialPort: Number(echo.line) });
  const stop = async () => {
    await sim.stop();
    echo.child.kill();
  };
  return {
    address,
    suite: 3,
    workarounds: ['-W', 'opensesspriv,solchannelsupport,solpayloadsize,solport'],
    stop,
  };
}

async function startOurs(): Promise<Bmc> {
  const address = '127.62.3.2';
  const script = new URL('../interop/ipmi/serve-bmcs.ts', import.meta.url);
  const { child } = await startProcess(script, '--address', address, '--port', String(ipmiPort));
  const stop = async () => {
    child.kill();
  };
  return { address, suite: 17, workarounds: [], stop };
}

/** Resolves with the first line that it prints. */
async function startProcess(
  script: URL,
  ...args: readonly string[]
): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [fileURLToPath(script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, line };
}
