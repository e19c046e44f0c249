import { expect } from '@playwright/test';
import { bootDisk } from '#test/fakes/scripted-engine/servers.ts';
import { failingBatch } from '../scripted-board.ts';
import { chooseOption, nodeRoute, pressButton, type Screen, topDialog, type Way } from './screen.ts';

const debian = 'Debian 12 standard';
const rocky = 'Rocky-9.4-x86_64-dvd.iso';

async function openDeploy({ page, say }: Way) {
  await pressButton(page.getByRole('complementary'), say('action.deploy'));
  const dialog = topDialog(page);
  return {
    dialog,
    chooseImage: (name: string) =>
      dialog
        .getByRole('radiogroup', { name: say('deploy.image') })
        .getByRole('radio', { name })
        .check(),
    chooseDisk: (name: string) =>
      dialog
        .getByRole('radiogroup', { name: say('deploy.disk') })
        .getByRole('radio', { name })
        .check(),
  };
}

/** The image in hand: everything that can take it says so. */
async function pickUp({ page }: Way): Promise<void> {
  await page.getByRole('button', { name: debian, exact: true }).press('Space');
  await expect(page.getByRole('button', { pressed: true })).toBeVisible();
}

/** The slow lane, with so many of its events gone through. */
async function laneEvent({ page, say }: Way, steps: number): Promise<void> {
  await page.getByRole('application').focus();
  await page.keyboard.press('ArrowDown');
  for (let step = 0; step < steps; step += 1) await page.keyboard.press('.');
  await expect(page.getByRole('region', { name: say('lanes.detail') })).toBeVisible();
}

/** The last mark on the console's lane of the slow one, and what its console said then. */
async function consoleMark(way: Way): Promise<void> {
  await laneEvent(way, 0);
  const { page, say } = way;
  await page.getByRole('slider', { name: say('lanes.consoleOf', { name: 'r4u02' }) }).press(',');
  await expect(page.getByRole('region', { name: say('lanes.consoleText') })).toBeVisible();
}

export const deployScreens: readonly Screen[] = [
  {
    name: 'deploy',
    route: nodeRoute(4),
    reach: async way => {
      const { dialog, chooseImage, chooseDisk } = await openDeploy(way);
      await chooseImage(debian);
      await chooseDisk('sda');
      // It comes with the end of the review.
      await expect(dialog.getByRole('textbox', { name: /r4u04/ }).last()).toBeVisible();
    },
  },
  {
    name: 'deploy-installer',
    route: nodeRoute(4),
    reach: async way => {
      const { page, say } = way;
      const { dialog, chooseImage, chooseDisk } = await openDeploy(way);
      await chooseImage(rocky);
      await chooseDisk('sda');
      await chooseOption(page, dialog, say('deploy.profile'), 'Web servers');
      const raid = dialog.getByRole('group', { name: say('deploy.raidDisks') });
      await raid.getByRole('checkbox', { name: 'sdb' }).check();
      await raid.scrollIntoViewIfNeeded();
    },
  },
  { name: 'board', route: '#/deploy', reach: pickUp },
  {
    name: 'board-review',
    route: '#/deploy',
    reach: async way => {
      const { page, say } = way;
      await pickUp(way);
      await page.keyboard.press('Enter');
      await pressButton(page, say('board.review', { count: 1 }));
      await chooseOption(
        page,
        page.getByRole('main'),
        say('batchReview.diskPolicy'),
        say('batchReview.diskPolicy.smallest'),
      );
      await expect(page.getByText(bootDisk.serial).first()).toBeVisible();
    },
  },
  { name: 'batches', route: '#/deploy/batches' },
  { name: 'batch', route: `#/deploy/batches/${failingBatch().id}` },
  { name: 'timeline', route: nodeRoute(2, 'timeline') },
  { name: 'timeline-failed', route: nodeRoute(3, 'timeline') },
  { name: 'timeline-installer', route: nodeRoute(8, 'timeline') },
  {
    name: 'timeline-wide',
    route: nodeRoute(3, 'timeline'),
    reach: ({ page, say }) => pressButton(page.getByRole('complementary'), say('sheet.wide')),
  },
  { name: 'lanes', route: '#/timeline', reach: way => laneEvent(way, 0) },
  { name: 'lanes-event', route: '#/timeline', reach: way => laneEvent(way, 1) },
  { name: 'lanes-console', route: '#/timeline', reach: consoleMark },
  {
    name: 'lanes-table',
    route: '#/timeline',
    reach: ({ page, say }) => pressButton(page, say('lanes.asTable')),
  },
];
