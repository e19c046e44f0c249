import type { Page } from '@playwright/test';
import { CodedError } from '#shared/contract/errors.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aReview } from '#test/fakes/rows.ts';
import { nodeIdOf } from '#test/fakes/scripted-engine/ids.ts';
import { emptyWorld, scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { bootDisk, server } from '#test/fakes/scripted-engine/servers.ts';
import { expect, expectAccessible, scriptedEngine, test } from './page.ts';
import { nearMisses, withNodeAnswers } from './scripted-rack.ts';

const busy = () => scriptedWorld(Date.now());
const grid = (page: Page) => page.getByRole('grid', { name: 'Rack' });
const sheet = (page: Page) => page.getByRole('complementary');

async function choose(page: Page, field: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: field }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

test('the keyboard alone finds, opens and leaves a server', async ({ page, open }) => {
  const { snapshot, events } = busy();
  await open(scriptedEngine(snapshot, events));
  await page.keyboard.press('/');
  await page.keyboard.type('r4u0');
  await expect(grid(page).getByRole('row')).toHaveCount(8);
  await grid(page).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(sheet(page).getByRole('heading', { name: 'r4u03' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(sheet(page)).toHaveCount(0);
  await expect(grid(page)).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('Space');
  await expect(page.getByText('1 server selected')).toBeVisible();
});

test('rows are live: a patch is seen without anything being asked', async ({ page, open }) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  const row = grid(page).getByRole('row').filter({ hasText: 'r4u04' });
  await expect(row.getByText('Available')).toBeVisible();
  const node = snapshot.nodes.find(({ name }) => name === 'r4u04');
  if (node === undefined) throw new Error('no r4u04');
  engine.patch({
    op: 'put',
    table: 'nodes',
    row: { ...node, provisionState: 'inspecting', powerState: 'power on' },
  });
  await expect(row.getByText('Inspecting')).toBeVisible();
  engine.tell({
    at: Date.now(),
    kind: 'dhcp',
    nodeId: node.id,
    deploymentId: null,
    message: 'dhcp.acknowledged',
    details: { address: '10.77.0.104', bootFile: '' },
  });
  await expect(row.getByText(/^Gave 10\.77\.0\.104/)).toBeVisible();
  engine.patch({ op: 'remove', table: 'nodes', ids: [node.id] });
  await expect(row).toHaveCount(0);
});

test('a machine seen by PXE arrives on top and is enrolled with its MAC', async ({ page, open }) => {
  const engine = scriptedEngine(emptyWorld(), []);
  await open(engine);
  await expect(page.getByRole('button', { name: 'Start the virtual rack' })).toBeVisible();
  engine.patch({
    op: 'put',
    table: 'discovered',
    row: {
      mac: '3c:ec:ef:41:0a:7e' as Mac,
      interfaceName: 'enp3s0',
      architecture: 'UEFI x64',
      vendorClass: '',
      uuid: '',
      firstSeenAt: Date.now(),
      lastSeenAt: Date.now(),
      timesSeen: 1,
    },
  });
  await expect(grid(page).getByText('seen by PXE on enp3s0, unknown')).toBeVisible();
  await grid(page).getByRole('button', { name: 'Enroll' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('It has a BMC that we can reach').uncheck();
  await dialog.getByRole('button', { name: 'Add the server' }).click();
  await expect(sheet(page).getByRole('heading', { name: 'server-410a7e' })).toBeVisible();
  expect(engine.calls).toMatchObject([
    { path: 'nodes.enroll', input: { name: 'server-410a7e', bmc: null, macs: ['3c:ec:ef:41:0a:7e'] } },
  ]);
});

test('a machine seen by PXE is hidden by the keyboard alone', async ({ page, open }) => {
  const { snapshot, events } = busy();
  await open(scriptedEngine(snapshot, events));
  const seen = grid(page).getByText('seen by PXE on enp3s0, unknown');
  await expect(seen).toBeVisible();
  await grid(page).focus();
  await page.keyboard.press('Home');
  const headers = await grid(page).getByRole('columnheader').getByRole('button').count();
  for (let tabs = 0; tabs <= headers; tabs += 1) await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Hide' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(seen).toHaveCount(0);
  await expect(grid(page)).toBeFocused();
});

test('a NIC is removed after a question', async ({ page, open }) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  await page.evaluate(id => {
    window.location.hash = `#/rack/${id}/nics`;
  }, nodeIdOf(1));
  const ports = engine.world.ports.length;
  await sheet(page).getByRole('button', { name: 'Remove NIC…' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  expect(engine.world.ports).toHaveLength(ports);
  await sheet(page).getByRole('button', { name: 'Remove NIC…' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect.poll(() => engine.world.ports.length).toBe(ports - 1);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await sheet(page).getByRole('tab', { name: 'Raw facts' }).click();
  await sheet(page).getByLabel('Filter facts').fill('server.bmc address');
  await expect(sheet(page).getByText('1 fact', { exact: true })).toBeVisible();
  await expect(sheet(page).getByText('server.bmc.address')).toBeVisible();
});

test('credentials are tried while they are typed, and the answer or the exact reason is shown', async ({
  page,
  open,
}) => {
  const engine = scriptedEngine(emptyWorld(), [], {
    testBmc: async ({ address, password }) => {
      if (password === 'right')
        return {
          manufacturer: 'Inspur',
          firmware: '4.12',
          cipherSuite: 3,
          powerState: 'power on',
          roundTripMs: 7,
        };
      throw new CodedError('bmc.auth_failed', 'no', {
        address,
        reason: 'RAKP 2: integrity check value is wrong',
      });
    },
  });
  await open(engine);
  await page.getByRole('button', { name: 'Add a server' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('BMC address').fill('10.78.0');
  await expect(dialog.getByText('Type an address')).toBeVisible();
  await dialog.getByLabel('BMC address').fill('10.78.0.21');
  await dialog.getByLabel('User name').fill('root');
  await dialog.getByLabel('Password', { exact: true }).fill('wrong');
  await expect(dialog.getByText('The BMC refuses user name or password')).toBeVisible();
  await expect(dialog.getByText('10.78.0.21: RAKP 2: integrity check value is wrong')).toBeVisible();
  await dialog.getByLabel('Password', { exact: true }).fill('right');
  await expect(dialog.getByText('These credentials work')).toBeVisible();
  await expect(dialog.getByText('IPMI 2.0, cipher suite 3')).toBeVisible();
  await dialog.getByRole('textbox', { name: /^Name/ }).fill('r9u01');
  await dialog.getByLabel('MAC addresses (optional)').fill('AABB.CC00.0001 x');
  await expect(dialog.getByText('Not a MAC address: x')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Add the server' })).toBeDisabled();
  await dialog.getByLabel('MAC addresses (optional)').fill('AABB.CC00.0001');
  await dialog.getByRole('button', { name: 'Advanced' }).click();
  await choose(page, 'Boot mode', 'BIOS');
  await choose(page, 'Log in as', 'Operator');
  await choose(page, 'IPMI session', 'IPMI 2.0, cipher suite 3 first');
  await dialog.getByLabel('BMC key (K_g)').fill('0x0');
  await expect(dialog.getByText('At most 20 characters, or 0x and 40 hex digits')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Add the server' })).toBeDisabled();
  await dialog.getByLabel('BMC key (K_g)').fill('0x00ff');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Add the server' }).click();
  await expect(dialog).toBeHidden();
  expect(engine.calls.at(-1)).toMatchObject({
    path: 'nodes.enroll',
    input: {
      bmc: {
        address: '10.78.0.21',
        port: 623,
        username: 'root',
        password: 'right',
        bmcKey: '0x00ff',
        protocol: 'suite-3',
        privilege: 'operator',
      },
      bootMode: 'bios',
      macs: ['aa:bb:cc:00:00:01'],
    },
  });
});

test('power is taken from a machine at work only after a question', async ({ page, open }) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  await grid(page).getByText('r4u01').click();
  await sheet(page).getByRole('button', { name: 'Power off' }).click();
  const question = page.getByRole('dialog', { name: 'Power off: r4u01' });
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  expect(engine.calls).toEqual([]);
  await question.getByRole('button', { name: 'Power off' }).click();
  await expect(question).toBeHidden();
  await expect(sheet(page).getByRole('button', { name: 'Power on' })).toBeVisible();
  expect(engine.calls).toEqual([{ path: 'nodes.setPower', input: { id: nodeIdOf(1), target: 'power off' } }]);
});

test('a disk that must not be written cannot be chosen and says why; one with data needs the name typed', async ({
  page,
  open,
}) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events, {
    review: async () => aReview({ disk: bootDisk }),
  });
  await open(engine);
  await page.evaluate(id => {
    window.location.hash = `#/rack/${id}`;
  }, nodeIdOf(4));
  await sheet(page).getByRole('button', { name: 'Deploy…' }).click();
  const dialog = page.getByRole('dialog');
  const disks = dialog.getByRole('radiogroup', { name: 'Disk to be overwritten' });
  await expect(disks.getByRole('radio', { checked: true })).toHaveCount(0);
  await expect(disks.getByText('This disk is read-only')).toBeVisible();
  await dialog.getByText('SLES 15 SP6 UEFI').click();
  await expect(disks.getByText('The image needs 300 GB, this disk has 240 GB')).toBeVisible();
  await expect(disks.getByRole('radio').first()).toBeDisabled();
  await dialog.getByText('Debian 12 standard').click();
  await disks.getByRole('radio').first().check();
  await expect(dialog.getByText('This disk will be overwritten, all of it:')).toBeVisible();
  const deploy = dialog.getByRole('button', { name: 'Deploy', exact: true });
  await expect(deploy).toBeDisabled();
  await dialog.getByLabel('Type r4u04 to confirm').fill('r4u0');
  await expect(deploy).toBeDisabled();
  await dialog.getByLabel('Type r4u04 to confirm').fill('r4u04');
  await deploy.click();
  await expect(dialog).toBeHidden();
  expect(engine.calls.at(-1)).toMatchObject({
    path: 'deployments.create',
    input: {
      hostName: 'r4u04',
      disk: { by: 'person', disk: { name: 'sda', serial: bootDisk.serial } },
      confirmed: { hostName: 'r4u04', disks: [{ serial: bootDisk.serial }] },
    },
  });
});

test('what speaks against a deployment keeps it from starting', async ({ page, open }) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events, {
    review: async () =>
      aReview({
        disk: bootDisk,
        blockers: [{ code: 'dhcp.not_full', details: { network: 'provisioning' } }],
      }),
  });
  await open(engine);
  await page.evaluate(id => {
    window.location.hash = `#/rack/${id}`;
  }, nodeIdOf(4));
  await sheet(page).getByRole('button', { name: 'Deploy…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Debian 12 standard').click();
  await dialog.getByRole('radiogroup', { name: 'Disk to be overwritten' }).getByRole('radio').first().check();
  await dialog.getByLabel('Type r4u04 to confirm').fill('r4u04');
  await expect(dialog.getByRole('button', { name: 'Deploy', exact: true })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Switch it to full in Networks' }).click();
  await expect(page.getByRole('heading', { name: 'Networks', level: 1 })).toBeVisible();
});

test('a failure leads to its event in the timeline and offers the retry', async ({ page, open }) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  await grid(page).getByText('r4u03').click();
  await sheet(page).getByRole('tab', { name: 'Timeline' }).click();
  await expect(sheet(page).getByText('The step "Write the image" failed')).toBeVisible();
  await sheet(page).getByLabel('Filter events').fill('dhcp');
  await expect(sheet(page).getByText('0 events')).toBeVisible();
  await sheet(page).getByLabel('Filter events').fill('');
  await sheet(page).getByRole('button', { name: 'Show in the timeline' }).click();
  await expect(sheet(page).getByText(/^The ramdisk failed at "Write the image"/)).toBeVisible();
  await sheet(page).getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => engine.calls.at(-1)?.path).toBe('deployments.retry');
});

test('servers are found by flavor and selected; with none, what is different is said', async ({
  page,
  open,
}) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events);
  const asked: unknown[] = [];
  const late = Promise.withResolvers<undefined>();
  await open(
    withNodeAnswers(engine, {
      match: async (flavor, signal) => {
        asked.push(flavor);
        const matches = [nodeIdOf(1), nodeIdOf(4)];
        if (flavor.memoryGib === 128) {
          await late.promise;
          return { matches, nearest: [] };
        }
        return flavor.memoryGib === 384 ? { matches, nearest: [] } : await nearMisses(flavor, signal);
      },
    }),
  );
  await page.getByRole('button', { name: 'Find by flavor…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Find servers by flavor' });
  await expect(dialog.getByRole('button', { name: 'Find' })).toBeDisabled();
  await dialog.getByLabel('Memory, GiB').fill('128');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Memory, GiB').fill('256');
  late.resolve(undefined);
  await expect(dialog.getByRole('button', { name: 'Find' })).toBeEnabled();
  await expect(dialog.getByRole('button', { name: 'Select all 2' })).toHaveCount(0);
  await page.keyboard.press('Enter');
  await expect(dialog.getByText('r4u01: memory: 384 GiB instead of 256 GiB')).toBeVisible();
  await dialog.getByLabel('Memory, GiB').fill('384');
  await dialog.getByRole('button', { name: 'Add disks' }).click();
  await expect(dialog.getByLabel('How many')).toBeFocused();
  await dialog.getByLabel('Size each, GB').fill('240');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Select all 2' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('2 servers selected')).toBeVisible();
  expect(asked.at(-1)).toMatchObject({ memoryGib: 384, disks: [{ count: 1, sizeGb: 240 }], vcpus: null });
});

test('NICs become a bond, which is edited and removed', async ({ page, open }) => {
  const { snapshot, events } = busy();
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  await page.evaluate(id => {
    window.location.hash = `#/rack/${id}/nics`;
  }, nodeIdOf(1));
  await sheet(page).getByRole('button', { name: 'Answer this NIC' }).first().click();
  await sheet(page).getByRole('button', { name: 'Make a bond…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('checkbox', { checked: true })).toHaveCount(2);
  await choose(page, 'Mode', '802.3ad');
  await dialog.getByLabel('Options').fill('lacp_rate=fast');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  expect(engine.calls.at(-1)).toMatchObject({
    path: 'portgroups.create',
    input: { name: 'bond0', mode: '802.3ad', properties: { lacp_rate: 'fast' } },
  });
  await sheet(page).getByRole('button', { name: 'Edit the bond bond0' }).click();
  await dialog.getByRole('checkbox').last().uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => engine.world.ports.filter(port => port.portgroupId !== null).length).toBe(1);
  await sheet(page).getByRole('button', { name: 'Remove the bond bond0' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect.poll(() => engine.world.portgroups.length).toBe(0);
});

test('five thousand servers are a few rows in the page', async ({ page, open }) => {
  const world = emptyWorld();
  const now = Date.now();
  world.nodes = Array.from({ length: 5000 }, (_, index) =>
    server(index + 1, now, { name: `s${String(index + 1).padStart(4, '0')}` }),
  );
  await open(scriptedEngine(world, []));
  await expect(page.getByText('5000 servers')).toBeVisible();
  await expect(grid(page)).toHaveAttribute('aria-rowcount', '5001');
  await grid(page).focus();
  await page.keyboard.press('End');
  await expect(grid(page).getByText('s5000')).toBeVisible();
  expect(await grid(page).getByRole('row').count()).toBeLessThan(60);
  await page.getByLabel('Filter: name, address, MAC, serial').fill('s4321');
  await expect(grid(page).getByRole('row')).toHaveCount(2);
});
