import { expect } from '@playwright/test';
import { nodeIdOf, uuid } from '#test/fakes/scripted-engine/ids.ts';
import { pressButton, type Screen, topDialog } from './screen.ts';

const serverRoute = (number: number, tab: string) => `#/health/${nodeIdOf(number)}/${tab}`;

export const healthScreens: readonly Screen[] = [
  { name: 'health', route: '#/health' },
  { name: 'health-server', route: serverRoute(3, 'sensors') },
  { name: 'health-silent', route: serverRoute(6, 'sensors') },
  {
    name: 'health-wide',
    route: serverRoute(2, 'sensors'),
    reach: ({ page, say }) => pressButton(page.getByRole('complementary'), say('sheet.wide')),
  },
  {
    name: 'sensor-chart',
    route: serverRoute(2, 'sensors'),
    isOnlyOpened: true,
    reach: async ({ page }) => {
      await pressButton(page.getByRole('complementary'), 'CPU1 Temp');
      await expect(topDialog(page).locator('canvas')).toBeVisible();
      await topDialog(page).getByRole('application').focus();
      // The history comes after the chart.
      await expect(async () => {
        await page.keyboard.press('End');
        await expect(topDialog(page).getByRole('status')).not.toBeEmpty({ timeout: 500 });
      }).toPass();
    },
  },
  {
    name: 'power-chart',
    route: serverRoute(2, 'sensors'),
    isOnlyOpened: true,
    reach: async ({ page }) => {
      await pressButton(page.getByRole('complementary'), '611 W');
      await expect(topDialog(page).locator('canvas')).toBeVisible();
    },
  },
  { name: 'alarms', route: '#/health/alarms' },
  { name: 'alarm', route: `#/health/alarms/${uuid('9', 3)}` },
  {
    name: 'acknowledge',
    route: '#/health/alarms',
    reach: async ({ page, say }) => {
      await page.getByRole('grid').focus();
      await page.keyboard.press('Control+a');
      await pressButton(page, say('alarms.acknowledgeAsk'));
      await expect(topDialog(page).getByRole('textbox')).toBeFocused();
    },
  },
  {
    name: 'event-log',
    route: serverRoute(5, 'event-log'),
    reach: async ({ page, say }) => {
      await page.getByRole('grid', { name: say('eventLog.title') }).focus();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('region', { name: say('eventLog.detail') })).toBeVisible();
    },
  },
  {
    name: 'clear-event-log',
    route: serverRoute(5, 'event-log'),
    isOnlyOpened: true,
    reach: async ({ page, say }) => {
      await pressButton(page, say('eventLog.saveAndClear'));
      await expect(topDialog(page)).toBeVisible();
    },
  },
];
