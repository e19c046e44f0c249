import type { Page } from '@playwright/test';
import { startI18n, translate } from '#renderer/i18n/i18n.ts';
import type { ScriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';
import { expect, expectAccessible, expectColoursAccessible, expectLanguageAccessible, test } from './page.ts';
import { busyScreens, firstScreens } from './screens/all-screens.ts';
import { consoleScreens } from './screens/console-screens.ts';
import { deployScreens } from './screens/deploy-screens.ts';
import { frameScreens } from './screens/frame-screens.ts';
import { healthScreens } from './screens/health-screens.ts';
import { libraryScreens } from './screens/library-screens.ts';
import { rackScreens } from './screens/rack-screens.ts';
import { goToScreen, leaveScreen, nodeRoute, type Screen, showTheme } from './screens/screen.ts';
import { busyEngine, firstEngine } from './screens/screens-engine.ts';

// Long ones, and the last: one behind the other they would leave a worker idle.
test.describe.configure({ mode: 'parallel' });

interface Visit {
  readonly page: Page;
  readonly engine: ScriptedEngine;
  readonly screens: readonly Screen[];
  readonly look: (screen: Screen) => Promise<void>;
}

/** One after the other; `SCREENS=rack,board` names those that are meant. */
async function visit({ page, engine, screens, look }: Visit): Promise<void> {
  const only = process.env['SCREENS']?.split(',');
  const way = { page, say: translate, engine };
  for (const screen of screens) {
    if (only && !only.includes(screen.name)) continue;
    await test.step(screen.name, async () => {
      await goToScreen(way, screen);
      await look(screen);
      await leaveScreen(way, screen);
    });
  }
}

/** All rules in the theme that is shown, and then what can be different in the other, which stays. */
function inBothThemes(page: Page): () => Promise<void> {
  let isDark = false;
  return async () => {
    await expectAccessible(page);
    isDark = !isDark;
    await showTheme(page, isDark ? 'dark' : 'light');
    await expectColoursAccessible(page);
  };
}

/** What dialogs are opened on, and has no picture of its own. */
const below: readonly Screen[] = [
  { name: 'server-available', route: nodeRoute(4) },
  { name: 'backup', route: '#/settings/backup' },
];

for (const [part, screens] of [
  ['rack and deployments', [...rackScreens, ...deployScreens]],
  ['library and frame', [...below, ...libraryScreens, ...frameScreens]],
  ['consoles and health', [...consoleScreens, ...healthScreens]],
] as const) {
  test(`every screen is accessible, light and dark: ${part}`, async ({ page, open }) => {
    test.setTimeout(900_000);
    await startI18n('en');
    await page.emulateMedia({ colorScheme: 'light' });
    const engine = busyEngine(Date.now());
    const host = await open(engine, { theme: 'system' });
    const look = inBothThemes(page);
    await visit({ page, engine, screens, look });
    // Below a dialog that the last of them left open the banner would not be seen.
    await goToScreen({ page, say: translate, engine }, { name: 'rack', route: '#/rack' });
    await host.close();
    await expect(page.getByRole('alert')).toBeVisible();
    await look();
  });
}

test('every screen that a link leads to is accessible in Chinese', async ({ page, open }) => {
  test.setTimeout(900_000);
  await startI18n('zh-CN');
  const engine = busyEngine(Date.now());
  await open(engine, { language: 'zh-CN' });
  const screens = busyScreens.filter(({ reach }) => reach === undefined);
  await visit({ page, engine, screens, look: () => expectLanguageAccessible(page) });
});

test('the first start is accessible, light and dark', async ({ page, open }) => {
  await startI18n('en');
  await page.emulateMedia({ colorScheme: 'light' });
  const engine = firstEngine();
  await open(engine, { theme: 'system' });
  await visit({ page, engine, screens: firstScreens, look: inBothThemes(page) });
});
