import type { Page } from '@playwright/test';
import { CodedError } from '#shared/contract/errors.ts';
import type { Disk, RacksideHandlers } from '#shared/contract/index.ts';
import { deploymentAt } from '#test/fakes/scripted-engine/deployments.ts';
import { deploymentOf, nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import { scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { bootDisk, dataDisk } from '#test/fakes/scripted-engine/servers.ts';
import { expect, scriptedEngine, test } from './page.ts';

type Review = RacksideHandlers['deployments']['review'];

const oneDisk: Disk = { ...dataDisk, name: 'sdx', serial: 'EMPTY-1', wwn: '' };

/** r4u04 with two disks that were empty when the ramdisk looked, and one with data. */
function engineWith(review: Review = reviewThat(() => false)) {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events, { review });
  const node = snapshot.nodes.find(({ id }) => id === nodeIdOf(4));
  if (node?.inventory == null) throw new Error('no inventory of r4u04');
  const inspected = { ...node, inventory: { ...node.inventory, disks: [bootDisk, dataDisk, oneDisk] } };
  engine.patch({ op: 'put', table: 'nodes', row: inspected });
  return { engine, node: inspected };
}

/** The engine's word on each disk; whether it wants the host name typed is its decision alone. */
function reviewThat(mustConfirm: (disk: Disk | undefined) => boolean): Review {
  return async ({ disk: wanted }) => {
    const name = wanted.by === 'person' ? wanted.disk.name : '';
    const disk = [bootDisk, dataDisk, oneDisk].find(candidate => candidate.name === name);
    return { disk: disk ?? null, mustConfirm: mustConfirm(disk), warnings: [], blockers: [] };
  };
}

async function openDialog(page: Page) {
  await page.evaluate(id => {
    window.location.hash = `#/rack/${id}`;
  }, nodeIdOf(4));
  await page.getByRole('complementary').getByRole('button', { name: 'Deploy…' }).click();
  return page.getByRole('dialog', { name: 'Deploy r4u04' });
}

const disksOf = (page: Page) => page.getByRole('radiogroup', { name: 'Disk to be overwritten' });
const chooseImage = (page: Page) => page.getByText('Debian 12 standard', { exact: true }).click();
const deployButton = (page: Page) => page.getByRole('button', { name: 'Deploy', exact: true });

test('what was typed for one disk does not confirm another', async ({ page, open }) => {
  const { engine } = engineWith(reviewThat(() => true));
  await open(engine);
  const dialog = await openDialog(page);
  await chooseImage(page);
  await disksOf(page).locator('[value=sda]').check();
  await dialog.getByLabel('Type r4u04 to confirm').fill('r4u04');
  await expect(deployButton(page)).toBeEnabled();
  await disksOf(page).locator('[value=sdb]').check();
  await expect(dialog.getByLabel('Type r4u04 to confirm')).toHaveValue('');
  await expect(deployButton(page)).toBeDisabled();
});

test('a disk that we wrote since the inspection says so and needs the name typed', async ({ page, open }) => {
  const { engine } = engineWith(reviewThat(disk => disk === oneDisk));
  const written = deploymentAt(2, Date.now(), 9, 'succeeded');
  engine.patch({
    op: 'put',
    table: 'deployments',
    row: { ...written, id: deploymentOf(44), nodeId: nodeIdOf(4), disk: oneDisk },
  });
  await open(engine);
  const dialog = await openDialog(page);
  await expect(dialog.getByText(/^As the ramdisk saw them 1 h ago/)).toBeVisible();
  await chooseImage(page);
  await disksOf(page).locator('[value=sdb]').check();
  await expect(deployButton(page)).toBeEnabled();
  await disksOf(page).locator('[value=sdx]').check();
  await expect(dialog.getByText(/^written by us .* ago: Debian 12 standard for web-02$/)).toHaveCount(2);
  await expect(deployButton(page)).toBeDisabled();
  await dialog.getByLabel('Type r4u04 to confirm').fill('r4u04');
  await expect(deployButton(page)).toBeEnabled();
});

test('nothing that was entered is lost by a click beside the dialog, a look elsewhere or Escape', async ({
  page,
  open,
}) => {
  await open(engineWith().engine);
  const dialog = await openDialog(page);
  await dialog.getByLabel('Host name').fill('db-17');
  await page.mouse.click(5, 5);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toHaveCount(0);
  await page.keyboard.press('Escape');
  const question = page.getByRole('dialog', { name: 'Discard what you entered?' });
  await question.getByRole('button', { name: 'Go on editing' }).click();
  await expect(dialog.getByLabel('Host name')).toHaveValue('db-17');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await question.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await openDialog(page);
  await expect(dialog.getByLabel('Host name')).toHaveValue('r4u04');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a missing image is imported without losing the form, and a network is switched on likewise', async ({
  page,
  open,
}) => {
  const { engine } = engineWith(async () => ({
    disk: dataDisk,
    mustConfirm: false,
    warnings: [],
    blockers:
      engine.world.networks[0]?.dhcpMode === 'full'
        ? []
        : [{ code: 'dhcp.not_full', details: { network: 'provisioning' } }],
  }));
  for (const id of engine.world.images.map(image => image.id))
    engine.patch({ op: 'remove', table: 'images', id });
  const [network] = engine.world.networks;
  if (network === undefined) throw new Error('no network');
  engine.patch({ op: 'put', table: 'networks', row: { ...network, dhcpMode: 'off' } });
  await open(engine);
  const dialog = await openDialog(page);
  await dialog.getByLabel('Host name').fill('db-17');
  await disksOf(page).locator('[value=sdb]').check();
  await dialog.getByRole('button', { name: 'Import an image' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog.getByLabel('Host name')).toHaveValue('db-17');
  const image = scriptedWorld(Date.now()).snapshot.images[0];
  if (image === undefined) throw new Error('no image');
  engine.patch({ op: 'put', table: 'images', row: image });
  await chooseImage(page);
  await dialog.getByRole('button', { name: 'Switch it to full in Networks' }).click();
  await expect(page.getByRole('heading', { name: 'Networks', level: 1 })).toBeVisible();
  await openDialog(page);
  await expect(dialog.getByLabel('Host name')).toHaveValue('db-17');
  await expect(disksOf(page).locator('[value=sdb]')).toBeChecked();
  await expect(deployButton(page)).toBeDisabled();
  engine.patch({ op: 'put', table: 'networks', row: network });
  await expect(deployButton(page)).toBeEnabled();
});

test('a review that failed is asked again by its button', async ({ page, open }) => {
  let answers = 0;
  const { engine } = engineWith(async request => {
    answers += 1;
    if (answers === 1) throw new CodedError('internal', 'database is locked', { correlationId: 'c-1' });
    return reviewThat(() => false)(request, new AbortController().signal);
  });
  await open(engine);
  const dialog = await openDialog(page);
  await chooseImage(page);
  await disksOf(page).locator('[value=sdb]').check();
  await dialog.getByRole('button', { name: 'Check again' }).click();
  await expect(dialog.getByText('This disk will be overwritten, all of it:')).toBeVisible();
});

test('a server that was never inspected is inspected from the dialog, where its disks then appear', async ({
  page,
  open,
}) => {
  const { engine, node } = engineWith();
  const { inventory } = node;
  engine.patch({ op: 'put', table: 'nodes', row: { ...node, inventory: null, powerState: 'power on' } });
  await open(engine);
  const dialog = await openDialog(page);
  await dialog.getByLabel('Host name').fill('db-17');
  await dialog.getByRole('button', { name: 'Inspect first' }).click();
  const question = page.getByRole('dialog', { name: 'Inspect: r4u04' });
  await question.getByRole('button', { name: 'Inspect' }).click();
  await expect(dialog.getByText('Inspecting', { exact: true })).toBeVisible();
  engine.patch({ op: 'put', table: 'nodes', row: { ...node, inventory } });
  await expect(disksOf(page).getByRole('radio')).toHaveCount(3);
  await expect(dialog.getByLabel('Host name')).toHaveValue('db-17');
});
