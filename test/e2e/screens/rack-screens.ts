import { expect, type Page } from '@playwright/test';
import type { Mac } from '#shared/model/mac.ts';
import { chooseOption, nodeRoute, pressButton, type Screen, topDialog, type Way } from './screen.ts';

const pasted = [
  'Name\tBMC IP\tUser\tPassword\tMAC\tRack\tU\tColour',
  'r6u01\t10.9.0.1\tadmin\tsecret\t02-00-00-00-00-01\tR6\t1\tred',
  'r6u02\t10.9.0\tadmin\tsecret\t02:00:00:00:00:0g\t\t2\tred',
  'r4u01\t\t\t\t\tR6\t3\tred',
].join('\n');

async function fillScan({ page, say }: Way): Promise<void> {
  await pressButton(page, say('scan.open'));
  const scan = topDialog(page);
  await scan
    .getByRole('textbox', { name: say('scan.ranges') })
    .fill('10.78.0.1, 10.78.0.40-80, 192.0.2.0/28');
  await scan.getByRole('checkbox').check();
  await scan.getByLabel(say('bmc.password')).fill('calvin');
  await scan.getByRole('textbox', { name: say('bmc.username') }).fill('root');
}

async function importServers({ page, say }: Way): Promise<void> {
  await pressButton(page, say('transfer.menu'));
  await page.getByRole('menuitem', { name: say('import.open') }).click();
  await expect(topDialog(page).getByRole('textbox')).toBeVisible();
}

async function showElevation({ page, say }: Way): Promise<void> {
  await pressButton(page, say('view.elevation'));
  await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(8);
}

async function selectAll(page: Page): Promise<void> {
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
}

export const rackScreens: readonly Screen[] = [
  { name: 'rack', route: '#/rack' },
  {
    name: 'rack-unknown',
    route: '#/rack',
    reach: async ({ page, say, engine }) => {
      const { discovered } = engine.world;
      const [machine] = discovered;
      if (machine === undefined) throw new Error('no unknown machine');
      const known = discovered.length;
      for (let number = 10; number < 50; number += 1)
        engine.patch({
          op: 'put',
          table: 'discovered',
          row: { ...machine, mac: `02:00:00:00:00:${number}` as Mac },
        });
      await expect(page.getByRole('treegrid')).toContainText(say('discovered.rest', { count: known + 35 }));
      discovered.splice(known);
    },
  },
  {
    name: 'rack-to-board',
    route: '#/rack',
    reach: async ({ page, say }) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill(say('virtualRack.start'));
      await page.keyboard.press('Enter');
      await expect(page.getByRole('button', { name: say('virtualRack.toBoard') })).toBeVisible();
    },
  },
  { name: 'rack-elevation', route: '#/rack', reach: showElevation },
  {
    name: 'rack-groups',
    route: '#/rack',
    reach: async ({ page, say }) => {
      await chooseOption(page, page, say('view.grouping'), say('view.grouping.rack'));
      await page.getByRole('treegrid').getByRole('checkbox').first().click();
    },
  },
  {
    name: 'rack-columns',
    route: '#/rack',
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      await pressButton(page, say('view.columns'));
      await expect(topDialog(page)).toBeVisible();
    },
  },
  { name: 'import-choice', route: '#/rack', isOnlyOpened: true, reach: importServers },
  {
    name: 'import-servers',
    route: '#/rack',
    reach: async way => {
      await importServers(way);
      const dialog = topDialog(way.page);
      await dialog.getByRole('textbox').fill(pasted);
      await dialog.getByRole('row', { name: 'r6u02' }).click();
    },
  },
  {
    name: 'edit-servers',
    route: '#/rack',
    reach: async ({ page, say }) => {
      await selectAll(page);
      const strip = page.getByRole('toolbar', { name: say('rack.selection') });
      await pressButton(strip, say('action.edit'));
      for (const part of ['place.rack', 'server.labels', 'bmc.username'] as const)
        await topDialog(page)
          .getByRole('switch', { name: say('bulk.switch', { field: say(part) }) })
          .check();
    },
  },
  {
    name: 'move-server',
    route: '#/rack',
    reach: async way => {
      const { page, say } = way;
      await showElevation(way);
      await page.getByRole('option', { name: 'r4u02' }).click({ button: 'right' });
      await page.getByRole('menuitem', { name: say('elevation.moveTo') }).click();
      await expect(topDialog(page)).toBeVisible();
    },
  },
  { name: 'server-overview', route: nodeRoute(2) },
  { name: 'server-error', route: nodeRoute(6) },
  { name: 'server-nics', route: nodeRoute(1, 'nics') },
  {
    name: 'server-disks',
    route: nodeRoute(4, 'disks'),
    reach: async ({ page, say }) => pressButton(page, say('smart.failing')),
  },
  {
    name: 'server-hardware',
    route: nodeRoute(4),
    reach: async ({ page, say }) => page.getByText(say('hardware.title')).scrollIntoViewIfNeeded(),
  },
  {
    name: 'clean',
    route: nodeRoute(4),
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      await pressButton(page.getByRole('complementary'), say('action.more'));
      await page.getByRole('menuitem', { name: say('action.clean') }).click();
      await expect(topDialog(page).getByRole('checkbox')).toHaveCount(1);
    },
  },
  {
    name: 'add-server',
    route: '#/rack',
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      await pressButton(page, say('rack.add'));
      await expect(topDialog(page)).toBeVisible();
    },
  },
  {
    name: 'enroll',
    route: '#/rack',
    reach: async ({ page, say }) => {
      await pressButton(page.getByRole('main'), say('discovered.enroll'));
      await topDialog(page)
        .getByRole('textbox', { name: say('bmc.address') })
        .fill('10.78.0.99');
      await expect(topDialog(page).getByText(say('bmcTest.good'))).toBeVisible();
    },
  },
  {
    name: 'flavor',
    route: '#/rack',
    reach: async ({ page, say }) => {
      await pressButton(page, say('flavor.open'));
      await topDialog(page)
        .getByRole('textbox', { name: say('flavor.vcpus') })
        .fill('80');
      await page.keyboard.press('Enter');
      await expect(topDialog(page).getByRole('list', { name: say('flavor.none') })).toBeVisible();
    },
  },
  { name: 'find-bmcs', route: '#/rack', reach: fillScan },
  {
    name: 'found-bmcs',
    route: '#/rack',
    reach: async way => {
      const { page } = way;
      await fillScan(way);
      await page.keyboard.press('Enter');
      await topDialog(page).getByRole('grid').focus();
      await page.keyboard.press('Control+a');
      await expect(topDialog(page).getByText('server-02')).toBeVisible();
    },
  },
];
