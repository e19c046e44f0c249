import type { Page } from '@playwright/test';
import { aDisk } from '#test/fakes/rows.ts';
import { nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import { scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { bootDisk } from '#test/fakes/scripted-engine/servers.ts';
import { expect, scriptedEngine, test } from './page.ts';
import { erasable, withNodeAnswers } from './scripted-rack.ts';

const busy = () => scriptedWorld(Date.now());

/** At r4u04. */
async function startFromMenu(page: Page, action: string): Promise<void> {
  await page.evaluate(id => {
    window.location.hash = `#/rack/${id}`;
  }, nodeIdOf(4));
  await page.getByRole('complementary').getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

test('disks are erased after the server is named, and only those that are shown and not kept', async ({
  page,
  open,
}) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events);
  const disks = [...erasable.disks, aDisk({ name: 'sdd', serial: 'KEEP-1' })];
  await open(withNodeAnswers(engine, { reviewClean: async () => ({ ...erasable, disks }) }));
  await startFromMenu(page, 'Erase disks…');
  const dialog = page.getByRole('dialog', { name: 'Erase disks of r4u04' });
  await expect(dialog.getByText('an iSCSI LUN may belong to other servers too')).toBeVisible();
  await dialog.getByLabel(/Overwrite every sector/).check();
  await dialog.locator('[value=sdd]').uncheck();
  await dialog.getByLabel('Type r4u04 to confirm').fill('r4u4');
  const erase = dialog.getByRole('button', { name: 'Erase', exact: true });
  await expect(erase).toBeDisabled();
  await dialog.getByLabel('Type r4u04 to confirm').fill('r4u04');
  await erase.click();
  await expect(dialog).toBeHidden();
  expect(engine.calls.at(-1)).toMatchObject({
    path: 'nodes.clean',
    input: {
      nodeId: nodeIdOf(4),
      method: 'overwrite',
      disks: [{ name: 'sda', serial: bootDisk.serial }],
      confirmed: { name: 'r4u04', disks: [{ serial: bootDisk.serial }] },
    },
  });
});

test('what was typed to erase disks does not count after another inspection', async ({ page, open }) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events);
  let disks = [bootDisk, aDisk({ name: 'sdd', serial: 'KEEP-1', wwn: '' })];
  await open(withNodeAnswers(engine, { reviewClean: async () => ({ ...erasable, disks }) }));
  const node = snapshot.nodes.find(({ id }) => id === nodeIdOf(4));
  if (node?.inventory == null) throw new Error('no inventory of r4u04');
  await startFromMenu(page, 'Erase disks…');
  const dialog = page.getByRole('dialog', { name: 'Erase disks of r4u04' });
  const erase = dialog.getByRole('button', { name: 'Erase', exact: true });
  await dialog.locator('[value=sdd]').uncheck();
  await dialog.getByLabel('Type r4u04 to confirm').fill('r4u04');
  await expect(erase).toBeEnabled();
  disks = disks.map(disk => ({ ...disk, name: disk.name === 'sdd' ? 'sda' : 'sdd' }));
  const inventory = { ...node.inventory, takenAt: Date.now(), disks };
  engine.patch({ op: 'put', table: 'nodes', row: { ...node, inventory } });
  await expect(dialog.locator('[value=sda]')).not.toBeChecked();
  await expect(dialog.locator('[value=sdd]')).toBeChecked();
  await expect(erase).toBeDisabled();
});

test('a release that erases shows the disks and wants the name', async ({ page, open }) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events);
  const node = snapshot.nodes.find(({ id }) => id === nodeIdOf(4));
  if (node === undefined) throw new Error('no r4u04');
  engine.patch({
    op: 'put',
    table: 'nodes',
    row: { ...node, provisionState: 'active', cleanOnRelease: true },
  });
  await open(withNodeAnswers(engine, { reviewClean: async () => erasable }));
  await startFromMenu(page, 'Release');
  const dialog = page.getByRole('dialog', { name: 'Release: r4u04' });
  await expect(dialog.getByText(bootDisk.serial)).toBeVisible();
  await expect(dialog.getByText('an iSCSI LUN may belong to other servers too')).toBeVisible();
  const release = dialog.getByRole('button', { name: 'Release' });
  await expect(release).toBeDisabled();
  await dialog.getByLabel('Type r4u04 to confirm').fill('r4u04');
  await release.click();
  await expect(dialog).toBeHidden();
  expect(engine.calls.at(-1)).toMatchObject({
    path: 'nodes.setProvisionState',
    input: { verb: 'deleted', confirmed: { name: 'r4u04', disks: [{ serial: bootDisk.serial }] } },
  });
});
