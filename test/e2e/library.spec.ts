import { CodedError } from '#shared/contract/errors.ts';
import { emptyWorld, scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { expect, expectAccessible, scriptedEngine, test } from './page.ts';

const nic = (name: string, address: string, hasDefaultRoute: boolean) => ({
  name,
  mac: '00:1b:21:aa:bb:01',
  addresses: [{ address, prefixLength: 24 }],
  up: true,
  carrier: true,
  kind: 'ethernet' as const,
  vlan: null,
  hasDefaultRoute,
});
const interfaces = async () => [nic('enp3s0', '10.77.0.1', false), nic('enp4s0', '192.168.50.7', true)];

test('an image is picked from the computer of the engine, and its import is live', async ({ page, open }) => {
  const engine = scriptedEngine(emptyWorld(), [], {
    browse: async ({ path }) =>
      path === '/images'
        ? {
            path: '/images',
            parent: '/',
            entries: [
              { name: 'debian.qcow2', path: '/images/debian.qcow2', isFolder: false, sizeBytes: 4.12e8 },
            ],
          }
        : {
            path: '/',
            parent: null,
            entries: [{ name: 'images', path: '/images', isFolder: true, sizeBytes: 0 }],
          },
  });
  await open(engine);
  await page.getByRole('link', { name: 'Images' }).click();
  await page.getByRole('button', { name: 'Import an image' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'images' }).click();
  await dialog.getByRole('button', { name: 'debian.qcow2' }).click();
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(dialog).toBeHidden();
  const image = engine.world.images[0];
  if (image === undefined) throw new Error('nothing was imported');
  const at = (doneBytes: number) =>
    engine.patch({
      op: 'put',
      table: 'images',
      row: { ...image, progress: { doneBytes, totalBytes: 4e9, phase: 'convert' } },
    });
  at(1e9);
  await expect(page.getByText(/converting · 1 GB of 4 GB/).first()).toBeVisible();
  await expect(page.getByRole('progressbar').first()).toHaveAttribute('aria-valuenow', '25');
  engine.patch({
    op: 'put',
    table: 'images',
    row: { ...image, state: 'ready', progress: null, rawSizeBytes: 4e9 },
  });
  await expect(
    page.getByRole('alert').or(page.getByRole('status')).getByText('The image debian.qcow2 is ready'),
  ).toBeVisible();
  await page.getByRole('button', { name: /^Notifications/ }).click();
  await expect(page.getByRole('dialog').getByText('The image debian.qcow2 is ready')).toBeVisible();
});

test('a refused file says why and offers another', async ({ page, open }) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  await open(scriptedEngine(snapshot, events));
  await page.getByRole('link', { name: 'Images' }).click();
  await page.getByText('broken-download.img.zst').click();
  const sheet = page.getByRole('complementary');
  await expect(sheet.getByText('The file is refused')).toBeVisible();
  await expect(sheet.getByText(/it ends at byte 812646400/)).toBeVisible();
  await sheet.getByRole('button', { name: 'Choose another file' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
});

test('an image in use cannot be deleted; another one is after a question, and comes back by undo', async ({
  page,
  open,
}) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  await page.getByRole('link', { name: 'Images' }).click();
  await page.getByText('Debian 12 standard').click();
  const sheet = page.getByRole('complementary');
  await expect(sheet.getByRole('button', { name: 'Delete the image' })).toBeDisabled();
  await expect(sheet.getByText('In use: being installed on r4u02')).toBeVisible();
  await page.getByText('SLES 15 SP6 UEFI').click();
  await sheet.getByRole('button', { name: 'Delete the image' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the image' }).click();
  const table = page.getByRole('grid').or(page.getByRole('table')).first();
  await expect(table.getByText('SLES 15 SP6 UEFI')).toHaveCount(0);
  await expect(page.getByText('SLES 15 SP6 UEFI is deleted.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(table.getByText('SLES 15 SP6 UEFI')).toBeVisible();
  await expect(page.getByText('SLES 15 SP6 UEFI is deleted.')).toHaveCount(0);
});

test('a network takes its sense from the interface and starts off', async ({ page, open }) => {
  const engine = scriptedEngine(emptyWorld(), [], { interfaces });
  await open(engine);
  await page.getByRole('link', { name: 'Networks' }).click();
  await page.getByRole('button', { name: 'Create a network on enp3s0' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Network', { exact: true })).toHaveValue('10.77.0.0/24');
  await dialog.getByRole('button', { name: 'Create a network' }).click();
  await expect(dialog).toBeHidden();
  expect(engine.calls).toMatchObject([
    { path: 'networks.create', input: { poolStart: '10.77.0.100', poolEnd: '10.77.0.199', gateway: null } },
  ]);
  const off = page.getByRole('button', { name: 'DHCP off' });
  await expect(off).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByRole('contentinfo').getByRole('button', { name: /^DHCP: off/ })).toBeVisible();
});

test('beside another DHCP server full is refused with the finding, and served only after an explicit yes', async ({
  page,
  open,
}) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const others = [{ server: '10.77.0.9', offered: '10.77.0.55' }];
  const engine = scriptedEngine(snapshot, events, {
    interfaces,
    setDhcpMode: network => {
      engine.patch({
        op: 'put',
        table: 'networks',
        row: { ...network, otherServers: others, checkedAt: Date.now() },
      });
      throw new CodedError('dhcp.other_server', 'no', {
        interfaceName: network.interfaceName,
        servers: others,
      });
    },
  });
  const [provisioning] = engine.world.networks;
  if (provisioning === undefined) throw new Error('no network');
  engine.patch({ op: 'put', table: 'networks', row: { ...provisioning, dhcpMode: 'off' } });
  await open(engine);
  await page.getByRole('link', { name: 'Networks' }).click();
  const modes = page.getByRole('group', { name: 'DHCP on provisioning' });
  await modes.getByRole('button', { name: 'DHCP full' }).click();
  await expect(page.getByText('Another DHCP server answers on this wire')).toBeVisible();
  await page.getByRole('button', { name: 'Serve beside it' }).click();
  const dialog = page.getByRole('dialog');
  await expect(
    dialog.getByText('Another DHCP server answers at 10.77.0.9 and offered 10.77.0.55.'),
  ).toBeVisible();
  await dialog.getByRole('button', { name: 'Serve beside it' }).click();
  await expect(dialog).toBeHidden();
  await expect(modes.getByRole('button', { name: 'DHCP full' })).toHaveAttribute('aria-pressed', 'true');
  expect(engine.calls.at(-1)).toMatchObject({ input: { mode: 'full', serveBesideOthers: true } });
});

test('a network form keeps what was typed when another interface is chosen, and asks before it is left', async ({
  page,
  open,
}) => {
  await open(scriptedEngine(emptyWorld(), [], { interfaces }));
  await page.getByRole('link', { name: 'Networks' }).click();
  await page.getByRole('button', { name: 'Create a network on enp3s0' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create a network' });
  await dialog.getByLabel('Name', { exact: true }).fill('rack 4');
  await dialog.getByLabel('Interface').click();
  await page.getByRole('option', { name: /^enp4s0/ }).click();
  await expect(page.locator('.MuiMenu-root')).toHaveCount(0);
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('rack 4');
  await expect(dialog.getByLabel('Network', { exact: true })).toHaveValue('192.168.50.0/24');
  await page.mouse.click(5, 5);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Go on editing' }).click();
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('rack 4');
});

test('the retry of a DHCP switch that failed wants what was wanted', async ({ page, open }) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const wanted: string[] = [];
  const engine = scriptedEngine(snapshot, events, {
    interfaces,
    setDhcpMode: (network, mode) => {
      wanted.push(`${network.name} ${mode}`);
      throw new CodedError('net.port_in_use', 'taken', { proto: 'udp', port: 67 });
    },
  });
  await open(engine);
  await page.getByRole('link', { name: 'Networks' }).click();
  await page
    .getByRole('group', { name: 'DHCP on provisioning' })
    .getByRole('button', { name: 'DHCP off' })
    .click();
  await page.getByRole('button', { name: /try again/i }).click();
  await expect.poll(() => wanted).toEqual(['provisioning off', 'provisioning off']);
});

test('on the wire of the default route full asks first', async ({ page, open }) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events, { interfaces });
  await open(engine);
  await page.getByRole('link', { name: 'Networks' }).click();
  await expect(page.getByText('Default route: probably your office network')).toBeVisible();
  await page
    .getByRole('group', { name: 'DHCP on customer wire' })
    .getByRole('button', { name: 'DHCP full' })
    .click();
  await expect(page.getByRole('dialog', { name: /DHCP full on customer wire/ })).toBeVisible();
  expect(engine.calls).toEqual([]);
});

test('what an import got wrong about an ISO is corrected', async ({ page, open }) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events);
  await open(engine);
  await page.getByRole('link', { name: 'Images' }).click();
  await page.getByText('Rocky-9.4-x86_64-dvd.iso').click();
  const sheet = page.getByRole('complementary');
  await expect(sheet.getByText('Sure: the disc says so itself')).toBeVisible();
  await sheet.getByRole('button', { name: 'Correct…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Correct Rocky-9.4-x86_64-dvd.iso' });
  await dialog.getByRole('textbox', { name: 'Kernel' }).fill('../vmlinuz');
  await expect(dialog.getByText('Not a path inside the ISO')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Kernel' }).fill('/isolinux/vmlinuz');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  expect(engine.calls.at(-1)).toMatchObject({
    path: 'images.correctInstaller',
    input: { installer: { kernel: 'isolinux/vmlinuz', distribution: 'rocky' } },
  });
  await expect(sheet.getByText('Corrected by a person')).toBeVisible();
});

test('a network keeps to the purposes that it is given, and has at least one', async ({ page, open }) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const engine = scriptedEngine(snapshot, events, { interfaces });
  await open(engine);
  await page.getByRole('link', { name: 'Networks' }).click();
  await page.getByRole('button', { name: 'Edit…' }).last().click();
  const dialog = page.getByRole('dialog', { name: 'Edit provisioning' });
  await dialog.getByRole('checkbox', { name: 'Provisioning' }).uncheck();
  await dialog.getByRole('checkbox', { name: 'Tenant' }).uncheck();
  await expect(dialog.getByText('A network needs a purpose')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled();
  await dialog.getByRole('checkbox', { name: 'Cleaning' }).check();
  await dialog.getByLabel('VLAN tag').fill('120');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  expect(engine.calls.at(-1)).toMatchObject({
    path: 'networks.update',
    input: { purposes: ['cleaning'], segmentationId: 120 },
  });
});

test('a VLAN interface is made only after a yes to what is changed, and removed again', async ({
  page,
  open,
}) => {
  const engine = scriptedEngine(emptyWorld(), [], { interfaces });
  await open(engine);
  await page.getByRole('link', { name: 'Networks' }).click();
  await page.getByRole('button', { name: 'Make a VLAN interface on enp3s0' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a VLAN interface' });
  await dialog.getByLabel('VLAN tag').fill('100');
  await dialog.getByLabel('Address of this computer').fill('10.100.0.1/24');
  const make = dialog.getByRole('button', { name: 'Make the interface' });
  await expect(
    dialog.getByText('The interface enp3s0.100 is added: frames with tag 100 on enp3s0'),
  ).toBeVisible();
  await expect(make).toBeDisabled();
  await dialog.getByRole('checkbox', { name: 'Yes, change this computer so' }).check();
  await make.click();
  const row = page.getByRole('row', { name: /enp3s0\.100/ });
  await expect(row.getByText('Tag 100 on enp3s0, made by Rackside')).toBeVisible();
  await row.getByRole('button', { name: 'Remove enp3s0.100' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the interface' }).click();
  await expect(row).toHaveCount(0);
  expect(engine.calls.map(({ path }) => path)).toEqual([
    'networks.createVlanInterface',
    'networks.removeVlanInterface',
  ]);
});

test('the drawing of the wires names interfaces, networks and who is there, and leads to them by keyboard', async ({
  page,
  open,
}) => {
  const { snapshot, events } = scriptedWorld(Date.now());
  const [network] = snapshot.networks;
  const port = snapshot.ports.find(({ nodeId }) => nodeId === snapshot.nodes[1]?.id);
  if (network === undefined || port === undefined) throw new Error('no network');
  const lease = { mac: port.address, address: '10.77.0.100', expiresAt: Date.now() + 5e5, hostName: '' };
  const engine = scriptedEngine(snapshot, events, { interfaces, leases: { [network.id]: [lease] } });
  await open(engine);
  await page.getByRole('link', { name: 'Networks' }).click();
  const drawing = page.getByRole('region', {
    name: 'Interfaces, VLANs, networks and the servers seen there',
  });
  await expect(drawing.getByText('enp3s0', { exact: true })).toBeVisible();
  await expect(drawing.getByRole('link', { name: 'customer wire, 192.168.50.0/24' })).toBeVisible();
  await drawing.getByRole('link', { name: 'provisioning, 10.77.0.0/24' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'provisioning' })).toBeFocused();
  await expect(page.getByText(/free, 1 leased/)).toBeVisible();
  await page.getByRole('button', { name: 'Table' }).click();
  const row = page.getByRole('row', { name: /enp3s0.*provisioning/ });
  await expect(row.getByText('10.77.0.100')).toBeVisible();
  await expectAccessible(page);
  await row.getByRole('link').click();
  await expect(page.getByRole('complementary')).toBeVisible();
});
