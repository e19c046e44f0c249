import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger, logFile } from '#engine/system/log.ts';
import type { RpcConnection } from '#shared/contract/client.ts';
import type {
  Deployment,
  RacksideContract,
  TimelineEvent,
  WorldPatch,
  WorldSnapshot,
} from '#shared/contract/index.ts';
import type { LoadEngine } from './command.ts';
import { connectInProcess } from './in-process.ts';
import { keyFromFile } from './key-file.ts';
import { asUsageError, UsageError } from './usage-error.ts';

const help = `Usage: rackside demo [options]

Deploys simulated servers from bare metal to a running system, with real DHCP, TFTP, HTTP and IPMI packets on
loopback, and checks that every disk holds the image. Needs no hardware, no privileges, no network.

  --nodes N   how many servers, 1 to 200 (default 3)
  --json      one JSON line an event, and one with the result at the end
`;

const optionTypes = {
  nodes: { type: 'string', default: '3' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type World = RpcConnection<RacksideContract>['client'];

/** Exit code 0 only if every server became active and every disk holds the image. */
export async function run(args: readonly string[], loadEngine: LoadEngine): Promise<number> {
  const options = readOptions(args);
  if (options === 'help') {
    process.stdout.write(help);
    return 0;
  }
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'rackside-demo-'));
  const sink = logFile({ folder: path.join(dataDir, 'logs'), name: 'engine' });
  const log = createLogger({ sink });
  const engine = await (await loadEngine())({ dataDir, sealKey: keyFromFile(dataDir), log });
  try {
    const { client } = connectInProcess(engine, log);
    const wrong = await deployAll(client, dataDir, options);
    process.stdout.write(resultLine(options, wrong));
    return wrong.length === 0 ? 0 : 1;
  } finally {
    await engine.close();
    sink.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface DemoOptions {
  readonly nodes: number;
  readonly json: boolean;
}

function readOptions(args: readonly string[]): DemoOptions | 'help' {
  const { nodes, json, help: wantsHelp } = parsedValues(args);
  if (wantsHelp) return 'help';
  const count = Number(nodes);
  if (!Number.isInteger(count) || count < 1 || count > 200)
    throw new UsageError(`--nodes ${nodes} is not 1 to 200`);
  return { nodes: count, json };
}

function parsedValues(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: optionTypes, strict: true }).values;
  } catch (error) {
    throw asUsageError(error);
  }
}

/** The servers that did not end as they should, with the reason. */
async function deployAll(client: World, dataDir: string, options: DemoOptions): Promise<string[]> {
  const world = watchWorld(client);
  const stopTelling = tellEvents(client, options.json, world);
  await client.virtualRack.start({ nodes: options.nodes });
  await world.until(
    ({ nodes, images }) =>
      nodes.length === options.nodes &&
      nodes.every(node => node.provisionState === 'available') &&
      images.every(image => image.state !== 'importing'),
  );
  const [image] = world.now().images;
  if (image?.state !== 'ready') return [`the image is ${image?.state ?? 'missing'}`];
  for (const node of world.now().nodes) {
    await client.deployments.create({
      nodeId: node.id,
      imageId: image.id,
      disk: { by: 'hints', hints: { name: 'sda' } },
      hostName: node.name,
    });
  }
  await world.until(({ deployments }) => deployments.length === options.nodes && deployments.every(isOver));
  stopTelling();
  const checks = world.now().deployments.map(async deployment => {
    if (deployment.state !== 'succeeded')
      return `${deployment.nodeName}: ${deployment.error?.message ?? deployment.state}`;
    const disk = path.join(dataDir, 'virtual-rack', `${deployment.nodeId}.disk`);
    return (await headHash(disk, image.rawSizeBytes)) === image.sha256
      ? undefined
      : `${deployment.nodeName}: the disk does not hold the image`;
  });
  return (await Promise.all(checks)).filter(problem => problem !== undefined);
}

const isOver = ({ state }: Deployment) => state !== 'running';

async function headHash(file: string, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file, { end: sizeBytes - 1 }) as AsyncIterable<Buffer>)
    hash.update(part);
  return hash.digest('hex');
}

function tellEvents(client: World, json: boolean, world: ReturnType<typeof watchWorld>): () => void {
  const startedAt = Date.now();
  const tell = (event: TimelineEvent) => {
    if (json) {
      process.stdout.write(`${JSON.stringify(event)}\n`);
      return;
    }
    const seconds = ((event.at - startedAt) / 1000).toFixed(2).padStart(7);
    const name = world.now().nodes.find(node => node.id === event.nodeId)?.name ?? '';
    const details = Object.entries(event.details)
      .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(' ');
    process.stdout.write(`${seconds}  ${name.padEnd(12)} ${event.message.padEnd(24)} ${details}\n`);
  };
  return client.timeline.events({}, { onSnapshot: events => events.forEach(tell), onPatch: tell });
}

/** The world as a page would keep it: a snapshot, then patches. */
function watchWorld(client: World) {
  let world: WorldSnapshot | undefined;
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const check of waiting) check();
  };
  client.world.changes(
    {},
    {
      onSnapshot(snapshot) {
        world = snapshot;
        changed();
      },
      onPatch(patch) {
        if (world !== undefined) world = applyPatch(world, patch);
        changed();
      },
    },
  );
  const now = (): WorldSnapshot => {
    if (world === undefined) throw new Error('the world is not known yet');
    return world;
  };
  return {
    now,
    until: (condition: (world: WorldSnapshot) => boolean): Promise<void> =>
      new Promise(resolve => {
        const check = () => {
          if (world === undefined || !condition(world)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

function applyPatch(world: WorldSnapshot, patch: WorldPatch): WorldSnapshot {
  if (patch.op === 'put' && patch.table === 'settings') return { ...world, settings: patch.row };
  const rows = world[patch.table as 'nodes'] as readonly object[];
  const idOf = (row: object) =>
    'mac' in row && !('id' in row) ? row.mac : 'id' in row ? row.id : 'name' in row && row.name;
  const id = patch.op === 'remove' ? patch.id : idOf(patch.row);
  const others = rows.filter(row => idOf(row) !== id);
  return { ...world, [patch.table]: patch.op === 'remove' ? others : [...others, patch.row] };
}

function resultLine({ nodes, json }: DemoOptions, wrong: readonly string[]): string {
  if (json) return `${JSON.stringify({ result: wrong.length === 0 ? 'ok' : 'failed', nodes, wrong })}\n`;
  if (wrong.length > 0) return `${wrong.join('\n')}\n${wrong.length} of ${nodes} servers failed\n`;
  return `${nodes} of ${nodes} servers are active and their disks hold the image\n`;
}
