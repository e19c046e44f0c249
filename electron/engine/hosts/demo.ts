import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger, logFile } from '#engine/system/log.ts';
import type { Deployment, Image, Node, RacksideClient, TimelineEvent } from '#shared/contract/index.ts';
import type { LoadEngine } from './command.ts';
import { connectInProcess } from './in-process.ts';
import { keyFromFile } from './key-file.ts';
import { asUsageError, UsageError } from './usage-error.ts';

const help = `Usage: rackside demo [options]

Deploys simulated servers from bare metal to a running system, with real DHCP, TFTP, HTTP and IPMI packets on
loopback, and checks that every disk holds the image. Needs no hardware, no privileges, no network.

  --nodes N    how many servers, 1 to 200 (default 3)
  --timeout S  gives up after so many seconds (default 300, and 5 for each server)
  --json       one JSON line an event, and one with the result at the end

Exit codes: 0 every disk holds the image, 1 some server failed, 2 the command line was wrong, 130 or 143 interrupted.
`;

const optionTypes = {
  nodes: { type: 'string', default: '3' },
  timeout: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Exit code 0 only if every server became active and every disk holds the image. */
export async function run(args: readonly string[], loadEngine: LoadEngine): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    process.stdout.write(help);
    return 0;
  }
  const createEngine = await loadEngine();
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'rackside-demo-'));
  const removeData = () => rmSync(dataDir, { recursive: true, force: true });
  const end = endOf(options, removeData);
  try {
    const sink = logFile({ folder: path.join(dataDir, 'logs'), name: 'engine' });
    const log = createLogger({ sink });
    const engine = await createEngine({ dataDir, sealKey: keyFromFile(dataDir), log });
    try {
      const { client } = connectInProcess(engine, log);
      const wrong = await deployAll(client, dataDir, options, end.signal);
      process.stdout.write(resultLine(options, wrong));
      return wrong.length === 0 ? 0 : 1;
    } finally {
      await engine.close();
      sink.close();
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return 128 + os.constants.signals[error.by];
  } finally {
    end.forget();
    removeData();
  }
}

interface DemoOptions {
  readonly nodes: number;
  readonly timeoutMs: number;
  readonly json: boolean;
}

function readOptions(args: readonly string[]): DemoOptions | 'help' {
  const { nodes, timeout, json, help: wantsHelp } = parsedValues(args);
  if (wantsHelp) return 'help';
  const count = Number(nodes);
  if (!Number.isInteger(count) || count < 1 || count > 200)
    throw new UsageError(`--nodes ${nodes} is not 1 to 200`);
  const timeoutSeconds = timeout === undefined ? 300 + 5 * count : Number(timeout);
  if (!(timeoutSeconds > 0 && timeoutSeconds <= 86_400))
    throw new UsageError(`--timeout ${timeout} is no number of seconds up to a day`);
  return { nodes: count, timeoutMs: timeoutSeconds * 1000, json };
}

function parsedValues(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: optionTypes, strict: true }).values;
  } catch (error) {
    throw asUsageError(error);
  }
}

class Interrupted extends Error {
  readonly by: 'SIGINT' | 'SIGTERM';

  constructor(by: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${by}`);
    this.by = by;
  }
}

class TimedOut extends Error {}

/** Aborts with what ends the demo early. A second signal, while the engine closes, does not wait for it. */
function endOf({ timeoutMs }: DemoOptions, removeData: () => void) {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(new TimedOut('the time is over')), timeoutMs);
  const onSignal = (by: NodeJS.Signals) => {
    if (by !== 'SIGINT' && by !== 'SIGTERM') return;
    if (end.signal.reason instanceof Interrupted) {
      removeData();
      process.exit(128 + os.constants.signals[by]);
    }
    end.abort(new Interrupted(by));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return {
    signal: end.signal,
    forget() {
      clearTimeout(timer);
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    },
  };
}

/** The servers that did not end as they should, with the reason. */
async function deployAll(
  client: RacksideClient,
  dataDir: string,
  options: DemoOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const world = watchWorld(client, signal);
  const stopTelling = tellEvents(client, options.json, world);
  try {
    await client.virtualRack.start({ nodes: options.nodes }, signal);
    await world.until(
      () =>
        world.nodes.size === options.nodes &&
        world.images.size > 0 &&
        [...world.nodes.values()].every(isVerified) &&
        [...world.images.values()].every(image => image.state !== 'importing'),
    );
    const [image] = world.images.values();
    if (image?.state !== 'ready') return [`the image: ${image?.error?.message ?? 'missing'}`];
    const nodes = [...world.nodes.values()];
    const usable = nodes.filter(node => node.provisionState === 'available');
    for (const node of usable) await deploy(client, node, image, signal);
    await world.until(
      () => world.deployments.size === usable.length && [...world.deployments.values()].every(isOver),
    );
    const unusable = nodes
      .filter(node => !usable.includes(node))
      .map(node => `${node.name}: ${node.lastError?.message ?? node.provisionState}`);
    const checks = [...world.deployments.values()].map(deployment => wrongWith(deployment, image, dataDir));
    return [...unusable, ...(await Promise.all(checks)).flat()];
  } catch (error) {
    if (!(error instanceof TimedOut)) throw error;
    return unfinished(world, options);
  } finally {
    stopTelling();
  }
}

/** A simulated disk is nobody's: the demonstration confirms whatever the review finds. */
async function deploy(
  client: RacksideClient,
  node: Node,
  image: Image,
  signal: AbortSignal,
): Promise<Deployment> {
  const request = {
    nodeId: node.id,
    imageId: image.id,
    disk: { by: 'hints', hints: { name: 'sda' } },
    hostName: node.name,
  } as const;
  const { disk } = await client.deployments.review(request, signal);
  const confirmed = { hostName: node.name, disks: disk === null ? [] : [disk] };
  return client.deployments.create({ ...request, confirmed }, signal);
}

/** Verified, or back in `enroll` with the reason. */
const isVerified = ({ provisionState, lastError }: Node) =>
  provisionState === 'available' || (provisionState === 'enroll' && lastError !== null);
const isOver = ({ state }: Deployment) => state !== 'running';

async function wrongWith(deployment: Deployment, image: Image, dataDir: string): Promise<string[]> {
  const { nodeName, state, error, nodeId } = deployment;
  if (state !== 'succeeded') return [`${nodeName}: ${error?.message ?? state}`];
  const disk = path.join(dataDir, 'virtual-rack', `${nodeId}.disk`);
  const isWhole = (await headHash(disk, image.rawSizeBytes)) === image.sha256;
  return isWhole ? [] : [`${nodeName}: the disk does not hold the image`];
}

function unfinished({ nodes, deployments }: World, { timeoutMs, nodes: count }: DemoOptions): string[] {
  const succeeded = [...deployments.values()].filter(({ state }) => state === 'succeeded');
  const done = new Set(succeeded.map(({ nodeId }) => nodeId));
  const open = [...nodes.values()].filter(node => !done.has(node.id));
  const missing = Array.from({ length: count - nodes.size }, () => 'a server that was not even made');
  const why = `not over after ${timeoutMs / 1000} s`;
  return [...open.map(node => `${node.name} (${node.provisionState})`), ...missing].map(
    name => `${name}: ${why}`,
  );
}

async function headHash(file: string, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file, { end: sizeBytes - 1 }) as AsyncIterable<Buffer>)
    hash.update(part);
  return hash.digest('hex');
}

function tellEvents(client: RacksideClient, json: boolean, { nodes }: World): () => void {
  const startedAt = Date.now();
  const tell = (event: TimelineEvent) => {
    if (json) {
      process.stdout.write(`${JSON.stringify(event)}\n`);
      return;
    }
    const seconds = ((event.at - startedAt) / 1000).toFixed(2).padStart(7);
    const name = nodes.get(event.nodeId ?? '')?.name ?? '';
    const details = Object.entries(event.details)
      .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(' ');
    process.stdout.write(`${seconds}  ${name.padEnd(12)} ${event.message.padEnd(24)} ${details}\n`);
  };
  return client.timeline.events({}, { onSnapshot: events => events.forEach(tell), onPatch: tell });
}

type World = Pick<ReturnType<typeof watchWorld>, 'nodes' | 'deployments'>;

/** What the demo needs of the engine's world. Rows are never removed here. */
function watchWorld(client: RacksideClient, signal: AbortSignal) {
  const nodes = new Map<string, Node>();
  const images = new Map<string, Image>();
  const deployments = new Map<string, Deployment>();
  let onChange: () => void = () => undefined;
  client.world.changes(
    {},
    {
      onSnapshot(snapshot) {
        for (const row of snapshot.nodes) nodes.set(row.id, row);
        for (const row of snapshot.images) images.set(row.id, row);
        for (const row of snapshot.deployments) deployments.set(row.id, row);
        onChange();
      },
      onPatch(patch) {
        if (patch.op === 'remove') return;
        if (patch.table === 'nodes') nodes.set(patch.row.id, patch.row);
        if (patch.table === 'images') images.set(patch.row.id, patch.row);
        if (patch.table === 'deployments') deployments.set(patch.row.id, patch.row);
        onChange();
      },
    },
  );
  return {
    nodes,
    images,
    deployments,
    /** One wait at a time. Rejects with the signal's reason. */
    until: (condition: () => boolean): Promise<void> =>
      new Promise((resolve, reject) => {
        const fail = () => reject(signal.reason);
        if (signal.aborted) return fail();
        signal.addEventListener('abort', fail, { once: true });
        onChange = () => {
          if (!condition()) return;
          signal.removeEventListener('abort', fail);
          resolve();
        };
        onChange();
      }),
  };
}

function resultLine({ nodes, json }: DemoOptions, wrong: readonly string[]): string {
  if (json) return `${JSON.stringify({ result: wrong.length === 0 ? 'ok' : 'failed', nodes, wrong })}\n`;
  if (wrong.length > 0) return `${wrong.join('\n')}\n${wrong.length} of ${nodes} servers failed\n`;
  return `${nodes} of ${nodes} servers are active and their disks hold the image\n`;
}
