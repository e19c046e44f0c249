import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { deploymentOf, nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import { scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { expect, expectAccessible, scriptedEngine, test } from './page.ts';

const rackside = join(import.meta.dirname, '..', '..', 'electron', 'engine', 'hosts', 'rackside.mjs');
const lanes = (page: Page) => page.getByRole('application');

test('lanes of two deployments: the clock and the events by keyboard, what is slow and why, and the past replayed', async ({
  page,
  open,
}) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events, {
    pastPhases: async () => ({
      manufacturer: 'Dell Inc.',
      product: 'R740',
      steps: [{ name: 'write-image', runs: 7, medianMs: 20_000, slowMs: 30_000 }],
    }),
  });
  await open(engine);
  await page.evaluate(
    hash => {
      window.location.hash = hash;
    },
    `#/timeline/${deploymentOf(2)},${deploymentOf(3)}`,
  );
  await expect(lanes(page).getByText('r4u02')).toBeVisible();
  await expect(lanes(page).getByText('r4u03')).toBeVisible();

  await lanes(page).focus();
  const bars = () => lanes(page).locator('g[data-at] rect').first().boundingBox();
  const before = await bars();
  await page.keyboard.press('+');
  await expect.poll(async () => (await bars())?.width).not.toBe(before?.width);
  await page.keyboard.press('0');

  // A point of the lane is what was known at that moment; the keys go on from there.
  const detail = page.getByRole('region', { name: 'What is known of it' });
  const [box, lane] = [await lanes(page).boundingBox(), await lanes(page).getByText('r4u03').boundingBox()];
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) - 30, (lane?.y ?? 0) + 4);
  await expect(detail.getByRole('heading')).toHaveText(/./);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('status').filter({ hasText: /^r4u02\. Deployment: / })).toBeAttached();
  await expect(detail.getByText('Write the image takes longer than usual')).toBeVisible();
  await expect(detail.getByText(/usually 20 s \(median of 7 past runs\)/)).toBeVisible();
  await page.keyboard.press('.');
  await expect(detail.getByRole('heading')).toHaveText('Power on: started');

  await page.getByRole('searchbox', { name: 'Search events' }).fill('input/output');
  await page.keyboard.press('Enter');
  await expect(detail.getByRole('heading')).toHaveText(/input\/output error/);

  const moment = page.getByRole('slider', { name: 'Moment that is shown' });
  await moment.focus();
  await page.keyboard.press('Home');
  await expect(lanes(page).getByText('Failed', { exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Back to the present' }).click();
  await expect(lanes(page).getByText('Failed', { exact: true })).toBeVisible();
});

test('a report of two deployments is saved, and verified by the command line until somebody touches it', async ({
  page,
  open,
}, info) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  await open(scriptedEngine(snapshot, events));
  await page.evaluate(
    hash => {
      window.location.hash = hash;
    },
    `#/timeline/${deploymentOf(2)},${deploymentOf(3)}`,
  );
  await page.getByRole('button', { name: 'Export…' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Report (HTML): all 2 shown' }).click();
  const file = info.outputPath('report.html');
  await (await download).saveAs(file);
  const verify = () => promisify(execFile)(process.execPath, [rackside, 'report', 'verify', file]);
  expect((await verify()).stdout).toMatch(/^OK \d+ records, head [0-9a-f]{64}\n$/);

  await page.goto(`file://${file}`);
  await expect(page.getByRole('heading', { level: 2 })).toHaveText(['r4u02', 'r4u03']);
  await expect(page.getByRole('cell', { name: /Offered 10\.77\.0\.101/ }).first()).toBeVisible();
  await page.screenshot({ path: 'test-results/screens/report.png' });

  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, `\uFEFF${whole.replaceAll('\n', '\r\n')}`);
  expect((await verify()).stdout).toMatch(/^OK /);
  writeFileSync(file, whole.replace('"address":"10.77.0.101"', '"address":"10.77.0.102"'));
  await expect(verify()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/record \d+ is wrong/),
  });
  writeFileSync(file, whole.replace('Offered 10.77.0.101', 'Offered 10.77.0.102'));
  await expect(verify()).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/does not say/) });
});

test('the console of the lane in hand: its marks by keyboard and pointer, what it said then, and the recording', async ({
  page,
  open,
}) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  await open(scriptedEngine(snapshot, events));
  await page.evaluate(
    hash => {
      window.location.hash = hash;
    },
    `#/timeline/${deploymentOf(2)}`,
  );
  const lane = page.getByRole('slider', { name: 'Console of r4u02' });
  const detail = page.getByRole('region', { name: 'What is known of it' });
  const said = detail.getByRole('region', { name: 'What the console said' });
  await expect(lane.getByText('2 marks')).toBeVisible();
  await lane.focus();
  await page.keyboard.press(',');
  await expect(detail.getByRole('heading').first()).toHaveText('CPU1 Temp is Critical: 96 °C');
  await expect(said.getByText('Kernel panic')).toBeVisible();
  await page.keyboard.press(',');
  await expect(detail.getByRole('heading').first()).toHaveText(/rose above the upper critical limit/);
  await expect(lane).toHaveAttribute('aria-valuetext', /rose above the upper critical limit/);
  await page.keyboard.press('Home');
  await expect(detail.getByText('The console was not recorded until then.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(said).toBeHidden();

  // An event above tells what the console said at its moment, too.
  await lanes(page).focus();
  await page.keyboard.press(',');
  await expect(said.getByText('Kernel panic')).toBeVisible();
  await lane.locator('[data-mark]').last().click();
  await expect(detail.getByRole('heading').first()).toHaveText('CPU1 Temp is Critical: 96 °C');
  await said.getByRole('button', { name: 'Open in the recording' }).click();
  await expect(page).toHaveURL(/#\/consoles\/replay\/[^/]+\/\d+$/);
});

test('what the console said while a step failed stands beside the failure, and leads to its moment', async ({
  page,
  open,
}) => {
  const now = Date.now();
  const { snapshot, events } = scriptedWorld(now);
  const said = {
    seq: 9000,
    at: now - 95_000,
    kind: 'console' as const,
    nodeId: nodeIdOf(3),
    deploymentId: deploymentOf(3),
    message: 'console.said',
    details: { meaning: 'kernel_panic', line: 'Kernel panic - not syncing: Fatal exception' },
  };
  await open(scriptedEngine(snapshot, [...events, said]));
  await page.evaluate(
    hash => {
      window.location.hash = hash;
    },
    `#/rack/${nodeIdOf(3)}/timeline`,
  );
  const reason = page.getByRole('status').filter({ hasText: 'the kernel has crashed' });
  await expect(reason).toContainText('Kernel panic - not syncing: Fatal exception');
  await expectAccessible(page);
  await reason.getByRole('button', { name: /^Show .* in the timeline$/ }).click();
  await expect(page.locator('.event-line.is-marked')).toContainText('Kernel panic');
});
