import type { Page } from '@playwright/test';
import { scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { expect, scriptedEngine, test } from './page.ts';

function busy() {
  const { snapshot, events } = scriptedWorld(Date.now());
  return scriptedEngine(snapshot, events);
}

const table = (page: Page) => page.getByRole('treegrid', { name: 'Rack' });
const view = (page: Page, name: string) => page.getByRole('button', { name: `View: ${name}` });

test('the keyboard groups servers, folds a group, keeps it as a view, and brings a removed view back', async ({
  page,
  open,
}) => {
  const engine = busy();
  await open(engine);
  await page.getByRole('combobox', { name: 'Group by' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const rack4 = table(page).getByRole('row', { name: 'Rack R4' });
  await expect(rack4).toContainText('3 servers');
  await expect(rack4).toHaveAttribute('aria-expanded', 'true');
  await table(page).focus();
  await page.keyboard.press('Home');
  while ((await rack4.getAttribute('id')) !== (await table(page).getAttribute('aria-activedescendant')))
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  await expect(rack4).toHaveAttribute('aria-expanded', 'false');
  await expect(table(page).getByText('r4u01')).toHaveCount(0);
  await page.keyboard.press('Space');
  await expect(page.getByText('3 servers selected')).toBeVisible();

  await view(page, 'All servers, changed').press('Enter');
  await page.getByRole('menuitem', { name: 'Save as a view…' }).press('Enter');
  await page.keyboard.type('By rack');
  await page.keyboard.press('Enter');
  await expect(view(page, 'By rack')).toBeVisible();
  expect(engine.world.settings.rackViews).toMatchObject([{ name: 'By rack', grouping: 'rack' }]);

  await view(page, 'By rack').press('Enter');
  await page.getByRole('menuitem', { name: 'Remove By rack' }).press('Enter');
  await expect.poll(() => engine.world.settings.rackViews).toEqual([]);
  await table(page).focus();
  await page.keyboard.press('Control+z');
  await expect.poll(() => engine.world.settings.rackViews).toHaveLength(1);
  await expect(view(page, 'By rack')).toBeVisible();
});

test('cells are pasted, a bad one is marked and mended, and the servers are there', async ({
  page,
  open,
}) => {
  const engine = busy();
  await open(engine);
  await page.getByRole('button', { name: 'Import, export' }).click();
  await page.getByRole('menuitem', { name: 'Import servers…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByLabel('Or paste cells from a spreadsheet')
    .fill(
      'Name\tBMC IP\tMAC\tRack\tU\tColour\nnew-1\t10.9.0.1\t02-00-00-00-00-01\tR6\t1\tred\nnew-2\t10.9.0.2\t02:00:00:00:00:0g\tR6\t2\tred\nr4u01\t\t\tR6\t3\tred',
    );
  await expect(dialog.getByText('not a MAC address: 02:00:00:00:00:0g')).toBeVisible();
  await expect(dialog.getByText('r4u01 exists and stays as it is')).toBeVisible();
  const take = dialog.getByRole('button', { name: /^Import / });
  await expect(take).toBeDisabled();
  await dialog.getByRole('button', { name: 'Leave out unknown columns' }).click();
  await expect(take).toHaveText('Import only the 1 good row');
  await dialog.getByRole('row').filter({ hasText: 'new-2' }).click();
  await expect(dialog.getByRole('group', { name: 'Row 2' }).getByLabel('MAC')).toBeFocused();
  await dialog.getByRole('group', { name: 'Row 2' }).getByLabel('MAC').fill('02:00:00:00:00:02');
  await expect(take).toHaveText('Import 2 servers');
  await take.click();
  await expect(dialog.getByText('2 of 2 done').first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('grid', { name: 'Rack' }).getByText('new-2')).toBeVisible();
  expect(engine.calls.filter(({ path }) => path === 'nodes.enroll')).toMatchObject([
    { input: { name: 'new-1', bmc: { address: '10.9.0.1' }, extra: { rack: 'R6', unit: '1' } } },
    { input: { name: 'new-2', macs: ['02:00:00:00:00:02'] } },
  ]);
});

test('racks show who sits where; a server is dragged, and moved and brought back by the keyboard', async ({
  page,
  open,
}) => {
  const engine = busy();
  await open(engine);
  await page.getByRole('button', { name: 'Racks', exact: true }).click();
  const racks = page.getByRole('listbox', { name: 'Racks' });
  const server = (name: string) => racks.getByRole('option', { name });
  await expect(server('r4u02')).toContainText('same U as another');
  await expect(racks.getByRole('group', { name: 'Rack R5' }).getByRole('group')).toContainText('r4u05');
  const unitOf = (name: string) => engine.world.nodes.find(node => node.name === name)?.extra['unit'];
  await server('r4u01').hover();
  await page.mouse.down();
  const beside = (await server('r4u04').boundingBox()) ?? { x: 0, y: 0 };
  await page.mouse.move(beside.x + 60, beside.y - 60, { steps: 4 });
  await page.mouse.move(beside.x + 60, beside.y - 62);
  await page.mouse.up();
  await expect.poll(() => unitOf('r4u01')).toBe('13');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => unitOf('r4u01')).toBe('1');
  await server('r4u01').click();
  await page.keyboard.press('Escape');
  await expect(racks).toBeFocused();
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(() => unitOf('r4u01')).toBe('2');
  await expect(server('r4u01')).toHaveAttribute('aria-label', /R4 U02/);
  await page.keyboard.press('Alt+ArrowUp');
  await expect(page.getByText('Taken by r4u02')).toBeVisible();
  expect(unitOf('r4u01')).toBe('2');
});

test('several servers are changed at once in what is switched on, brought back, and switched on after one question', async ({
  page,
  open,
}) => {
  const engine = busy();
  await open(engine);
  const grid = page.getByRole('grid', { name: 'Rack' });
  await grid.getByLabel('Select all').check();
  await expect(page.getByText(`${engine.world.nodes.length} servers selected`)).toBeVisible();
  await page.getByLabel('Filter: name, address, MAC, serial').fill('r4u01');
  await expect(page.getByText(`, ${engine.world.nodes.length - 1} of them not shown`)).toBeVisible();
  await page.getByLabel('Filter: name, address, MAC, serial').fill('');
  await grid.getByLabel('Select all').uncheck();
  await grid.getByLabel('Select r4u01').check();
  await grid.getByLabel('Select r4u03').click({ modifiers: ['Shift'] });
  await expect(page.getByText('3 servers selected')).toBeVisible();
  await page
    .getByRole('toolbar', { name: 'Selected servers' })
    .getByRole('button', { name: 'Edit…' })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Change: Labels').check();
  await dialog.getByLabel('Labels', { exact: true }).fill('owner=db');
  await dialog.getByRole('button', { name: 'Change 3 servers' }).click();
  await expect(dialog.getByText('3 of 3 done').first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  const owners = () => engine.world.nodes.slice(0, 3).map(({ extra }) => extra['owner']);
  expect(owners()).toEqual(['db', 'db', 'db']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog.getByText('3 of 3 done').first()).toBeVisible();
  expect(owners()).toEqual(['web', undefined, undefined]);
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);

  await page.getByRole('button', { name: 'Power on' }).click();
  await expect(dialog).toContainText('Power on: 3 servers');
  expect(engine.calls.filter(({ path }) => path === 'nodes.setPower')).toEqual([]);
  await dialog.getByRole('button', { name: 'Power on' }).click();
  await expect(dialog.getByText('3 of 3 done').first()).toBeVisible();
  expect(engine.calls.filter(({ path }) => path === 'nodes.setPower')).toHaveLength(3);
});
