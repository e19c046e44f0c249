import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { type HeadlessHost, startHeadless } from '#engine/hosts/headless.ts';
import { silentLogger } from '#engine/system/log.ts';
import { type ScriptedEngine, scriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';

export { expect };

export type Language = 'en' | 'zh-CN';
export interface Look {
  readonly language?: Language;
  readonly theme?: 'light' | 'dark';
  readonly density?: 'auto' | 'comfortable' | 'compact';
}

interface Fixtures {
  /** Opens the page on a scripted engine; the host is closed after the test. */
  readonly open: (engine: ScriptedEngine, look?: Look) => Promise<void>;
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
    const hosts: HeadlessHost[] = [];
    await use(async (engine, look) => {
      const host = await startHeadless({
        handlers: engine.handlers,
        log: silentLogger,
        listen: { host: '127.0.0.1', port: 0 },
        pageDir: join(import.meta.dirname, '..', '..', 'out', 'renderer'),
      });
      hosts.push(host);
      await openAt(page, host.url, look);
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
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(({ id, nodes }) => ({ id, at: nodes.map(node => node.html.slice(0, 200)) }));
  expect(found).toEqual([]);
}

export { scriptedEngine };
