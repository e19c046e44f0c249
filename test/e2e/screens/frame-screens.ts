import { expect } from '@playwright/test';
import { deploymentOf, nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import type { ScriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';
import { madeFault } from '../open-page.ts';
import { pressButton, type Screen, topDialog, type Way } from './screen.ts';

/** Opens the popover of a service in the status bar. */
function service(name: 'dhcp' | 'tftp'): Screen {
  return {
    name: `service-${name}`,
    route: '#/rack',
    reach: async ({ page, say }) => {
      const bar = page.getByRole('contentinfo');
      await bar.getByRole('button', { name: say(`service.${name}`) }).click();
      await expect(topDialog(page)).toBeVisible();
    },
  };
}

/** A deployment ends for everybody who looks, and goes on for the screens that follow. */
function endDeployment(engine: ScriptedEngine, state: 'succeeded' | 'failed', number: number): void {
  const row = engine.world.deployments.find(({ id }) => id === deploymentOf(number));
  if (row === undefined) throw new Error(`no deployment ${number}`);
  engine.patch({ op: 'put', table: 'deployments', row: { ...row, state } });
  engine.patch({ op: 'put', table: 'deployments', row });
}

async function beTold({ page, engine }: Way): Promise<void> {
  endDeployment(engine, 'succeeded', 2);
  endDeployment(engine, 'failed', 8);
  // As long as the pointer is over it, it stays.
  await page.getByRole('alert').hover();
}

export const frameScreens: readonly Screen[] = [
  {
    name: 'palette',
    route: '#/rack',
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
    reach: async ({ page, say }) => {
      const table = page.getByRole('table', { name: say('backup.list') });
      await table
        .getByRole('row')
        .first()
        .getByRole('button', { name: say('backup.restoreAsk') })
        .click();
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
      engine.patch({ op: 'remove', table: 'nodes', id: row.id });
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
  { name: 'notice', route: '#/images', reach: beTold },
  {
    name: 'notifications',
    route: '#/rack',
    reach: async way => {
      const { page, say } = way;
      await beTold(way);
      await page
        .getByRole('navigation')
        .getByRole('button', { name: say('notifications.short') })
        .click();
      await expect(page.getByRole('dialog', { name: say('notifications.title') })).toBeVisible();
    },
  },
];
