import { expect } from '@playwright/test';
import type { Deployment } from '#shared/contract/index.ts';
import { debianId, deploymentOf, nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import { madeFault } from '../open-page.ts';
import { pressButton, type Screen, topDialog, type Way } from './screen.ts';

/** Opens the popover of a service in the status bar. */
function service(name: 'dhcp' | 'tftp'): Screen {
  return {
    name: `service-${name}`,
    route: '#/rack',
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      const bar = page.getByRole('contentinfo');
      await bar.getByRole('button', { name: say(`service.${name}`) }).click();
      await expect(topDialog(page)).toBeVisible();
    },
  };
}

/** One deployment ends well and another does not; for the screens that follow both go on. */
async function beTold({ page, engine }: Way): Promise<void> {
  const running = [deploymentOf(2), deploymentOf(8)].flatMap(
    id => engine.world.deployments.find(row => row.id === id) ?? [],
  );
  const put = (row: Deployment) => engine.patch({ op: 'put', table: 'deployments', row });
  for (const row of running) put({ ...row, state: row.id === deploymentOf(8) ? 'failed' : 'succeeded' });
  // As long as the pointer is over it, it stays.
  await page.getByRole('alert').hover();
  for (const row of running) put(row);
}

export const frameScreens: readonly Screen[] = [
  {
    name: 'palette',
    route: '#/rack',
    isOnlyOpened: true,
    reach: async ({ page }) => {
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('option').first()).toBeVisible();
    },
  },
  service('dhcp'),
  service('tftp'),
  { name: 'settings', route: '#/settings' },
  {
    name: 'restore',
    route: '#/settings/backup',
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      const table = page.getByRole('table', { name: say('backup.list') });
      await table.getByText(say('backup.restoreAsk')).first().click();
      await expect(topDialog(page).getByRole('textbox')).toBeVisible();
    },
  },
  {
    name: 'support',
    route: '#/settings/support',
    reach: async ({ page, say }) => {
      await pressButton(page, say('support.gather'));
      const content = page.getByRole('region', { name: say('support.content', { name: 'about.json' }) });
      await expect(content).toContainText('version');
      await content.scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'leave-question',
    route: '#/rack',
    reach: async ({ page, say }) => {
      await pressButton(page, say('rack.add'));
      await topDialog(page).getByRole('textbox').first().fill('r4u09');
      await page.keyboard.press('Escape');
      await expect(page.getByRole('dialog', { name: say('leave.title') })).toBeVisible();
    },
  },
  {
    name: 'server-gone',
    route: '#/rack',
    reach: async ({ page, say, engine }) => {
      const row = engine.world.nodes.find(({ id }) => id === nodeIdOf(7));
      if (row === undefined) throw new Error('no server 7');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill(`${row.name} ${say('action.edit')}`);
      await page.keyboard.press('Enter');
      await expect(topDialog(page).getByRole('textbox').first()).toBeVisible();
      engine.patch({ op: 'remove', table: 'nodes', ids: [row.id] });
      await expect(topDialog(page)).toContainText(say('gone.text'));
      engine.world.nodes.push(row);
    },
  },
  {
    name: 'page-fault',
    route: '#/images',
    reach: async ({ page, say }) => {
      await page.evaluate(text => {
        Map.groupBy = () => {
          throw new Error(text);
        };
        window.location.hash = '#/rack';
      }, madeFault);
      await expect(page.getByRole('alert')).toContainText(say('app.pageFault'));
    },
  },
  {
    name: 'copy-by-hand',
    route: `#/images/${debianId}`,
    reach: async ({ page, say }) => {
      // As it is off loopback without TLS.
      await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
      await pressButton(page.getByRole('complementary'), say('images.copySha256'));
      await expect(topDialog(page).getByRole('textbox')).toBeFocused();
    },
  },
  { name: 'notice', route: '#/images', reach: beTold },
  {
    name: 'notifications',
    route: '#/rack',
    reach: async way => {
      const { page, say } = way;
      await beTold(way);
      await page
        .getByRole('navigation')
        .getByRole('button', { name: say('notifications.title') })
        .click();
      await expect(page.getByRole('dialog', { name: say('notifications.title') })).toBeVisible();
    },
  },
];
