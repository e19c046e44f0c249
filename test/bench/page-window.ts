/** The page in Chromium, as a technician's laptop shows it: drawn by the processor, because this machine has no GPU. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import buildPage from '#test/e2e/build-page.ts';
import { launchChromium } from '#test/fakes/launch-chromium.ts';

const viewport = { width: 1280, height: 720 };
const patienceMs = 300_000;

/** Where a page is asked for, and what lets it in. */
export interface Door {
  readonly baseUrl: string;
  readonly token: string;
}

/** On a page that is built anew when its sources changed. */
export async function withChromium<Result>(work: (browser: Browser) => Promise<Result>): Promise<Result> {
  buildPage();
  const browser = await launchChromium('whole');
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

/** A browser that has never been here. */
export async function newContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport });
  context.setDefaultTimeout(patienceMs);
  await context.addInitScript(
    text => localStorage.setItem('rackside.preferences', text),
    JSON.stringify({ language: 'en', theme: 'light', density: 'auto' }),
  );
  return context;
}

/** Signs in, and gives the page when its rack has rows. */
export async function openRack(context: BrowserContext, door: Door): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${door.baseUrl}/#token=${door.token}`);
  await page.locator(rackRow).first().waitFor();
  return page;
}

export const rackTable = '[role=grid]';
export const rackRow = `${rackTable} [aria-rowindex="2"]`;
