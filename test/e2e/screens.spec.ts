import type { Page } from '@playwright/test';
import { en } from '#renderer/i18n/en.ts';
import { zhCN } from '#renderer/i18n/zh-CN.ts';
import type { PortId } from '#shared/model/ids.ts';
import { aReview } from '#test/fakes/rows.ts';
import { nodeIdOf, profileOf, rockyId, uuid } from '#test/fakes/scripted-engine/ids.ts';
import type { Script } from '#test/fakes/scripted-engine/play.ts';
import { emptyWorld, scriptedWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { bootDisk } from '#test/fakes/scripted-engine/servers.ts';
import { expect, expectAccessible, type Look, scriptedEngine, test } from './page.ts';
import { failingBatch, reviewBatch } from './scripted-board.ts';
import { erasable, leftAlone, nearMisses, withBondAndInstaller, withNodeAnswers } from './scripted-rack.ts';

/** Every screen and dialog in both languages and both themes: accessible, and a picture of each. */
const looks: readonly Required<Pick<Look, 'language' | 'theme'>>[] = [
  { language: 'en', theme: 'light' },
  { language: 'zh-CN', theme: 'dark' },
  // The same markup and the same colours again: for pictures only (`ALL_LOOKS=1 NO_AXE=1`).
  ...(process.env['ALL_LOOKS'] === undefined
    ? []
    : ([
        { language: 'en', theme: 'dark' },
        { language: 'zh-CN', theme: 'light' },
      ] as const)),
];

interface Screen {
  readonly name: string;
  readonly route: string;
  /** From the route to what is meant, by keyboard or by place: names differ between languages. */
  readonly reach?: (page: Page) => Promise<void>;
}

const node = (number: number, tab = '') => `#/rack/${nodeIdOf(number)}${tab === '' ? '' : `/${tab}`}`;
/** The button by its name in whichever language is shown: places change with every button that is added. */
const press = async (page: Page, key: 'scan.open' | 'flavor.open') => {
  const named = (name: string) => page.getByRole('button', { name, exact: true });
  await named(en[key]).or(named(zhCN[key])).click();
};
const openAnswerFiles = async (page: Page) => {
  await page.getByRole('complementary').locator('.MuiButton-outlined').first().click();
  await expect(page.getByRole('dialog').getByRole('textbox')).toHaveCount(2);
};
const fillScan = async (page: Page) => {
  await press(page, 'scan.open');
  const fields = page.getByRole('dialog').getByRole('textbox');
  await fields.nth(0).fill('10.78.0.1, 10.78.0.40-80, 192.0.2.0/28');
  await page.getByRole('dialog').getByRole('checkbox').check();
  await page.getByRole('dialog').locator('[type=password]').fill('calvin');
  await fields.nth(3).fill('root');
};
/** The slow lane, with so many of its events gone through. */
const laneEvent = async (page: Page, steps: number) => {
  const lanes = page.getByRole('application');
  await lanes.focus();
  await page.keyboard.press('ArrowDown');
  for (let step = 0; step < steps; step += 1) await page.keyboard.press('.');
  await expect(page.getByRole('main').getByRole('region').last()).toBeVisible();
};
const dialog = (page: Page) => expect(page.getByRole('dialog')).toBeVisible();

async function importServers(page: Page): Promise<void> {
  await page.locator('header [aria-haspopup=menu]').click();
  await page.getByRole('menuitem').first().click();
  await dialog(page);
}

const pasted = [
  'Name\tBMC IP\tUser\tPassword\tMAC\tRack\tU\tColour',
  'r6u01\t10.9.0.1\tadmin\tsecret\t02-00-00-00-00-01\tR6\t1\tred',
  'r6u02\t10.9.0\tadmin\tsecret\t02:00:00:00:00:0g\t\t2\tred',
  'r4u01\t\t\t\t\tR6\t3\tred',
].join('\n');

function profileSection(section: string, tab: number): Screen {
  return {
    name: `profile-${section}`,
    route: `#/profiles/${profileOf(1)}`,
    reach: async page => {
      await page.getByRole('complementary').locator('.MuiButton-contained').click();
      await page.getByRole('dialog').getByRole('tab').nth(tab).click();
    },
  };
}

const screens: readonly Screen[] = [
  { name: 'rack', route: '#/rack' },
  {
    name: 'rack-elevation',
    route: '#/rack',
    reach: async page => {
      await page.locator('[value=elevation]').click();
      await expect(page.getByRole('listbox').getByRole('option')).toHaveCount(8);
    },
  },
  {
    name: 'import-servers',
    route: '#/rack',
    reach: async page => {
      await importServers(page);
      await page.getByRole('dialog').getByRole('textbox').fill(pasted);
      await page.getByRole('dialog').getByRole('row').nth(2).click();
    },
  },
  { name: 'server-overview', route: node(2) },
  { name: 'server-error', route: node(6) },
  { name: 'server-nics', route: node(1, 'nics') },
  { name: 'server-disks', route: node(1, 'disks') },
  { name: 'timeline', route: node(2, 'timeline') },
  { name: 'timeline-failed', route: node(3, 'timeline') },
  {
    name: 'timeline-wide',
    route: node(3, 'timeline'),
    reach: async page => {
      await page.getByRole('complementary').getByRole('button').nth(0).click();
    },
  },
  { name: 'lanes', route: '#/timeline', reach: page => laneEvent(page, 0) },
  { name: 'lanes-event', route: '#/timeline', reach: page => laneEvent(page, 1) },
  {
    name: 'lanes-table',
    route: '#/timeline',
    reach: page => page.locator('header [value=table]').click(),
  },
  { name: 'add-server', route: '#/rack', reach: page => page.locator('header button').last().click() },
  {
    name: 'enroll',
    route: '#/rack',
    reach: async page => {
      await expect(page.getByRole('row').nth(1)).toBeVisible();
      await page.getByRole('grid').focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('Enter');
      await dialog(page);
      await page.getByRole('dialog').locator('input').nth(2).fill('10.78.0.99');
      await expect(page.getByRole('dialog').getByText('IPMI 2.0')).toBeVisible();
    },
  },
  {
    name: 'deploy',
    route: node(4),
    reach: async page => {
      await page.getByRole('complementary').locator('.MuiButton-contained').click();
      const deploy = page.getByRole('dialog');
      await deploy.getByRole('radio').nth(0).check();
      await deploy.locator('[value=sda]').check();
      // The field for the host name comes with the end of the review.
      await expect(deploy.getByRole('textbox')).toHaveCount(5);
    },
  },
  {
    name: 'deploy-installer',
    route: node(4),
    reach: async page => {
      await page.getByRole('complementary').locator('.MuiButton-contained').click();
      const deploy = page.getByRole('dialog');
      await deploy.locator(`[value="${rockyId}"]`).check();
      await deploy.locator('[type=radio][value=sda]').check();
      await deploy.getByRole('combobox').first().click();
      await page.getByRole('option').nth(1).click();
      await deploy.locator('[type=checkbox][value=sdb]').check();
      await deploy.getByRole('list').last().scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'clean',
    route: node(4),
    reach: async page => {
      await page.getByRole('complementary').locator('[aria-haspopup=menu]').click();
      await page.getByRole('menuitem').first().click();
      await expect(page.getByRole('dialog').getByRole('checkbox')).toHaveCount(1);
    },
  },
  {
    name: 'flavor',
    route: '#/rack',
    reach: async page => {
      await press(page, 'flavor.open');
      await page.getByRole('dialog').getByRole('textbox').first().fill('80');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(2);
    },
  },
  { name: 'find-bmcs', route: '#/rack', reach: fillScan },
  {
    name: 'found-bmcs',
    route: '#/rack',
    reach: async page => {
      await fillScan(page);
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByRole('grid').focus();
      await page.keyboard.press('Control+a');
      await expect(page.getByRole('dialog').getByText('server-02')).toBeVisible();
    },
  },
  {
    name: 'timeline-installer',
    route: node(8, 'timeline'),
    reach: page => expect(page.getByRole('region')).toBeVisible(),
  },
  { name: 'palette', route: '#/rack', reach: page => page.keyboard.press('Control+k') },
  {
    name: 'service',
    route: '#/rack',
    reach: page => page.getByRole('contentinfo').getByRole('button').nth(1).click(),
  },
  {
    name: 'board',
    route: '#/deploy',
    reach: async page => {
      await page.getByRole('button', { name: 'Debian 12 standard', exact: true }).press('Space');
      await expect(page.getByRole('button', { pressed: true })).toBeVisible();
    },
  },
  {
    name: 'board-review',
    route: '#/deploy',
    reach: async page => {
      await page.getByRole('button', { name: 'Debian 12 standard', exact: true }).press('Space');
      await page.keyboard.press('Enter');
      await page.locator('header .MuiButton-contained').click();
      await page.getByRole('combobox').first().click();
      await page.getByRole('option').nth(1).click();
      await expect(page.getByText(bootDisk.serial)).toBeVisible();
    },
  },
  { name: 'batch', route: `#/deploy/batches/${failingBatch().id}` },
  { name: 'images', route: '#/images' },
  { name: 'image', route: '#/images/b0000000-0000-4000-8000-000000000001' },
  { name: 'image-refused', route: '#/images/b0000000-0000-4000-8000-000000000004' },
  { name: 'import', route: '#/images', reach: page => page.locator('header button').last().click() },
  { name: 'installer', route: `#/images/${rockyId}` },
  { name: 'profile', route: `#/profiles/${profileOf(1)}` },
  profileSection('storage', 1),
  {
    name: 'answer-files-error',
    route: `#/profiles/${profileOf(1)}`,
    reach: async page => {
      await openAnswerFiles(page);
      await page.getByRole('dialog').getByRole('textbox').nth(0).fill('text\nlang {{ host.name\n');
      await expect(page.getByRole('dialog').getByRole('listitem')).toHaveCount(1);
    },
  },
  { name: 'networks', route: '#/networks' },
  {
    name: 'edit-network',
    route: '#/networks',
    reach: page =>
      page
        .getByRole('main')
        .getByRole('button', { name: /^(Edit|编辑)/ })
        .first()
        .click(),
  },
  {
    name: 'create-network',
    route: '#/networks',
    reach: page => page.locator('header button').last().click(),
  },
  { name: 'settings', route: '#/settings' },
  {
    name: 'restore',
    route: '#/settings/backup',
    reach: async page => {
      await page.getByRole('table').getByRole('button').nth(1).click();
      await expect(page.getByRole('dialog').getByRole('textbox')).toBeVisible();
    },
  },
  {
    name: 'support',
    route: '#/settings/support',
    reach: async page => {
      await page.locator('#settings-support').getByRole('button').first().click();
      await expect(page.getByRole('region', { name: /about\.json/ })).toContainText('version');
    },
  },
];

/** Made of the same parts as those above: looked at, and swept by axe, when one asks for all. */
const moreScreens: readonly Screen[] = [
  {
    name: 'rack-groups',
    route: '#/rack',
    reach: async page => {
      await page.getByRole('toolbar').getByRole('combobox').first().click();
      await page.getByRole('option').nth(1).click();
      await page.getByRole('treegrid').getByRole('checkbox').first().click();
    },
  },
  {
    name: 'rack-columns',
    route: '#/rack',
    reach: page => page.getByRole('toolbar').locator('[aria-haspopup=dialog]').click(),
  },
  { name: 'import-choice', route: '#/rack', reach: importServers },
  {
    name: 'edit-servers',
    route: '#/rack',
    reach: async page => {
      await page.getByRole('grid').focus();
      await page.keyboard.press('Control+a');
      await page.getByRole('toolbar').last().getByRole('button').nth(2).click();
      for (const part of [0, 2, 6]) await page.getByRole('dialog').getByRole('switch').nth(part).check();
    },
  },
  {
    name: 'move-server',
    route: '#/rack',
    reach: async page => {
      await page.locator('[value=elevation]').click();
      await page.getByRole('option').nth(4).click({ button: 'right' });
      await page.getByRole('menuitem').last().click();
    },
  },
  {
    name: 'correct-installer',
    route: `#/images/${rockyId}`,
    reach: page => page.getByRole('complementary').locator('section button').first().click(),
  },
  { name: 'profiles', route: '#/profiles' },
  profileSection('general', 0),
  profileSection('disk-rules', 2),
  profileSection('system', 3),
  profileSection('users', 4),
  profileSection('software', 5),
  profileSection('scripts', 6),
  {
    name: 'answer-files',
    route: `#/profiles/${profileOf(1)}`,
    reach: async page => {
      await openAnswerFiles(page);
      await expect(page.getByRole('dialog').getByRole('textbox').nth(1)).not.toHaveValue('');
    },
  },
  {
    name: 'progress-phrases',
    route: `#/profiles/${profileOf(1)}`,
    reach: async page => {
      await openAnswerFiles(page);
      await page.getByRole('dialog').getByRole('button', { pressed: false }).first().click();
      await expect(page.getByRole('dialog').getByRole('row')).toHaveCount(6);
    },
  },
  {
    name: 'make-vlan',
    route: '#/networks',
    reach: async page => {
      await page.getByRole('table').last().getByRole('button', { name: /VLAN/ }).first().click();
      await page.getByRole('dialog').getByRole('textbox').nth(0).fill('100');
      await page.getByRole('dialog').getByRole('textbox').nth(1).fill('10.100.0.1/24');
    },
  },
];

const script: Script = {
  reviewBatch,
  pastPhases: async () => ({
    manufacturer: 'Dell Inc.',
    product: 'PowerEdge R740',
    steps: [
      { name: 'wait-call-back', runs: 7, medianMs: 130_000, slowMs: 195_000 },
      { name: 'write-image', runs: 7, medianMs: 20_000, slowMs: 30_000 },
    ],
  }),
  review: async () =>
    aReview({
      disk: bootDisk,
      filtered: [leftAlone],
      networks: [
        {
          request: 0,
          portId: uuid('d', 4) as PortId,
          portgroupId: null,
          vlanId: 120,
          reasons: [
            { code: 'lldp_vlan', values: { segmentationId: 120, switch: 'tor-1', port: 'Ethernet1/4' } },
            { code: 'pxe_enabled', values: {} },
          ],
        },
      ],
      warnings: [{ code: 'disk.has_data', details: { disk: bootDisk, contents: bootDisk.contents } }],
    }),
  interfaces: async () => [
    nic('enp3s0', '10.77.0.1', {}),
    nic('enp4s0', '192.168.50.7', { hasDefaultRoute: true }),
    nic('enp3s0.120', '10.120.0.1', {
      kind: 'virtual' as const,
      vlan: { parent: 'enp3s0', vlanId: 120, ours: true },
    }),
    nic('wlp2s0', '', { kind: 'wireless' as const, carrier: false }),
  ],
  browse: async () => ({
    path: '/home/technician/images',
    parent: '/home/technician',
    entries: [
      { name: 'archive', path: '/home/technician/images/archive', isFolder: true, sizeBytes: 0 },
      {
        name: 'debian-12-generic-amd64.qcow2',
        path: '/home/technician/images/debian-12-generic-amd64.qcow2',
        isFolder: false,
        sizeBytes: 412_000_000,
      },
    ],
  }),
};

function nic(name: string, address: string, change: object) {
  return {
    name,
    mac: '00:1b:21:aa:bb:01',
    addresses: address === '' ? [] : [{ address, prefixLength: 24 }],
    up: true,
    carrier: true,
    kind: 'ethernet' as const,
    vlan: null,
    hasDefaultRoute: false,
    ...change,
  };
}

// Long ones, and the last: one behind the other they would leave a worker idle.
test.describe.configure({ mode: 'parallel' });

for (const look of looks) {
  const name = `${look.language} ${look.theme}`;
  test(`every screen is accessible: ${name}`, async ({ page, open }) => {
    test.setTimeout(900_000);
    const now = Date.now();
    const { snapshot, events } = scriptedWorld(now);
    const world = { ...withBondAndInstaller(snapshot, now), batches: [failingBatch()] };
    const engine = scriptedEngine(world, events, script);
    await open(withNodeAnswers(engine, { reviewClean: async () => erasable, match: nearMisses }), look);
    const only = process.env['SCREENS']?.split(',');
    const shown = process.env['ALL_LOOKS'] === undefined ? screens : [...screens, ...moreScreens];
    for (const screen of shown) {
      if (only && !only.includes(screen.name)) continue;
      await test.step(screen.name, async () => {
        await page.evaluate(hash => {
          window.location.hash = hash;
        }, screen.route);
        await expect(page.getByRole('main')).not.toBeEmpty();
        await screen.reach?.(page);
        await page.screenshot({
          path: `test-results/screens/${screen.name}-${look.language}-${look.theme}.png`,
          animations: 'disabled',
        });
        if (process.env['NO_AXE'] === undefined) await expectAccessible(page);
        await page.reload();
      });
    }
  });

  test(`the first start is accessible: ${name}`, async ({ page, open }) => {
    await open(scriptedEngine(emptyWorld(), []), look);
    for (const route of ['rack', 'timeline', 'images', 'profiles', 'networks']) {
      await page.evaluate(hash => {
        window.location.hash = hash;
      }, `#/${route}`);
      await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible();
      await page.screenshot({
        path: `test-results/screens/empty-${route}-${look.language}-${look.theme}.png`,
        animations: 'disabled',
      });
      if (process.env['NO_AXE'] === undefined) await expectAccessible(page);
    }
  });
}
