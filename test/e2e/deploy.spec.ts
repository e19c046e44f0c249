import type { Page } from '@playwright/test';
import { CodedError } from '#shared/contract/errors.ts';
import type { Disk, RacksideHandlers } from '#shared/contract/index.ts';
import type { PortId } from '#shared/model/ids.ts';
import { aReview } from '#test/fakes/rows.ts';
import { deploymentAt } from '#test/fakes/scripted-engine/deployments.ts';
import { deploymentOf, nodeIdOf, profileOf, uuid } from '#test/fakes/scripted-engine/ids.ts';
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
    return aReview({ disk: disk ?? null, mustConfirm: mustConfirm(disk) });
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
  await expect(page.getByRole('dialog')).toHaveCount(1);
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

test('a menu of an untouched form stays open while images change', async ({ page, open }) => {
  const { engine } = engineWith();
  await open(engine);
  const dialog = await openDialog(page);
  await dialog.getByLabel('Goes to').click();
  const [image] = engine.world.images;
  if (image === undefined) throw new Error('no image');
  engine.patch({ op: 'put', table: 'images', row: { ...image, name: 'renamed' } });
  await expect(page.getByText('renamed', { exact: true })).toBeAttached();
  await expect(page.getByRole('listbox')).toBeVisible();
});

test('a missing image is imported without losing the form, and a network is switched on likewise', async ({
  page,
  open,
}) => {
  const { engine } = engineWith(async () =>
    aReview({
      disk: dataDisk,
      mustConfirm: false,
      blockers:
        engine.world.networks[0]?.dhcpMode === 'full'
          ? []
          : [{ code: 'dhcp.not_full', details: { network: 'provisioning' } }],
    }),
  );
  for (const id of engine.world.images.map(image => image.id))
    engine.patch({ op: 'remove', table: 'images', ids: [id] });
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

test('a second network is added, placed and given an address by the keyboard alone', async ({
  page,
  open,
}) => {
  const { engine } = engineWith();
  await open(engine);
  const dialog = await openDialog(page);
  await chooseImage(page);
  await disksOf(page).locator('[value=sdb]').check();
  const networks = dialog.getByRole('list', { name: 'Networks', exact: true });
  await expect(networks.getByRole('listitem')).toHaveCount(1);
  await dialog.getByRole('button', { name: 'Add a network' }).focus();
  await page.keyboard.press('Enter');
  const added = networks.getByRole('listitem').nth(1);
  await expect(added.getByRole('combobox', { name: 'Network' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.type('120');
  await chooseByKeyboard(page, 'Goes to', 'The NIC that');
  await chooseByKeyboard(page, 'Address by', 'Static');
  await page.keyboard.press('Tab');
  await page.keyboard.type('10.120.0.7/24');
  await expect(deployButton(page)).toBeEnabled();
  await page.keyboard.press('Tab');
  await page.keyboard.type('x');
  await expect(added.getByText('Not an IPv4 address')).toBeVisible();
  await expect(deployButton(page)).toBeDisabled();
  await page.keyboard.press('Backspace');
  await page.keyboard.type('10.120.0.1');
  await expect(deployButton(page)).toBeEnabled();
  await deployButton(page).press('Enter');
  await expect(dialog).toBeHidden();
  expect(engine.calls.at(-1)).toMatchObject({
    path: 'deployments.create',
    input: {
      networks: [
        { place: { by: 'provisioning' }, address: { method: 'dhcp' } },
        {
          segmentationId: 120,
          place: { by: 'match' },
          address: { method: 'static', address: '10.120.0.7', prefixLength: 24, gateway: '10.120.0.1' },
        },
      ],
    },
  });
});

test('the review says where networks go and why, what is left alone, and which NICs were no answer', async ({
  page,
  open,
}) => {
  const portId = uuid('d', 4) as PortId;
  let isCabled = false;
  const { engine } = engineWith(async () =>
    aReview({
      disk: dataDisk,
      filtered: [{ disk: oneDisk, reason: 'rule', rule: 0 }],
      networks: isCabled
        ? [
            {
              request: 0,
              portId,
              portgroupId: null,
              vlanId: 120,
              reasons: [{ code: 'same_segmentation_id', values: { segmentationId: 120 } }],
            },
          ]
        : [],
      blockers: isCabled
        ? []
        : [
            {
              code: 'deploy.no_nic',
              details: {
                request: 0,
                why: 'none',
                candidates: [
                  {
                    portId,
                    portgroupId: null,
                    reasons: [{ code: 'not_wired_for_vlan', values: { segmentationId: 120, own: 100 } }],
                  },
                ],
              },
            },
          ],
    }),
  );
  await open(engine);
  const dialog = await openDialog(page);
  await chooseImage(page);
  await disksOf(page).locator('[value=sdb]').check();
  await expect(dialog.getByText('Network 1: no NIC fits')).toBeVisible();
  await expect(dialog.getByText(/^eno1 .*: its VLAN is 100, not 120$/)).toBeVisible();
  await expect(dialog.getByText('a rule of the profile leaves it alone (rule 1)')).toBeVisible();
  await expect(deployButton(page)).toBeDisabled();
  isCabled = true;
  const port = engine.world.ports.find(({ id }) => id === portId);
  if (port === undefined) throw new Error('no port');
  engine.patch({ op: 'put', table: 'ports', row: { ...port, segmentationId: 120 } });
  await expect(dialog.getByText(/eno1 .*, tagged 120 its VLAN is 120$/)).toBeVisible();
});

test('an installer with a RAID of a profile wants its other disk, and the name typed for both', async ({
  page,
  open,
}) => {
  const { engine } = engineWith();
  await open(engine);
  const dialog = await openDialog(page);
  await page.getByText('Rocky-9.4-x86_64-dvd.iso', { exact: true }).click();
  await expect(dialog.getByText(/^The server boots the installer of this ISO/)).toBeVisible();
  await disksOf(page).locator('[value=sdb]').check();
  await expect(dialog.getByText('Disk layout: ours')).toBeVisible();
  await dialog.getByRole('combobox', { name: 'Profile' }).click();
  await page.getByRole('option', { name: 'Web servers' }).click();
  await expect(dialog.getByText('RAID 1: two or more disks, one is enough · 1 disk so far')).toBeVisible();
  await dialog
    .getByRole('group', { name: /^Other disks of the RAID/ })
    .locator('[value=sdx]')
    .check();
  await expect(dialog.getByText('These 2 disks will be overwritten, all of them:')).toBeVisible();
  await expect(deployButton(page)).toBeDisabled();
  await dialog.getByLabel('Type r4u04 to confirm').fill('r4u04');
  await deployButton(page).click();
  await expect(dialog).toBeHidden();
  expect(engine.calls.at(-1)).toMatchObject({
    input: { profileId: profileOf(1), raidDisks: [{ name: 'sdx', serial: 'EMPTY-1' }] },
  });
});

/** The next field with Tab, its list with Enter, the choice by its first letters. */
async function chooseByKeyboard(page: Page, field: string, letters: string): Promise<void> {
  await page.keyboard.press('Tab');
  await expect(page.locator(':focus')).toHaveAccessibleName(new RegExp(`^${field}`));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listbox')).toBeVisible();
  // By arrows: what is typed to find an option is forgotten after half a second, which a busy machine may take.
  const wanted = page.getByRole('option', { name: new RegExp(`^${letters}`) });
  for (const _ of await page.getByRole('option').all()) {
    if (await wanted.evaluate(option => option === document.activeElement)) break;
    await page.keyboard.press('ArrowDown');
  }
  await expect(wanted).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('listbox')).toHaveCount(0);
}
