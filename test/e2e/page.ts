import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import type { HeadlessHost } from '#engine/hosts/headless.ts';
import type { Language } from '#renderer/i18n/i18n.ts';
import { type ScriptedEngine, scriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';
import { markColours, unmarkColours } from './colours.ts';
import { type Look, madeFault, openAt, serveScripted } from './open-page.ts';

export { expect, type Language, openAt };

/** The host behind the page: it may go away and come back at the same address. */
export interface OpenHost {
  readonly close: () => Promise<void>;
  readonly openAgain: () => Promise<void>;
}

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
      const host = await serveScripted(engine, port);
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
  if (text.includes(madeFault)) return true;
  return /WebSocket connection to|Failed to load resource|ERR_CONNECTION_REFUSED/.test(text);
}

/** What depends on colours. The first of them costs more than all other rules together. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/** No violation of WCAG 2.2 AA that axe can see in what is on the screen now. */
export async function expectAccessible(page: Page): Promise<void> {
  await expectNothing(page, axe => axe.withTags(tags).disableRules(ofColours));
  await expectColoursAccessible(page);
}

/**
 * What can be other than it was when only the theme has changed. Below a dialog axe finds the colours of the screen that it
 * was opened on, because it leaves what is fixed above a text out of account: they are looked at there.
 */
export async function expectColoursAccessible(page: Page): Promise<void> {
  const dialog = '[aria-modal=true]';
  const isOpen = (await page.locator(dialog).count()) > 0;
  const marked = await markColours(page, isOpen ? dialog : 'body');
  if (marked === undefined) return;
  // A text that is drawn anew meanwhile takes its mark along, and axe refuses to look at nothing.
  await expectNothing(page, axe => axe.include(marked).include('title').withRules(ofColours));
  await unmarkColours(page);
}

/** What can be other than it was when only the language has changed; that each word has a translation is for `catalogue.test.ts`. */
export const expectLanguageAccessible = (page: Page): Promise<void> =>
  expectNothing(page, axe =>
    axe.withRules(['target-size', 'scrollable-region-focusable', 'html-has-lang', 'html-lang-valid']),
  );

async function expectNothing(page: Page, narrowed: (axe: AxeBuilder) => AxeBuilder): Promise<void> {
  // Half a megabyte, and once a document is enough. Our page has no frames: so no other page need be opened for them.
  const isThere = await page.evaluate(() => 'axe' in globalThis);
  const axe = new AxeBuilder(isThere ? { page, axeSource: 'void 0' } : { page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .exclude('[role=tooltip]');
  const { violations } = await narrowed(axe).analyze();
  const found = violations.map(({ id, nodes }) => ({
    id,
    at: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`),
  }));
  // Soft: the next screens are looked at all the same.
  expect.soft(found).toEqual([]);
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export { scriptedEngine };
