import { expect, type Locator, type Page } from '@playwright/test';
import type { Translate } from '#renderer/i18n/catalogue.ts';
import { nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import type { ScriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';

/** What leads from a route to what is meant: things are found by the words that they have in the page's language. */
export interface Way {
  readonly page: Page;
  readonly say: Translate;
  readonly engine: ScriptedEngine;
}

/** A screen, dialog or part of the frame that is looked at by axe and has its picture. */
export interface Screen {
  readonly name: string;
  readonly route: string;
  readonly reach?: (way: Way) => Promise<void>;
  /** Something that is only opened: Escape closes it, and nothing of it is left. */
  readonly isOnlyOpened?: true;
}

const restMs = 120;

/** Shows a screen, and comes back when it is at rest: what it asked the engine for is there. */
export async function goToScreen(way: Way, { route, reach }: Screen): Promise<void> {
  const { page } = way;
  if (used.delete(page)) await openAnew(page, route);
  else
    await page.evaluate(hash => {
      window.location.hash = hash;
    }, route);
  await expect(page.getByRole('main')).not.toBeEmpty();
  if (reach !== undefined) {
    // A way begins where it is meant to, not on the screen before.
    await untilAtRest(page);
    await reach(way);
  }
  await untilAtRest(page);
}

/** Pages in which something was chosen or typed: the next screen begins with a page of its own. */
const used = new WeakSet<Page>();

export async function leaveScreen({ page }: Way, { reach, isOnlyOpened }: Screen): Promise<void> {
  if (reach === undefined) return;
  if (isOnlyOpened) {
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    return;
  }
  used.add(page);
}

/** At the screen that is meant, which is drawn once that way: `replaceState` tells the page of before nothing. */
async function openAnew(page: Page, route: string): Promise<void> {
  await page.evaluate(hash => window.history.replaceState(null, '', hash), route);
  await page.reload();
  // They come with the world.
  await expect(page.getByRole('contentinfo').getByRole('button').first()).toBeVisible({ timeout: 30_000 });
}

/** In a page that follows the system's theme: where it stands, without a reload. */
export async function showTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  // The page draws itself anew when it hears of it; half of the colours are nobody's theme.
  await expect(page.locator('html')).toHaveAttribute('style', new RegExp(`color-scheme: ${theme}`));
}

/** Ages that count on change a text a second; all else has settled when nothing else moves. */
async function untilAtRest(page: Page): Promise<void> {
  await page.evaluate(
    quietMs =>
      new Promise<void>(resolve => {
        const done = () => {
          observer.disconnect();
          resolve();
        };
        let timer = setTimeout(done, quietMs);
        const observer = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(done, quietMs);
        });
        observer.observe(document.body, { childList: true, subtree: true, attributes: true });
      }),
    restMs,
  );
}

export const nodeRoute = (number: number, tab = '') =>
  `#/rack/${nodeIdOf(number)}${tab === '' ? '' : `/${tab}`}`;

/** The dialog that is open: of several the one on top. */
export const topDialog = (page: Page): Locator => page.getByRole('dialog').last();

/** In what is beside or below the rail, not in a dialog. */
export const pressButton = (place: Page | Locator, name: string): Promise<void> =>
  place.getByRole('button', { name, exact: true }).click();

export async function chooseOption(page: Page, place: Page | Locator, label: string, option: string) {
  await place.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option }).click();
}
