/**
 * Memory of a page that stays open: hours of 200 deployments at their real rate, replayed as fast as the page takes
 * them, with a person who looks at timelines in between. After each hour the rack shows one server that nothing happens
 * to, garbage is collected, and what is left is counted.
 */
import type { CDPSession, Page } from '@playwright/test';
import { en } from '#renderer/i18n/en.ts';
import type { BenchRow } from './bench-row.ts';
import { type BusyEngine, deployingAtOnce, startBusyEngine } from './busy-engine.ts';
import { nextProbe, seeProbe, watchProbes } from './page-probes.ts';
import { newContext, openRack, rackRow, withChromium } from './page-window.ts';

const servers = 1000;
const hours = 4;
const hourMs = 3_600_000;
/** Each server that is ever deployed was deployed once by then. */
const historyMs = hourMs / 2;
/** Before the first look at memory: V8 has compiled what runs often. */
const warmUpMs = hourMs / 4;
/** The page has shown the end of one such part before it is given the next. */
const partMs = 10_000;
const looksPerHour = 4;

interface Memory {
  readonly heapMebibytes: number;
  readonly domNodes: number;
  readonly listeners: number;
  readonly styleRules: number;
}

export function run(): Promise<BenchRow[]> {
  return withChromium(async browser => {
    const engine = await startBusyEngine(servers, historyMs + warmUpMs + hours * hourMs);
    try {
      await engine.replay(historyMs);
      const page = await openRack(await newContext(browser), engine);
      const session = await page.context().newCDPSession(page);
      await watchProbes(page);
      await replay(page, engine, warmUpMs);
      const memories = [await memoryOf(page, session, engine)];
      let seconds = 0;
      for (let hour = 0; hour < hours; hour += 1) {
        const startedMs = performance.now();
        await replay(page, engine, hourMs);
        seconds += (performance.now() - startedMs) / 1000;
        memories.push(await memoryOf(page, session, engine));
      }
      return rowsOf(memories, seconds / hours);
    } finally {
      await engine.close();
    }
  });
}

async function replay(page: Page, engine: BusyEngine, durationMs: number): Promise<void> {
  for (let part = 0; part < durationMs / partMs; part += 1) {
    await engine.replay(partMs);
    await untilShown(page, engine);
    if ((part + 1) % (hourMs / partMs / looksPerHour) === 0) await look(page, engine);
  }
}

/** The page draws in order: when it shows this, it has taken all before it. */
async function untilShown(page: Page, { store, quiet }: BusyEngine): Promise<void> {
  const name = nextProbe();
  const details = { path: `/images/${name}`, bytes: 493, seconds: 0.03 };
  store.timeline.append({ kind: 'http', nodeId: quiet[0]?.id ?? null, message: 'http.done', details });
  await seeProbe(page, name);
}

/** All lanes, then a server's own timeline, with something happening; and back. */
async function look(page: Page, engine: BusyEngine): Promise<void> {
  const deploying = engine.store.deployments.running()[0];
  await goTo(page, 'timeline');
  await page.getByRole('application').waitFor();
  await engine.replay(partMs);
  await goTo(page, `rack/${deploying?.nodeId}/timeline`);
  await page.getByRole('log').waitFor();
  await engine.replay(partMs);
  await goTo(page, 'rack');
  await page.locator(rackRow).waitFor();
  await untilShown(page, engine);
}

async function goTo(page: Page, route: string): Promise<void> {
  await page.evaluate(hash => {
    location.hash = hash;
  }, `#/${route}`);
}

/** What the rack shows else differs from hour to hour: a row that is deployed has nodes of its own. */
async function memoryOf(page: Page, session: CDPSession, engine: BusyEngine): Promise<Memory> {
  const search = page.getByRole('textbox', { name: en['rack.filter'] });
  await search.fill(engine.quiet[0]?.name ?? '');
  await page.locator(rackRow).waitFor();
  await untilShown(page, engine);
  await watchProbes(page);
  // What a first collection lets go may hold what a second finds.
  for (let round = 0; round < 3; round += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  const styleRules = await page.evaluate(() =>
    [...document.styleSheets].reduce((sum, sheet) => sum + sheet.cssRules.length, 0),
  );
  await search.fill('');
  return {
    heapMebibytes: usedSize / 1024 ** 2,
    domNodes: nodes,
    listeners: jsEventListeners,
    styleRules,
  };
}

function rowsOf(memories: readonly Memory[], secondsPerHour: number): BenchRow[] {
  const row = (name: string, unit: string, ours: number): BenchRow => ({
    bench: 'page-heap',
    case: name,
    unit,
    ours,
    peer: null,
    peerName: 'none',
    ratio: null,
    runs: 1,
  });
  const rows = memories.flatMap((memory, hour) => [
    row(`heap after ${hour} h`, 'MiB', memory.heapMebibytes),
    row(`DOM nodes after ${hour} h`, '', memory.domNodes),
    row(`event listeners after ${hour} h`, '', memory.listeners),
    row(`style rules after ${hour} h`, '', memory.styleRules),
  ]);
  return [...rows, row(`an hour of ${deployingAtOnce} deployments, replayed in`, 's', secondsPerHour)];
}
