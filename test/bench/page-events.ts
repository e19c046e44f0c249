/**
 * From an event in the engine to its words on the screen, while 200 deployments run: both clocks are this machine's.
 * The store that writes it to disk, the host, the WebSocket, the page and its drawing are the product's own.
 */
import type { Page } from '@playwright/test';
import type { Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { BenchRow } from './bench-row.ts';
import { type BusyEngine, deployingAtOnce, startBusyEngine } from './busy-engine.ts';
import { nextProbe, seeProbe, takeSeen, watchProbes } from './page-probes.ts';
import { newContext, openRack, withChromium } from './page-window.ts';
import { percentile } from './side-by-side.ts';

const probeCount = 500;
/** Prime to the page's own rhythms, so that each moment between two of its turns is met. */
const probeEveryMs = 113;
/** Those at the top of the screen. */
const shownServers = 5;
const inventories = [1000, 5000] as const;

interface Probe {
  readonly name: string;
  readonly nodeId: NodeId;
  readonly causedAt: number;
}

export function run(): Promise<BenchRow[]> {
  return withChromium(async browser => {
    const rows: BenchRow[] = [];
    for (const servers of inventories) {
      const engine = await startBusyEngine(servers, 0);
      const stop = engine.goLive();
      try {
        const context = await newContext(browser);
        const page = await openRack(context, engine);
        const noun = `${servers.toLocaleString('en')} servers`;
        rows.push(...(await measure(page, `${noun}: event to the rack`, name => probeEvent(engine, name))));
        rows.push(...(await measure(page, `${noun}: change to the rack`, name => probeChange(engine, name))));
        await openTimelineOf(page, engine.quiet[0]);
        rows.push(
          ...(await measure(page, `${noun}: event to a timeline`, name => probeEvent(engine, name, 1))),
        );
        await context.close();
      } finally {
        stop();
        await engine.close();
      }
    }
    return rows;
  });
}

async function openTimelineOf(page: Page, node: Node | undefined): Promise<void> {
  await page.evaluate(id => {
    location.hash = `#/rack/${id}/timeline`;
  }, node?.id);
  await page.getByRole('log').waitFor();
}

/** Does `cause` over and over, which names the server that it is about; gives the times until the page showed it. */
async function measure(page: Page, what: string, cause: (name: string) => NodeId): Promise<BenchRow[]> {
  await watchProbes(page);
  const probes: Probe[] = [];
  while (probes.length < probeCount) {
    const name = nextProbe();
    const causedAt = performance.timeOrigin + performance.now();
    probes.push({ name, nodeId: cause(name), causedAt });
    await new Promise(wake => setTimeout(wake, probeEveryMs));
  }
  await seeProbe(page, probes.at(-1)?.name ?? '');
  const times = timesOf(probes, await takeSeen(page));
  if (times.length < probeCount) throw new Error(`${what}: of ${probeCount} the page showed ${times.length}`);
  const row = (figure: string, part: number): BenchRow => ({
    bench: 'page-events',
    case: `${what}, ${deployingAtOnce} deploying, ${figure}`,
    unit: 'ms',
    ours: percentile(times, part),
    peer: null,
    peerName: 'none',
    ratio: null,
    runs: probeCount,
  });
  return [row('p50', 0.5), row('p99', 0.99)];
}

/** A page that was late shows the newer one of the same server, and the older one never: it counts to there. */
function timesOf(probes: readonly Probe[], seenAt: ReadonlyMap<string, number>): readonly number[] {
  const shownBy = new Map<NodeId, number>();
  return probes.toReversed().flatMap(({ name, nodeId, causedAt }) => {
    const at = seenAt.get(name) ?? shownBy.get(nodeId);
    if (at === undefined) return [];
    shownBy.set(nodeId, at);
    return [at - causedAt];
  });
}

let turn = 0;

/** On servers of the first lines, one after the other: of two at once on one server the rack shows the newer. */
function nextShown({ quiet }: BusyEngine, among: number): Node {
  turn += 1;
  const node = quiet[turn % among];
  if (node === undefined) throw new Error('no server without a deployment');
  return node;
}

function probeEvent(engine: BusyEngine, name: string, among = shownServers): NodeId {
  const details = { path: `/images/${name}`, bytes: 493, seconds: 0.03 };
  const nodeId = nextShown(engine, among).id;
  engine.store.timeline.append({ kind: 'http', nodeId, message: 'http.done', details });
  return nodeId;
}

function probeChange(engine: BusyEngine, product: string): NodeId {
  const { id } = nextShown(engine, shownServers);
  const node = engine.store.nodes.find(id);
  if (node?.inventory == null) throw new Error('a server that was never inspected');
  const system = { ...node.inventory.system, product };
  engine.store.nodes.save({ ...node, inventory: { ...node.inventory, system } });
  return id;
}
