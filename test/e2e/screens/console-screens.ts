import { expect, type Page } from '@playwright/test';
import { nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import { nodeRoute, pressButton, type Screen, topDialog, type Way } from './screen.ts';

const consoleRoute = (number: number) => `#/consoles/${nodeIdOf(number)}`;

async function openConsoles({ page }: Way, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    await page.evaluate(hash => {
      window.location.hash = hash;
    }, consoleRoute(number));
    await expect(paneOf(page, number)).toBeVisible();
  }
}

const paneOf = (page: Page, number: number) =>
  page.getByRole('region', { name: new RegExp(`r4u0${number}`) }).last();

/** What a server says while it starts, and a firmware's menu. */
function sayBoot({ engine }: Way): void {
  engine.consoles.say(
    nodeIdOf(1),
    [
      '\x1b[2J\x1b[H\x1b[0;37;44m Main   Advanced   \x1b[7mBoot\x1b[0;37;44m   Security   Save & Exit ',
      '\x1b[0m',
      '┌──────────────────────────────────────────────┬─────────────────────────────┐',
      '│ Boot mode select              [UEFI]         │ Sets the order in which the │',
      '│                                              │ system looks for a disk.    │',
      '│ \x1b[1;33mBoot Option #1                [PXE IPv4]\x1b[0m     │                             │',
      '│ Boot Option #2                [NVMe0]        │                             │',
      '└──────────────────────────────────────────────┴─────────────────────────────┘',
      '',
    ].join('\r\n'),
  );
}

export const consoleScreens: readonly Screen[] = [
  { name: 'consoles', route: '#/consoles' },
  {
    name: 'console',
    route: consoleRoute(1),
    reach: async way => {
      await openConsoles(way, [1]);
      sayBoot(way);
      await pressButton(paneOf(way.page, 1), way.say('console.keys'));
    },
  },
  { name: 'console-in-use', route: consoleRoute(3) },
  { name: 'console-waiting', route: consoleRoute(5) },
  { name: 'console-sol-off', route: consoleRoute(6) },
  {
    name: 'console-tiles',
    route: consoleRoute(1),
    reach: async way => {
      const { page, say, engine } = way;
      await openConsoles(way, [1, 2, 3, 5]);
      await pressButton(page, say('consoles.tilesOf', { count: 4 }));
      sayBoot(way);
      engine.consoles.gap(nodeIdOf(2), 'lost');
    },
  },
  {
    name: 'console-broadcast',
    route: consoleRoute(1),
    reach: async way => {
      const { page, say } = way;
      await openConsoles(way, [1, 2]);
      await pressButton(page, say('consoles.tilesOf', { count: 2 }));
      await pressButton(page, say('broadcast.open'));
      await topDialog(page).getByRole('button').last().click();
      await expect(page.getByRole('alert').first()).toBeVisible();
    },
  },
  {
    name: 'console-port',
    route: consoleRoute(1),
    reach: async ({ page, say }) => {
      await pressButton(paneOf(page, 1), say('port.tool'));
      await pressButton(topDialog(page), say('port.open'));
      await expect(topDialog(page).getByText(say('port.tokenOnce'))).toBeVisible();
    },
  },
  {
    name: 'console-paste',
    route: consoleRoute(1),
    reach: async ({ page, say }) => {
      await pressButton(paneOf(page, 1), say('paste.open'));
      await topDialog(page).getByRole('textbox').fill('hostname web-01\nsystemctl restart sshd\n');
    },
  },
  {
    name: 'console-settings',
    route: consoleRoute(1),
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      await pressButton(paneOf(page, 1), say('console.settings'));
      await expect(topDialog(page)).toBeVisible();
    },
  },
  {
    name: 'console-wait',
    route: consoleRoute(1),
    reach: async ({ page, say }) => {
      await pressButton(paneOf(page, 1), say('waitFor.open'));
      await topDialog(page).getByRole('textbox').fill('login:');
      await page.keyboard.press('Enter');
      await expect(topDialog(page).getByText('login:')).toBeVisible();
    },
  },
  {
    name: 'console-recovery',
    route: consoleRoute(1),
    reach: async ({ page, say }) => {
      await pressButton(paneOf(page, 1), say('recovery.open'));
      await expect(page.getByRole('menu')).toBeVisible();
    },
  },
  { name: 'server-console', route: nodeRoute(2, 'console') },
  { name: 'recordings', route: '#/consoles/recordings' },
  {
    name: 'recordings-found',
    route: '#/consoles/recordings',
    reach: async ({ page, say }) => {
      await page.getByRole('searchbox', { name: say('recordings.search') }).fill('panic');
      await page
        .getByRole('grid', { name: say('recordings.found') })
        .getByRole('row', { name: 'r4u02' })
        .hover();
    },
  },
  {
    name: 'recording',
    route: '#/consoles/recordings',
    reach: async ({ page, say }) => {
      await page.getByRole('searchbox', { name: say('recordings.search') }).fill('panic');
      await page
        .getByRole('grid', { name: say('recordings.found') })
        .getByRole('row', { name: 'r4u02' })
        .click();
      await expect(page.getByRole('slider')).toBeVisible();
    },
  },
  {
    name: 'console-rescue',
    route: consoleRoute(1),
    reach: async way => {
      const { page, say } = way;
      // Side by side there is no room for its panel, and what was chosen before is remembered.
      await pressButton(page, say('consoles.tilesOf', { count: 1 }));
      await pressButton(paneOf(page, 1), say('recovery.open'));
      await page.getByRole('menuitem', { name: say('action.rescue') }).click();
      await topDialog(page).getByRole('button').last().click();
      await pressButton(page, say('rescue.mount'));
      await expect(page.getByText('/mnt/sda2')).toBeVisible();
    },
  },
  {
    name: 'server-rescue',
    route: nodeRoute(1),
    reach: async ({ page, say }) => {
      await pressButton(page, say('rescue.collect'));
      await expect(page.getByRole('list', { name: say('rescue.logs') })).toBeVisible();
    },
  },
];
