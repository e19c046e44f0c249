import { serviceNames } from '#shared/contract/index.ts';
import { scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { expect, scriptedEngine, test } from './page.ts';

const busy = () => {
  const { snapshot, events } = scriptedWorld(Date.now());
  return scriptedEngine(snapshot, events);
};

test('the language is switched without a reload, and remembered', async ({ page, open }) => {
  await open(busy());
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.evaluate(() => {
    document.body.dataset['sameDocument'] = 'yes';
  });
  await page.getByRole('button', { name: '简体中文' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  expect(await page.evaluate(() => document.body.dataset['sameDocument'])).toBe('yes');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置');
});

test('the palette reaches a server by its serial number and acts on it', async ({ page, open }) => {
  const engine = busy();
  await open(engine);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('cn7v1004 power on');
  await expect(page.getByRole('option').first()).toHaveText(/r4u04: Power on/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary').getByRole('heading', { name: 'r4u04' })).toBeVisible();
  await expect.poll(() => engine.calls.at(-1)?.path).toBe('nodes.setPower');
});

test('a palette that is opened before the engine has answered finds servers as soon as they are known', async ({
  page,
  open,
}) => {
  const { promise: asked, resolve: answer } = Promise.withResolvers<void>();
  await page.route('**/session', async route => {
    await asked;
    await route.continue();
  });
  await open(busy());
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('cn7v1004 power on');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  answer();
  await expect(page.getByRole('option').first()).toHaveText(/r4u04: Power on/);
});

test('a service that failed says why, and its button mends it', async ({ page, open }) => {
  const engine = busy();
  await open(engine);
  await page
    .getByRole('contentinfo')
    .getByRole('button', { name: /^TFTP: failed/ })
    .click();
  const popover = page.getByRole('dialog');
  await expect(popover.getByText('Port 69/udp is taken by another program')).toBeVisible();
  await expect(popover.getByText('in.tftpd (process 812) holds it')).toBeVisible();
  await popover.getByRole('button', { name: 'Stop that program, then try again' }).click();
  await expect(popover.getByText('Port 69/udp is taken by another program')).toHaveCount(0);
  expect(engine.calls).toEqual([{ path: 'services.restart', input: { name: 'tftp' } }]);
});

test('in a narrow window every service of the status bar stays whole but for its place', async ({
  page,
  open,
}) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  const { snapshot, events } = scriptedWorld(Date.now());
  const long = 'enp3s0 (10.77.0.1), enp4s0.120 (10.120.0.1), rack0 (127.77.0.1), port 8088';
  const services = serviceNames
    .filter(name => name !== 'database')
    .map(name => ({ name, state: 'on' as const, detail: long, lastPacketAt: Date.now(), error: null }));
  await open(scriptedEngine({ ...snapshot, services }, events));
  const items = page.getByRole('contentinfo').getByRole('button');
  await expect(items).toHaveCount(services.length);
  const ends = await items.evaluateAll(buttons =>
    buttons.map(button => ({
      right: button.getBoundingClientRect().right,
      isWhole: button.scrollWidth <= button.clientWidth,
    })),
  );
  expect(ends.filter(({ right, isWhole }) => right > 1280 || !isWhole)).toEqual([]);
});

test('engine settings are saved when they are right', async ({ page, open }) => {
  const engine = busy();
  await open(engine);
  await page.getByRole('link', { name: 'Settings' }).click();
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await expect(save).toBeDisabled();
  await page.getByRole('textbox', { name: 'TFTP port' }).fill('70000');
  await expect(page.getByText('0 to 65535')).toBeVisible();
  await expect(save).toBeDisabled();
  await page.getByRole('textbox', { name: 'TFTP port' }).fill('6969');
  await save.click();
  await expect(page.getByText('All saved')).toBeVisible();
  expect(engine.calls).toEqual([{ path: 'settings.update', input: { tftpPort: 6969 } }]);
});

test('a dialog about a server that somebody removes says so, and the palette opens again', async ({
  page,
  open,
}) => {
  const engine = busy();
  await open(engine);
  const node = engine.world.nodes.find(({ name }) => name === 'r4u04');
  if (node === undefined) throw new Error('no r4u04');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('r4u04 edit');
  await expect(page.getByRole('option')).toHaveText([/r4u04: Edit/]);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Edit r4u04' })).toBeVisible();
  engine.patch({ op: 'remove', table: 'nodes', ids: [node.id] });
  const gone = page.getByRole('dialog', { name: 'This server is not there any more' });
  await gone.getByRole('button', { name: 'Close' }).click();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('r4u04');
});

test('settings that are typed stay when somebody saves others, and when another screen is looked at', async ({
  page,
  open,
}) => {
  const engine = busy();
  await open(engine);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('textbox', { name: 'TFTP port' }).fill('6969');
  const row = { ...engine.world.settings, powerPollSeconds: 47 };
  engine.patch({ op: 'put', table: 'settings', row });
  await expect(page.getByRole('textbox', { name: 'Read power every' })).toHaveValue('47');
  await expect(page.getByRole('textbox', { name: 'TFTP port' })).toHaveValue('6969');
  await page.getByRole('link', { name: 'Networks' }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('textbox', { name: 'TFTP port' })).toHaveValue('6969');
  await page.getByRole('button', { name: 'Discard changes' }).click();
  await expect(page.getByRole('textbox', { name: 'TFTP port' })).toHaveValue('69');
});

test('a lost engine is said, and what is shown comes back fresh', async ({ page, open }) => {
  const engine = busy();
  const host = await open(engine);
  await expect(page.getByRole('grid').getByText('r4u04')).toBeVisible();
  await host.close();
  await expect(page.getByRole('alert')).toHaveText('No connection to the engine; what is shown may be old.');
  const node = engine.world.nodes.find(({ name }) => name === 'r4u04');
  if (node === undefined) throw new Error('no r4u04');
  engine.patch({ op: 'put', table: 'nodes', row: { ...node, name: 'renamed-meanwhile' } });
  await host.openAgain();
  await expect(page.getByRole('grid').getByText('renamed-meanwhile')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the banner of a lost engine stays while the next attempt is under way', async ({ page, open }) => {
  const host = await open(busy());
  await expect(page.getByRole('grid').getByText('r4u04')).toBeVisible();
  // From now on an attempt neither succeeds nor fails.
  await page.route('**/session', () => undefined);
  await host.close();
  await expect(page.getByText('Connecting …')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveText('No connection to the engine; what is shown may be old.');
});

test('a desktop window whose engine does not start says why and can start it', async ({ page, open }) => {
  await page.addInitScript(() => {
    const restarts: number[] = [];
    Object.assign(globalThis, {
      restarts,
      racksideHost: {
        calls: {
          engineStatus: async () => ({
            state: 'waiting',
            failures: 3,
            lastFailure: 'the database is of a newer version (19, known 7)',
          }),
          restartEngine: async () => {
            restarts.push(1);
            return {};
          },
          setLeavingWords: async () => ({}),
        },
        facts: async () => ({ platform: 'linux', version: '0.1.0', keyStore: 'key-file' }),
        requestEnginePort: () => undefined,
      },
    });
  });
  await open(busy());
  await expect(page.getByRole('alert')).toHaveText(/^The engine does not answer yet/);
  await expect(page.getByText('the database is of a newer version (19, known 7)')).toBeVisible();
  await expect(page.getByText(/ended 3 times, last:/)).toBeVisible();
  await page.getByRole('button', { name: 'Restart the engine' }).click();
  expect(await page.evaluate(() => (globalThis as unknown as { restarts: number[] }).restarts)).toEqual([1]);
  await page.screenshot({ path: 'test-results/screens/no-engine.png' });
});
