import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { expect, openAt, scriptedEngine, test } from './page.ts';
import { startRealEngine } from './real-engine.ts';

test('a setting is found, changed and reset by keyboard alone', async ({ page, open }) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  await page.evaluate(() => {
    window.location.hash = '#/settings';
  });
  await page.getByLabel('Search settings').focus();
  await page.keyboard.type('tftp port');
  await expect(page.getByRole('textbox', { name: 'HTTP port' })).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('textbox', { name: 'TFTP port' })).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('6969');
  await page.keyboard.press('Enter');
  await expect(page.getByText('All saved')).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Reset "TFTP port" to 69' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'TFTP port' })).toHaveValue('69');
  await expect(page.getByText('Not saved yet')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'TFTP port' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('All saved')).toBeVisible();
  expect(engine.calls.map(({ input }) => input)).toEqual([{ tftpPort: 6969 }, { tftpPort: 69 }]);
});

test('a backup is made, looked at and restored, and a support bundle shows no secret', async ({ page }) => {
  const engine = await startRealEngine();
  try {
    appendFileSync(
      join(engine.dataDir, 'logs', 'engine.log'),
      `${JSON.stringify({ msg: 'a planted line', bmcPassword: 'Pl4nted' })}\nrootpw Pl4ntedToo\n`,
    );
    await openAt(page, engine.url);
    await page.evaluate(() => {
      window.location.hash = '#/settings/support';
    });
    // The engine's settings stand above, and push the button down when they come.
    await expect(page.getByRole('textbox', { name: 'HTTP port' })).toHaveValue('8088');
    await page.getByRole('button', { name: 'Gather and look' }).click();
    await page.getByRole('button', { name: 'Show logs/engine.log' }).click();
    const content = page.getByRole('region', { name: 'Content of logs/engine.log' });
    await expect(content).toContainText('a planted line');
    await expect(content).not.toContainText('Pl4nted');
    const [bundle] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the bundle' }).click(),
    ]);
    expect(bundle.suggestedFilename()).toMatch(/^rackside-support-.*\.tar\.gz$/);

    await page.getByRole('button', { name: 'Back up now' }).click();
    await expect(page.getByText(/^The backup rackside-backup-.* is made/)).toBeVisible();
    const power = page.getByRole('textbox', { name: 'Read power every' });
    await power.fill('47');
    await power.press('Enter');
    await expect(page.getByText('All saved')).toBeVisible();
    await page.getByRole('button', { name: /^Restore rackside-backup-/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Restore a backup' });
    await expect(dialog.getByRole('row', { name: 'Servers 0 0' })).toBeVisible();
    const restore = dialog.getByRole('button', { name: 'Restore and start again' });
    await expect(restore).toBeDisabled();
    await dialog.getByRole('textbox').fill(new Date().toISOString().slice(0, 10));
    await restore.click();
    await expect(dialog).toHaveCount(0);
    await expect(power).toHaveValue('60');
    await expect(page.getByRole('rowheader', { name: /^rackside-before-restore-/ })).toBeVisible();
  } finally {
    await engine.stop();
  }
});
