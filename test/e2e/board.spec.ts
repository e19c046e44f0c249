import type { Locator, Page } from '@playwright/test';
import type { RacksideHandlers } from '#shared/contract/index.ts';
import { nodeIdOf, uuid } from '#test/fakes/scripted-engine/ids.ts';
import { bootDisk } from '#test/fakes/scripted-engine/servers.ts';
import { expect, expectAccessible, scriptedEngine, test } from './page.ts';
import { boardWorld, failingBatch, reviewBatch, ruleWorld } from './scripted-board.ts';

async function openBoard(page: Page, open: (engine: ReturnType<typeof scriptedEngine>) => Promise<unknown>) {
  const engine = scriptedEngine(boardWorld(), [], { reviewBatch });
  await open(engine);
  await page.evaluate(() => {
    window.location.hash = '#/deploy';
  });
  await expect(page.getByRole('listitem', { name: 'r4u04' })).toBeVisible();
  return engine;
}

const debian = (page: Page) => page.getByRole('button', { name: 'Debian 12 standard', exact: true });
const customer = (page: Page) => page.getByRole('button', { name: 'customer', exact: true });
const cardOf = (page: Page, name: string) => page.getByRole('listitem', { name });
const nicOf = (page: Page, nic: string, name: string) =>
  page.getByRole('group', { name: `${nic} of ${name}`, exact: true });
const stagedOn = (page: Page, name: string, what: string) =>
  cardOf(page, name).getByRole('button', { name: `${what}: Delete takes it away` });
const said = (page: Page) => page.getByRole('status');
const createdBy = (engine: Awaited<ReturnType<typeof openBoard>>) =>
  engine.calls.find(({ path }) => path === 'batches.create')?.input as
    | Parameters<RacksideHandlers['batches']['create']>[0]
    | undefined;

test('servers are staged by mouse, survive a reload, are reviewed and deployed', async ({ page, open }) => {
  const engine = await openBoard(page, open);
  await cardOf(page, 'r4u04').getByRole('checkbox').check();
  await cardOf(page, 'r4u08').getByRole('checkbox').check();
  await cardOf(page, 'r4u10').getByRole('checkbox').check();
  await debian(page).dragTo(cardOf(page, 'r4u08').getByText('r4u08'));
  await expect(stagedOn(page, 'r4u04', 'Debian 12 standard')).toBeVisible();
  await expect(stagedOn(page, 'r4u08', 'Debian 12 standard')).toBeVisible();
  await expect(said(page).filter({ hasText: 'staged for 2 servers. Not on r4u10' })).toHaveCount(1);
  await customer(page).dragTo(nicOf(page, 'eno2', 'r4u04'));
  await expect(stagedOn(page, 'r4u04', 'customer')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(stagedOn(page, 'r4u04', 'customer')).toHaveCount(0);
  await page.keyboard.press('Control+Shift+z');
  await page.reload();
  await expect(stagedOn(page, 'r4u04', 'customer')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Review (2)' }).click();
  await page.getByLabel('Host names').fill('web-{nn}');
  await expect(page.getByText('web-01, web-02')).toBeVisible();
  const go = page.getByRole('button', { name: 'Deploy 2 servers' });
  await expect(page.getByText('PHYF8123004A240A').first()).toBeVisible();
  await expect(go).toBeDisabled();
  await page.getByLabel('Type 2 to overwrite the disks of 2 servers').fill('2');
  await expectAccessible(page);
  await go.click();
  await expect(page.getByRole('heading', { name: 'Debian 12 standard × 2' })).toBeVisible();
  expect(createdBy(engine)).toMatchObject({
    concurrency: 2,
    servers: [
      { hostName: 'web-01', networks: [{ networkId: uuid('e', 2), place: { by: 'port' } }] },
      { hostName: 'web-02', confirmed: { hostName: 'web-02', disks: [{ serial: bootDisk.serial }] } },
    ],
  });
});

test('the same by keyboard alone', async ({ page, open }) => {
  const engine = await openBoard(page, open);
  await debian(page).focus();
  await page.keyboard.press('Space');
  await expect(said(page).filter({ hasText: 'r4u04, place 1 of 2' })).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(stagedOn(page, 'r4u08', 'Debian 12 standard')).toBeVisible();
  await customer(page).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(said(page).filter({ hasText: 'customer was put back' })).toHaveCount(1);
  await cardOf(page, 'r4u04').focus();
  await page.keyboard.press('ArrowDown');
  await expect(cardOf(page, 'r4u08')).toBeFocused();
  await page.keyboard.press('Tab');
  for (const name of ['Debian 12 standard: Delete takes it away', 'Assign… r4u08']) {
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name })).toBeFocused();
  }
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'customer' }).focus();
  await page.keyboard.press('Enter');
  await expect(stagedOn(page, 'r4u08', 'customer, by its VLAN')).toBeVisible();
  await page.getByRole('button', { name: 'Review (1)' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Type r4u08 to confirm').focus();
  await page.keyboard.type('r4u08');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Debian 12 standard × 1' })).toBeVisible();
  expect(createdBy(engine)?.servers).toMatchObject([
    { nodeId: nodeIdOf(8), networks: [{ networkId: uuid('e', 2), place: { by: 'match' } }] },
  ]);
});

test('two NICs dragged together are a bond, which is made at Deploy, before the batch', async ({
  page,
  open,
}) => {
  const engine = await openBoard(page, open);
  for (const port of engine.world.ports.filter(({ nodeId }) => nodeId === nodeIdOf(4)))
    engine.patch({ op: 'put', table: 'ports', row: { ...port, segmentationId: 120 } });
  await nicOf(page, 'eno1', 'r4u04').dragTo(nicOf(page, 'eno2', 'r4u04'));
  await customer(page).dragTo(nicOf(page, 'bond0', 'r4u04'));
  await expect(stagedOn(page, 'r4u04', 'customer')).toBeVisible();
  await debian(page).dragTo(cardOf(page, 'r4u04').getByText('r4u04'));
  await page.getByRole('button', { name: 'Review (1)' }).click();
  await page.getByLabel('Type r4u04 to confirm').fill('r4u04');
  expect(engine.calls).toEqual([]);
  await page.getByRole('button', { name: 'Deploy 1 server' }).click();
  await expect(page.getByRole('heading', { name: 'Debian 12 standard × 1' })).toBeVisible();
  const [bond] = engine.world.portgroups;
  expect(engine.calls.map(({ path }) => path)).toEqual(['portgroups.create', 'batches.create']);
  expect(createdBy(engine)?.servers).toMatchObject([
    { networks: [{ place: { by: 'portgroup', portgroupId: bond?.id } }] },
  ]);
});

test('what cannot be dropped says why while it is over the place, and nothing is staged', async ({
  page,
  open,
}) => {
  await openBoard(page, open);
  await debian(page).dragTo(cardOf(page, 'r4u10').getByText('r4u10'));
  await expect(
    said(page).filter({ hasText: 'r4u10: Image needs 4.29 GB, largest allowed disk is 2 GB' }),
  ).toHaveCount(1);
  await customer(page).hover();
  await page.mouse.down();
  await nicOf(page, 'eno1', 'r4u04').hover();
  await nicOf(page, 'eno1', 'r4u04').hover({ position: { x: 5, y: 5 } });
  const reason = 'VLAN 120 is not wired to this NIC: its VLAN is 100';
  await expect(nicOf(page, 'eno1', 'r4u04')).toHaveAttribute('title', reason);
  await expect(said(page).filter({ hasText: `eno1 of r4u04: ${reason}` })).toHaveCount(1);
  await page.mouse.up();
  await expect(page.getByRole('button', { name: /Delete takes it away/ })).toHaveCount(0);
});

test('each place says why it cannot take what is in hand', async ({ page, open }) => {
  const engine = scriptedEngine(ruleWorld(), [], { reviewBatch });
  await open(engine);
  await page.evaluate(() => {
    window.location.hash = '#/deploy';
  });
  const hold = async (what: Locator) => {
    await what.focus();
    await page.keyboard.press('Space');
    await expect(what).toHaveAttribute('aria-pressed', 'true');
  };
  const refused = (place: Locator, reason: string) => expect(place).toHaveAttribute('title', reason);
  const nic = (name: string) => nicOf(page, name, 'r4u08');

  await hold(debian(page));
  for (const [name, reason] of [
    ['r4u01', 'Not while it is in this state'],
    ['r4u02', 'No NIC is known: add a MAC address'],
    ['r4u03', 'Its disks are not known yet: inspect it first'],
    ['r4u05', 'It waits in the batch web servers'],
    ['r4u06', 'No disk may be used: all are left alone'],
    ['r4u07', 'Image needs 4.29 GB, largest allowed disk is 2 GB'],
    ['r4u08', 'The image does not boot on UEFI'],
  ] as const)
    await expect(cardOf(page, name)).toContainText(reason);
  await page.keyboard.press('Escape');

  await hold(customer(page));
  await refused(nic('eno1'), 'VLAN 120 is not wired to this NIC: its VLAN is 100');
  await page.keyboard.press('Escape');
  await customer(page).dragTo(nic('eno2'));
  await hold(customer(page));
  await refused(nic('eno2'), 'customer is there already and is not tagged');
  await page.keyboard.press('Escape');
  await hold(page.getByRole('button', { name: 'storage', exact: true }));
  await refused(nic('eno3'), 'The NIC is on the physical network wire-a, this network on wire-b');
  await page.keyboard.press('Escape');

  await cardOf(page, 'r4u08').focus();
  await hold(nic('eno1').getByRole('button', { name: 'eno1', exact: true }));
  await refused(nic('eno1'), 'A bond needs another NIC');
  await refused(nic('eno2'), 'A network is put on it: take that away first');
  await refused(nicOf(page, 'eno1', 'r4u07'), 'This NIC belongs to another server');
  await page.keyboard.press('Escape');
});

test('a right click, or the menu key, assigns what could be dragged there, to all selected too', async ({
  page,
  open,
}) => {
  await openBoard(page, open);
  await cardOf(page, 'r4u04').getByText('r4u04').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Debian 12 standard' }).click();
  await expect(stagedOn(page, 'r4u04', 'Debian 12 standard')).toBeVisible();
  await page.getByRole('button', { name: 'Select all 3' }).click();
  const strip = page.getByRole('group', { name: 'All selected' });
  await customer(page).dragTo(strip);
  for (const name of ['r4u04', 'r4u08', 'r4u10'])
    await expect(stagedOn(page, name, 'customer, by its VLAN')).toBeVisible();
  await debian(page).focus();
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menu', { name: 'Assign… Debian 12 standard' })).toBeVisible();
  await page.getByRole('menuitem', { name: 'Selected servers (2 of 3 can take it)' }).press('Enter');
  await expect(stagedOn(page, 'r4u08', 'Debian 12 standard')).toBeVisible();
});

test('a batch shows what failed with its cause, and is stopped and retried', async ({ page, open }) => {
  const engine = await openBoard(page, open);
  engine.patch({
    op: 'put',
    table: 'batches',
    row: failingBatch(),
  });
  await page.getByRole('button', { name: 'Batches (1 not ended)' }).click();
  await page.getByRole('link', { name: 'web servers' }).click();
  const rows = page.getByRole('list', { name: 'Servers of this batch' }).getByRole('listitem');
  await expect(rows.first()).toContainText('input/output error after 1.2 GB (sda INTEL');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Stop after this wave' }).click();
  await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
  await rows.first().getByRole('button', { name: 'Retry r4u08' }).click();
  await expect(page.getByText('input/output error')).toHaveCount(0);
  expect(engine.calls.map(({ path }) => path)).toEqual(['batches.stop', 'batches.retry']);
});
