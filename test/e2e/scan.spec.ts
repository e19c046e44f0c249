import { scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { expect, scriptedEngine, test } from './page.ts';

test('BMCs are searched, found, named and enrolled by the keyboard alone', async ({ page, open }) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('find bmcs');
  await page.keyboard.press('Enter');

  const dialog = page.getByRole('dialog', { name: 'Find BMCs' });
  await expect(dialog.getByLabel('Addresses')).toBeFocused();
  await page.keyboard.type('10.78.0.40-10');
  await expect(dialog.getByText('10.78.0.40-10: Ends before it begins')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Start the scan' })).toBeDisabled();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('10.78.0.0/25');
  await expect(
    dialog.getByText(
      'Sends up to 3 small packets to each of 126 addresses: 10.78.0.1–10.78.0.126. Nothing is sent anywhere else.',
    ),
  ).toBeVisible();
  await dialog.getByLabel('User name').focus();
  await page.keyboard.type('root');
  await page.keyboard.press('Tab');
  await page.keyboard.type('calvin');
  await page.keyboard.press('Enter');

  const found = page.getByRole('dialog', { name: 'Scan of 10.78.0.0/25' });
  await expect(found.getByText('63 of 126 addresses · 6 BMCs found')).toBeVisible();
  await expect(found.getByRole('row', { name: /10\.78\.0\.1 Your server/ })).toContainText('r4u01');
  await found.getByRole('grid').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(found.getByText('server-01')).toBeVisible();
  await found.getByLabel('Names').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('r4u02');
  await expect(found.getByText('There is a server r4u02')).toBeVisible();
  await expect(found.getByRole('button', { name: 'Enroll 1 server' })).toBeDisabled();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('r9u{last}');
  await page.keyboard.press('Enter');
  await expect(found.getByRole('status').filter({ hasText: '1 server enrolled' })).toBeAttached();
  await found.getByRole('button', { name: 'Stop' }).press('Enter');
  await expect(found.getByRole('status').filter({ hasText: 'Stopped' })).toBeVisible();
  // It goes on, and is there again, while nobody looks.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('grid').getByText('r9u41')).toBeVisible();
  await page.getByRole('button', { name: 'Find BMCs…' }).press('Enter');
  await found.getByRole('button', { name: 'New scan' }).press('Enter');
  await expect(dialog.getByLabel('Addresses')).toBeFocused();

  const calls = engine.calls.filter(({ path }) => path.startsWith('scan.'));
  expect(calls.map(({ path }) => path)).toEqual(['scan.start', 'scan.enroll', 'scan.cancel', 'scan.forget']);
  expect(calls[0]?.input).toMatchObject({
    ranges: '10.78.0.0/25',
    credentials: [{ username: 'root', password: 'calvin' }],
    beyondPrivate: false,
  });
  expect(calls[1]?.input).toEqual({ servers: [{ address: '10.78.0.41', name: 'r9u41' }] });
});
