/**
 * Scrolling through 5,000 servers with the mouse wheel at a steady pace: the frames in which the page's own thread had
 * its turn. Beside it, in the same browser, the same texts in TanStack Virtual's own example of a list (the same
 * technique and nothing else: what is worse than there is ours) and in a plain HTML table of all rows (no technique).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import type { BenchRow } from './bench-row.ts';
import { startBusyEngine } from './busy-engine.ts';
import { makeDataDir } from './many-servers.ts';
import { newContext, openRack, rackTable, withChromium } from './page-window.ts';
import { servePeerTables } from './peer-tables.ts';
import { serveEngine } from './served-engine.ts';
import { inTurn, median, percentile } from './side-by-side.ts';

const runs = 5;
const servers = 5000;
/** A hand that looks for something: some seventy rows a second. */
const pixelsPerSecond = 2400;
const scrollSeconds = 8;
/** Of Chromium without a screen. */
const framesPerSecond = 60;
const names = ['ours', 'ours, 200 deploying', 'TanStack Virtual', 'plain table'] as const;
type Name = (typeof names)[number];

interface Scroll {
  readonly framesPerSecond: number;
  readonly droppedPercent: number;
  readonly slowestMs: number;
}

type Open = (browser: Browser) => Promise<{ readonly page: Page; readonly scroller: string }>;

export function run(): Promise<BenchRow[]> {
  return withChromium(async browser => {
    const closers: (() => Promise<void>)[] = [];
    try {
      const opens = await startAll(closers);
      const measured = await inTurn(names, runs, name => scrollOnce(browser, opens[name]));
      return rowsOf(measured);
    } finally {
      for (const close of closers) await close();
    }
  });
}

async function startAll(closers: (() => Promise<void>)[]): Promise<Readonly<Record<Name, Open>>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rk-bench-scroll-'));
  closers.push(() => rm(dataDir, { recursive: true, force: true }));
  makeDataDir(dataDir, servers);
  const calm = await serveEngine(dataDir);
  closers.unshift(() => calm.service.stop(10_000));
  const busy = await startBusyEngine(servers, 0);
  closers.unshift(() => busy.close());
  const peers = await servePeerTables(servers);
  closers.unshift(() => peers.close());
  const openOurs =
    (door: typeof calm | typeof busy): Open =>
    async browser => ({ page: await openRack(await newContext(browser), door), scroller: rackTable });
  const openPeer =
    (url: string): Open =>
    async browser => {
      const page = await (await newContext(browser)).newPage();
      await page.goto(url);
      await page.getByText('r1u02', { exact: true }).waitFor();
      return { page, scroller: '#scroller' };
    };
  return {
    ours: openOurs(calm),
    'ours, 200 deploying': async browser => {
      const stop = busy.goLive();
      const opened = await openOurs(busy)(browser);
      opened.page.once('close', stop);
      return opened;
    },
    'TanStack Virtual': openPeer(peers.virtualUrl),
    'plain table': openPeer(peers.plainUrl),
  };
}

async function scrollOnce(browser: Browser, open: Open): Promise<Scroll> {
  const { page, scroller } = await open(browser);
  try {
    const frames = await page.evaluateHandle(recordFrames, scroller);
    const box = await page.locator(scroller).boundingBox();
    if (box === null) throw new Error(`${scroller} is not on the screen`);
    const session = await page.context().newCDPSession(page);
    await session.send('Input.synthesizeScrollGesture', {
      x: box.x + box.width / 2,
      y: box.y + box.height / 2,
      yDistance: -pixelsPerSecond * scrollSeconds,
      speed: pixelsPerSecond,
      gestureSourceType: 'mouse',
    });
    return scrollOf(await frames.jsonValue());
  } finally {
    await page.context().close();
  }
}

type Frame = readonly [atMs: number, top: number];

/** In the page: each frame from now on. */
function recordFrames(selector: string): Frame[] {
  const scroller = document.querySelector(selector);
  const frames: Frame[] = [];
  const next = (atMs: number) => {
    frames.push([atMs, scroller?.scrollTop ?? 0]);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  return frames;
}

/** Between the first move and the last. */
function scrollOf(frames: readonly Frame[]): Scroll {
  const moves = frames.flatMap(([, top], index) => (top === frames[index - 1]?.[1] ? [] : [index]));
  const moving = frames.slice(moves[1] ?? 0, (moves.at(-1) ?? 0) + 1).map(([atMs]) => atMs);
  const intervals = moving.slice(1).map((atMs, index) => atMs - (moving[index] ?? atMs));
  const totalMs = intervals.reduce((sum, ms) => sum + ms, 0);
  const distance = (frames.at(-1)?.[1] ?? 0) - (frames[0]?.[1] ?? 0);
  if (distance < 0.95 * pixelsPerSecond * scrollSeconds) throw new Error(`scrolled ${distance} pixels only`);
  const due = Math.round((totalMs / 1000) * framesPerSecond);
  return {
    framesPerSecond: (intervals.length / totalMs) * 1000,
    droppedPercent: Math.max(0, (100 * (due - intervals.length)) / due),
    slowestMs: percentile(intervals, 0.99),
  };
}

function rowsOf(measured: ReadonlyMap<Name, readonly Scroll[]>): BenchRow[] {
  const figure = (name: Name, pick: (scroll: Scroll) => number) =>
    median((measured.get(name) ?? []).map(pick));
  const pairs: readonly (readonly [Name, Name])[] = [
    ['ours', 'TanStack Virtual'],
    ['ours', 'plain table'],
    ['ours, 200 deploying', 'TanStack Virtual'],
  ];
  return pairs.flatMap(([ours, peerName]) => {
    const row = (what: string, unit: string, pick: (scroll: Scroll) => number, isMoreBetter: boolean) => {
      const [own, theirs] = [figure(ours, pick), figure(peerName, pick)];
      const ratio = isMoreBetter ? own / theirs : theirs / own;
      return {
        bench: 'page-scroll',
        case: `${what}${ours === 'ours' ? '' : ', 200 deploying'}`,
        unit,
        ours: own,
        peer: theirs,
        peerName,
        ratio: Number.isFinite(ratio) ? ratio : null,
        runs,
      };
    };
    return [
      row('frames', '1/s', scroll => scroll.framesPerSecond, true),
      row('frames dropped', '%', scroll => scroll.droppedPercent, false),
      row('from frame to frame, p99', 'ms', scroll => scroll.slowestMs, false),
    ];
  });
}
