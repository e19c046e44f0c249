import type { Page } from '@playwright/test';
import { zhCN as word } from '#renderer/i18n/zh-CN.ts';
import { expect, expectAccessible, openAt, test } from './page.ts';
import { startRealEngine } from './real-engine.ts';

const exactly = (text: string) => ({ name: text, exact: true });

// In Chinese: `two-minutes.spec.ts` goes the way by mouse in English.
test('from the first start to an active server by clicks alone, in Chinese', async ({ page }) => {
  test.setTimeout(600_000);
  const engine = await startRealEngine();
  try {
    await openAt(page, engine.url, { language: 'zh-CN' });
    await deployFirstServer(page);
  } finally {
    await engine.stop();
  }
});

async function deployFirstServer(page: Page): Promise<void> {
  const shot = (name: string) => page.screenshot({ path: `test-results/first-deployment/${name}.png` });
  await test.step('an empty rack offers the virtual one', async () => {
    await expectAccessible(page);
    await page.getByRole('button', exactly(word['virtualRack.start'])).click();
    await expect(page.getByRole('grid').getByRole('row')).toHaveCount(9);
    await expectAccessible(page);
  });
  await test.step('the server opens beside the table', async () => {
    await page.getByRole('row').filter({ hasText: 'virtual-01' }).getByText('virtual-01').click();
    const sheet = page.getByRole('complementary');
    await expect(sheet.getByText(word['state.available'], { exact: true })).toBeVisible();
    await shot('server');
    await sheet.getByRole('button', exactly(word['action.deploy'])).click();
  });
  await test.step('the deploy dialog lets the server be inspected, and then shows its disks', async () => {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', exactly(word['deploy.inspectFirst'])).click();
    await expect(dialog.getByText(word['deploy.inspecting'])).toBeVisible();
    await shot('inspecting');
    const disks = dialog.getByRole('radiogroup', exactly(word['deploy.disk'])).getByRole('radio');
    await expect(disks.first()).toBeVisible({ timeout: 120_000 });
    await expectAccessible(page);
  });
  await test.step('the deploy dialog shows what will be overwritten', async () => {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radiogroup', exactly(word['deploy.disk'])).getByRole('radio').first().check();
    await expect(dialog.getByText(word['review.overwritten'])).toBeVisible();
    // The blocker of a server that is still being inspected goes by itself.
    await expect(dialog.getByRole('alert')).toHaveCount(0, { timeout: 120_000 });
    await expect(dialog.getByText(word['review.pending'])).toHaveCount(0);
    await shot('deploy');
    await expectAccessible(page);
    const confirm = dialog.getByLabel(word['review.typeHostName'].replace('{{hostName}}', 'virtual-01'));
    if (await confirm.isVisible()) await confirm.fill('virtual-01');
    await dialog.getByRole('button', exactly(word['deploy.go'])).click();
    await expect(dialog).toBeHidden();
  });
  await test.step('the timeline runs to the end', async () => {
    const sheet = page.getByRole('complementary');
    await expect(sheet.getByRole('group', exactly(word['timeline.phases']))).toBeVisible();
    await shot('timeline-running');
    await expect(sheet.getByText(word['deployment.succeeded'], { exact: true })).toBeVisible({
      timeout: 240_000,
    });
    await expect(sheet.getByText(word['state.active'], { exact: true })).toBeVisible();
    await expect(
      page.getByText(word['notice.deployed'].replace(/\{\{name\}\}.*$/, 'virtual-01')).first(),
    ).toBeVisible();
    await shot('timeline-done');
    await expectAccessible(page);
  });
}
