import type { Page } from '@playwright/test';
import { nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import type { ScriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';
import { scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { expect, expectAccessible, scriptedEngine, test } from './page.ts';

function busy() {
  const { snapshot, events } = scriptedWorld(Date.now());
  return scriptedEngine(snapshot, events);
}

const servers = (page: Page) => page.getByRole('grid', { name: 'Health of the servers' });
const names = (page: Page) => servers(page).locator('.text-strong').allTextContents();
const callsOf = ({ calls }: ScriptedEngine, path: string) => calls.filter(call => call.path === path);

async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(text => {
    window.location.hash = text;
  }, hash);
}

test('the worst server stands on top; a tile and the search narrow the list', async ({ page, open }) => {
  await open(busy());
  const rail = page.getByRole('navigation').getByRole('link', { name: /Health/ });
  await expect(rail).toHaveAccessibleName(/5 alarms wait/);
  await rail.click();
  await expect(servers(page)).toBeVisible();
  expect(await names(page)).toEqual(['r4u03', 'r4u02', 'r4u04', 'r4u05', 'r4u06', 'r4u01', 'virtual-01']);
  await expect(servers(page).getByRole('row', { name: /r4u03/ })).toContainText('Fan4, PSU2 Status');
  await expectAccessible(page);

  await page.getByRole('button', { name: /^Critical/ }).click();
  await expect.poll(() => names(page)).toEqual(['r4u03', 'r4u02', 'r4u04']);
  await page.getByRole('searchbox', { name: 'Name, BMC address, sensor' }).fill('cpu1');
  await expect.poll(() => names(page)).toEqual(['r4u02']);
});

test('alarms are acknowledged with a note, by the keyboard alone', async ({ page, open }) => {
  const engine = busy();
  await open(engine);
  await goTo(page, '#/health/alarms');
  const alarms = page.getByRole('grid', { name: 'Alarms' });
  await expect(alarms.getByRole('row')).toHaveCount(6);
  await alarms.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(page.getByText('2 alarms selected')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Shift+Tab');
  const acknowledge = page.getByRole('button', { name: 'Acknowledge…' });
  for (let tabs = 0; tabs < 12 && !(await isFocused(acknowledge)); tabs += 1)
    await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('Acknowledge 2 alarms');
  await page.keyboard.type('Fans are on their way');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(callsOf(engine, 'health.acknowledge')).toMatchObject([
    { input: { ids: [expect.any(String), expect.any(String)], note: 'Fans are on their way' } },
  ]);
  await expect(page.getByRole('navigation').getByRole('link', { name: /3 alarms wait/ })).toBeVisible();
  await page.getByRole('button', { name: 'Acknowledged (3)' }).click();
  await expect(alarms.getByRole('row', { name: /Fans are on their way/ })).toHaveCount(2);
});

function isFocused(control: ReturnType<Page['getByRole']>): Promise<boolean> {
  return control.evaluate(element => element === document.activeElement);
}

test('a sensor opens as a chart that the keyboard reads, and as a table', async ({ page, open }) => {
  const engine = busy();
  await open(engine);
  await goTo(page, `#/health/${nodeIdOf(2)}/sensors`);
  const sheet = page.getByRole('complementary');
  const temperatures = sheet.getByRole('table', { name: 'Temperatures' });
  await expect(temperatures.getByRole('row', { name: /CPU1 Temp/ })).toContainText('96 °C');
  await expect(temperatures.getByRole('row', { name: /CPU1 Temp/ })).toContainText('Critical');
  await expect(temperatures.locator('svg path').first()).toBeVisible();
  await expect(sheet.getByText('1 sensor without a reading')).toBeVisible();
  await expectAccessible(page);
  await sheet.getByRole('button', { name: 'Read now' }).click();
  await expect.poll(() => callsOf(engine, 'health.refresh')).toHaveLength(1);

  await temperatures.getByRole('button', { name: 'CPU1 Temp' }).press('Enter');
  const dialog = page.getByRole('dialog');
  const chart = dialog.getByRole('application', { name: 'Chart of CPU1 Temp' });
  await expect(chart.locator('canvas')).toBeVisible();
  await expect(dialog.getByRole('list', { name: 'Limits' })).toContainText('Critical above 95 °C');
  await expectAccessible(page);
  await chart.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowLeft');
  await expect(dialog.getByText(/°C on average, \d+(\.\d+)? to /)).toBeVisible();
  await dialog.getByRole('button', { name: '30 d' }).click();
  await dialog.getByRole('button', { name: 'Table' }).click();
  await expect(dialog.getByRole('columnheader', { name: 'Highest' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(sheet).toBeVisible();
});

test('the event log is filtered, told in full, and cleared only after a question', async ({ page, open }) => {
  const engine = busy();
  await open(engine);
  await goTo(page, `#/health/${nodeIdOf(5)}/event-log`);
  const sheet = page.getByRole('complementary');
  const log = sheet.getByRole('grid', { name: /^Event log/ });
  await expect(log).toHaveAttribute('aria-rowcount', '201');
  await log.focus();
  await page.keyboard.press('End');
  await expect(log).toHaveAttribute('aria-rowcount', '401');
  await expectAccessible(page);

  await sheet.getByRole('combobox', { name: 'Severity' }).click();
  await page.getByRole('option', { name: 'Critical and worse' }).click();
  await expect(log).toHaveAttribute('aria-rowcount', '76');
  await log.getByRole('row').nth(1).click();
  const detail = sheet.getByRole('region', { name: 'The chosen entry' });
  await expect(detail).toContainText('rose above the upper critical limit: 96 °C, limit 95 °C');
  await expect(detail).toContainText('59605f');

  await sheet.getByRole('button', { name: "Save and clear the BMC's log…" }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Nothing is emptied that is not stored');
  expect(callsOf(engine, 'health.saveAndClear')).toEqual([]);
  await dialog.getByRole('button', { name: 'Save and clear' }).click();
  await expect(sheet.getByText('12 entries stored; the log of the BMC is empty')).toBeVisible();
  expect(callsOf(engine, 'health.saveAndClear')).toMatchObject([{ input: { nodeId: nodeIdOf(5) } }]);
});
