/**
 * From the address to a page that answers, served by `rackside serve`. Cold: the browser has never been there. Warm: it
 * has been there twice and has files and compiled code. Interactive: the rows (or, without a server, the ways to get
 * some) are on the screen and no task of the page has taken more than 50 ms for a second.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { BenchRow } from './bench-row.ts';
import { makeDataDir } from './many-servers.ts';
import { type Door, newContext, rackRow, withChromium } from './page-window.ts';
import { serveEngine } from './served-engine.ts';
import { inTurn, median } from './side-by-side.ts';

const runs = 5;
const quietMs = 1000;
const racks = [
  { noun: 'no server', servers: 0, shown: 'main section button' },
  { noun: '5,000 servers', servers: 5000, shown: rackRow },
] as const;
const caches = ['cold', 'warm'] as const;

interface Start {
  readonly firstPaintMs: number;
  readonly shownMs: number;
  readonly interactiveMs: number;
}

export function run(): Promise<BenchRow[]> {
  return withChromium(async browser => {
    const rows: BenchRow[] = [];
    for (const { noun, servers, shown } of racks) {
      const dataDir = await mkdtemp(join(tmpdir(), 'rk-bench-start-'));
      try {
        makeDataDir(dataDir, servers);
        const engine = await serveEngine(dataDir);
        try {
          const measured = await inTurn(caches, runs, cache => startOnce(browser, engine, cache, shown));
          for (const cache of caches) rows.push(...rowsOf(`${noun}, ${cache}`, measured.get(cache) ?? []));
        } finally {
          await engine.service.stop(10_000);
        }
      } finally {
        await rm(dataDir, { recursive: true, force: true });
      }
    }
    return rows;
  });
}

async function startOnce(
  browser: Browser,
  door: Door,
  cache: (typeof caches)[number],
  shown: string,
): Promise<Start> {
  const context = await newContext(browser);
  try {
    for (let before = 0; cache === 'warm' && before < 2; before += 1) await start(context, door, shown);
    return await start(context, door, shown);
  } finally {
    await context.close();
  }
}

async function start(context: BrowserContext, { baseUrl, token }: Door, shown: string): Promise<Start> {
  const page = await context.newPage();
  try {
    await page.addInitScript(watchStart, shown);
    await page.goto(`${baseUrl}/#token=${token}`);
    return await startOf(page);
  } finally {
    await page.close();
  }
}

interface StartWatch {
  shownMs: number;
  lastLongTaskEndMs: number;
}

declare global {
  interface Window {
    benchStart?: StartWatch;
  }
}

/** In the page, before its own scripts. */
function watchStart(shown: string): void {
  const watch: StartWatch = { shownMs: Number.POSITIVE_INFINITY, lastLongTaskEndMs: 0 };
  window.benchStart = watch;
  new PerformanceObserver(list => {
    for (const { startTime, duration } of list.getEntries())
      watch.lastLongTaskEndMs = Math.max(watch.lastLongTaskEndMs, startTime + duration);
  }).observe({ type: 'longtask', buffered: true });
  const observer = new MutationObserver(() => {
    if (document.querySelector(shown) === null) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      // A task that is posted while a frame is made runs when that frame is done.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        watch.shownMs = performance.now();
      };
      channel.port2.postMessage(null);
    });
  });
  observer.observe(document, { subtree: true, childList: true });
}

async function startOf(page: Page): Promise<Start> {
  await page.waitForFunction(quiet => {
    const { shownMs, lastLongTaskEndMs } = window.benchStart ?? { shownMs: 0, lastLongTaskEndMs: 0 };
    return performance.now() > Math.max(shownMs, lastLongTaskEndMs) + quiet;
  }, quietMs);
  return page.evaluate(() => {
    const { shownMs, lastLongTaskEndMs } = window.benchStart ?? { shownMs: 0, lastLongTaskEndMs: 0 };
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    return {
      firstPaintMs: paint?.startTime ?? Number.NaN,
      shownMs,
      interactiveMs: Math.max(shownMs, lastLongTaskEndMs),
    };
  });
}

function rowsOf(what: string, starts: readonly Start[]): BenchRow[] {
  const row = (figure: string, pick: (start: Start) => number): BenchRow => ({
    bench: 'page-start',
    case: `${what}: ${figure}`,
    unit: 'ms',
    ours: median(starts.map(pick)),
    peer: null,
    peerName: 'none',
    ratio: null,
    runs,
  });
  return [
    row('first contentful paint', start => start.firstPaintMs),
    row('content on the screen', start => start.shownMs),
    row('interactive', start => start.interactiveMs),
  ];
}
