import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { type HeadlessHost, startHeadless } from '#engine/hosts/headless.ts';
import { silentLogger } from '#engine/system/log.ts';
import { noUploads } from '#test/fakes/engine/no-uploads.ts';
import { type ScriptedEngine, scriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';

export { expect };

export type Language = 'en' | 'zh-CN';
export interface Look {
  readonly language?: Language;
  readonly theme?: 'light' | 'dark';
  readonly density?: 'auto' | 'comfortable' | 'compact';
}

/** The host behind the page: it may go away and come back at the same address. */
export interface OpenHost {
  readonly close: () => Promise<void>;
  readonly openAgain: () => Promise<void>;
}

/** For a person who must sign in again. */
export const accessToken = 'e2e-access-token';

interface Fixtures {
  /** Opens the page on a scripted engine; the host is closed after the test. */
  readonly open: (engine: ScriptedEngine, look?: Look) => Promise<OpenHost>;
  /** Fails the test when the page logs an error or breaks its own content security policy. */
  readonly noPageErrors: undefined;
}

export const test = base.extend<Fixtures>({
  noPageErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('pageerror', error => errors.push(error.message));
      page.on('console', message => {
        if (message.type() === 'error') errors.push(message.text());
      });
      await use(undefined);
      expect(errors.filter(text => !isExpected(text))).toEqual([]);
    },
    { auto: true },
  ],
  open: async ({ page }, use) => {
    const hosts = new Set<HeadlessHost>();
    const start = async (engine: ScriptedEngine, port: number) => {
      const host = await startHeadless({
        handlers: engine.handlers,
        uploads: noUploads,
        log: silentLogger,
        token: accessToken,
        listen: { host: '127.0.0.1', port },
        pageDir: join(import.meta.dirname, '..', '..', 'out', 'renderer'),
      });
      hosts.add(host);
      return host;
    };
    await use(async (engine, look) => {
      const host = await start(engine, 0);
      await openAt(page, host.url, look);
      return {
        async close() {
          hosts.delete(host);
          await host.close();
        },
        async openAgain() {
          await start(engine, Number(new URL(host.baseUrl).port));
        },
      };
    });
    for (const host of hosts) await host.close();
  },
});

/** The browser itself reports a server that went away as an error; the page shows it as a banner. */
function isExpected(text: string): boolean {
  return /WebSocket connection to|Failed to load resource|ERR_CONNECTION_REFUSED/.test(text);
}

export async function openAt(page: Page, url: string, look: Look = {}): Promise<void> {
  const preferences = { language: 'en', theme: 'light', density: 'auto', ...look };
  await page.addInitScript(text => {
    if (localStorage.getItem('rackside.preferences') === null)
      localStorage.setItem('rackside.preferences', text);
  }, JSON.stringify(preferences));
  await page.goto(url);
  await expect(page.getByRole('navigation')).toBeVisible();
}

/** No violation of WCAG 2.2 AA that axe can see in what is on the screen now. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .exclude('[role=tooltip]')
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(({ id, nodes }) => ({ id, at: nodes.map(node => node.html.slice(0, 200)) }));
  // Soft: the next screens are looked at all the same.
  expect.soft(found).toEqual([]);
}

export { scriptedEngine };
