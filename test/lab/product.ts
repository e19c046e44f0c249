/**
 * The product as a technician runs it: `rackside serve` on the laptop, which here is the provisioner's namespace.
 * It listens on loopback there, as it does by default; the lab reaches it through a Unix socket, because those do not
 * belong to a network namespace.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, openSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { createClient } from '#shared/contract/client.ts';
import {
  contract,
  type RacksideClient,
  type RacksideContract,
  type WorldSnapshot,
} from '#shared/contract/index.ts';
import type { Stream } from '#shared/contract/procedure.ts';
import { webSocketTransport } from '#shared/contract/web-socket-transport.ts';
import { insideNamespace } from './namespaces.ts';
import { repositoryRoot, type Service, serviceOf, startService } from './program.ts';
import type { Rack } from './rack.ts';
import type { LabRun } from './run.ts';

/** Queries and commands as scripts call them: `POST /rpc/<namespace>/<procedure>`. */
export type ProductCalls = {
  readonly [N in keyof RacksideContract]: {
    readonly [P in keyof RacksideContract[N] as RacksideContract[N][P] extends Stream
      ? never
      : P]: RacksideClient[N][P];
  };
};

export type Product = {
  readonly call: ProductCalls;
  /** What a page gets when it connects. */
  readonly world: () => Promise<WorldSnapshot>;
  readonly pid: () => number;
  /** SIGKILL, as the out-of-memory killer does it. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
};

const entry = join(repositoryRoot, 'electron', 'engine', 'hosts', 'rackside.mjs');
const startTimeoutMs = 60_000;

type Running = { readonly service: Service; readonly port: number; readonly bridge: Service };

export async function openProduct(run: LabRun, rack: Rack): Promise<Product> {
  const dataDir = join(run.directory, 'data');
  await mkdir(dataDir, { recursive: true });
  run.atEnd("the product's data", async () => {
    await cp(join(dataDir, 'logs'), join(run.directory, 'product-logs'), { recursive: true });
    if (!run.keepsAll) await rm(dataDir, { recursive: true, force: true });
  });
  const token = randomBytes(24).toString('base64url');
  const socketPath = join(rack.network.socketDir, 'product');
  let running: Running | undefined;

  const start = async (): Promise<void> => {
    const { service, port } = await startServing({ run, rack, dataDir, token });
    const bridge = startService(
      insideNamespace(rack.network.provisionerNamespace, [
        'socat',
        `UNIX-LISTEN:${socketPath},fork,unlink-early`,
        `TCP:127.0.0.1:${port}`,
      ]),
      { logFile: join(run.directory, 'product.bridge.log') },
    );
    running = { service, port, bridge };
    while (!existsSync(socketPath)) {
      if (!bridge.isRunning()) throw new Error('socat does not run');
      await delay(20);
    }
    run.log(`product: pid ${service.pid}, port ${port}`);
  };
  const stop = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    const was = running;
    running = undefined;
    if (was === undefined) return;
    if (signal === 'SIGKILL') was.service.kill('SIGKILL');
    await was.service.stop(10_000);
    await was.bridge.stop();
  };
  const reach = (): Endpoint => {
    if (running === undefined) throw new Error('the product is not running');
    return { socketPath, host: `127.0.0.1:${running.port}`, token };
  };
  await start();
  run.atEnd('the product', () => stop('SIGTERM'));
  return {
    call: callsOf(reach),
    world: () => readWorld(reach()),
    pid: () => running?.service.pid ?? 0,
    kill: () => stop('SIGKILL'),
    start,
  };
}

async function startServing(options: {
  readonly run: LabRun;
  readonly rack: Rack;
  readonly dataDir: string;
  readonly token: string;
}): Promise<{ readonly service: Service; readonly port: number }> {
  const { run, rack, dataDir, token } = options;
  const logFile = join(run.directory, 'product.log');
  const serve = [process.execPath, entry, 'serve', '--data', dataDir, '--listen', '127.0.0.1:0'];
  const command = insideNamespace(rack.network.provisionerNamespace, [...serve, '--log-level', 'debug']);
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
    stdio: ['ignore', 'pipe', openSync(logFile, 'a')],
    detached: true,
    env: { ...process.env, RACKSIDE_TOKEN: token },
  });
  const service = serviceOf(child, 'rackside serve');
  const { stdout } = child;
  if (stdout === null) throw new Error('the product has no stdout');
  const ready = new Promise<string>((settle, fail) => {
    createInterface({ input: stdout }).on('line', line => {
      const url = readyUrl(line);
      // The ready line holds the token and goes nowhere else.
      if (url === undefined) appendFileSync(logFile, `${line}\n`);
      else settle(url);
    });
    void service.ended.then(() => fail(new Error(`the product ended before it was ready; see ${logFile}`)));
    setTimeout(
      () => fail(new Error(`the product was not ready in time; see ${logFile}`)),
      startTimeoutMs,
    ).unref();
  });
  try {
    return { service, port: Number(new URL(await ready).port) };
  } catch (error) {
    await service.stop();
    throw error;
  }
}

function readyUrl(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  const { ready, url } = JSON.parse(line) as { readonly ready?: boolean; readonly url?: string };
  return ready === true ? url : undefined;
}

type Endpoint = { readonly socketPath: string; readonly host: string; readonly token: string };

function callsOf(reach: () => Endpoint): ProductCalls {
  const namespaces = Object.entries(contract).map(([namespace, procedures]) => {
    const calls = Object.entries(procedures).flatMap(([name, procedure]) =>
      procedure.kind === 'stream'
        ? []
        : [
            [
              name,
              async (input: unknown): Promise<unknown> =>
                procedure.output.parse(await post(reach(), `/rpc/${namespace}/${name}`, input)),
            ],
          ],
    );
    return [namespace, Object.fromEntries(calls)];
  });
  return Object.fromEntries(namespaces) as ProductCalls;
}

function post(endpoint: Endpoint, path: string, input: unknown): Promise<unknown> {
  return new Promise((settle, fail) => {
    const outgoing = request(
      {
        socketPath: endpoint.socketPath,
        path,
        method: 'POST',
        // A connection that was kept may end on the other side in the very moment in which it is used again.
        agent: false,
        timeout: 120_000,
        headers: {
          host: endpoint.host,
          authorization: `Bearer ${endpoint.token}`,
          'content-type': 'application/json',
        },
      },
      response => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => {
          if (response.statusCode === 200) settle(JSON.parse(text));
          else fail(new Error(`${path} answered ${response.statusCode}: ${text}`));
        });
        response.on('error', fail);
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${path} did not answer`)));
    outgoing.on('error', fail);
    outgoing.end(JSON.stringify(input ?? {}));
  });
}

/** Opens the page's connection, takes the snapshot and closes it. */
async function readWorld(endpoint: Endpoint): Promise<WorldSnapshot> {
  const socket = new WebSocket(`ws+unix:${endpoint.socketPath}:/ws`, {
    headers: { host: endpoint.host, authorization: `Bearer ${endpoint.token}` },
  });
  await new Promise<void>((settle, fail) => {
    socket.once('open', () => settle());
    socket.once('error', fail);
  });
  const connection = createClient(contract, webSocketTransport(socket));
  try {
    const snapshot = new Promise<WorldSnapshot>((settle, fail) => {
      connection.client.world.changes({}, { onSnapshot: settle, onPatch: () => undefined, onError: fail });
    });
    const timeout = delay(30_000, undefined, { ref: false }).then(() => {
      throw new Error('the product sent no snapshot');
    });
    return await Promise.race([snapshot, timeout]);
  } finally {
    connection.close();
  }
}
