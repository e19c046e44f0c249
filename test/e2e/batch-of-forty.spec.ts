import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { demoImage } from '#engine/virtual-rack/demo-image.ts';
import type { MachineFault } from '#shared/model/machine-fault.ts';
import { type CutLine, openCutLine } from './cut-line.ts';
import { expect, expectAccessible, openAt, test } from './page.ts';
import { type RealEngine, startRealEngine } from './real-engine.ts';

const servers = 40;
const atOnce = 16;
/** Longer than a `power-loss` lets the write go on, and no longer. */
const imageBytes = 6 * 2 ** 20;

/** The last servers of the batch: they begin when the engine was killed and is back, for a fault is forgotten with its machine. */
const faultOf: Readonly<Record<string, MachineFault>> = {
  'virtual-33': 'bmc-silent',
  'virtual-34': 'bmc-silent',
  'virtual-35': 'disk-fails',
  'virtual-36': 'disk-fails',
  'virtual-37': 'power-loss',
  'virtual-38': 'power-loss',
  'virtual-39': 'disk-first',
  'virtual-40': 'disk-first',
};

const program = join(import.meta.dirname, 'engine-without-patience-process.ts');

test('forty servers with faults among them: what fails says why and is mended, and nothing is lost on the screen', async ({
  page,
}) => {
  test.setTimeout(600_000);
  const engine = await startRealEngine(program);
  const line = await openCutLine(engine.url);
  try {
    await makeRack(engine);
    await openAt(page, line.url);
    const startedAt = performance.now();
    await deployForty(page);
    await test.step('a reload, a broken network and a killed engine lose nothing', () =>
      interrupt(page, engine, line));
    await setFaults(engine, faultOf);
    await page.getByRole('button', { name: 'Continue' }).click();
    await test.step('each failure is shown with its cause', () => expectCauses(page, engine));
    await test.step('and mended from the screen', () => mend(page, engine));
    process.stdout.write(`  ${servers} servers: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    await expectAllActive(engine);
  } finally {
    line.close();
    await engine.stop();
  }
});

/** A person has eight simulated servers; a script makes as many as it wants. */
async function makeRack(engine: RealEngine): Promise<void> {
  const file = join(engine.dataDir, 'small.raw');
  writeFileSync(file, demoImage(imageBytes));
  await engine.ask('images', 'import', { path: file, name: 'Small image' });
  await engine.ask('virtualRack', 'start', { nodes: servers });
}

async function setFaults(engine: RealEngine, faults: Readonly<Record<string, MachineFault>>): Promise<void> {
  for (const { id: nodeId, name } of await engine.ask('nodes', 'list')) {
    const fault = faults[name];
    if (fault !== undefined) await engine.ask('virtualRack', 'setFault', { nodeId, fault });
  }
}

async function deployForty(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Deploy', exact: true }).click();
  const selected = page.getByRole('group', { name: 'All selected' });
  await selected.getByRole('button', { name: `Select all ${servers}` }).click();
  await selected.getByRole('button', { name: `Inspect (${servers})` }).click();
  await expect(selected).toContainText(`${servers} at work`);
  await expect(selected).not.toContainText('at work', { timeout: 300_000 });
  await page.getByRole('button', { name: 'Small image', exact: true }).dragTo(selected);
  await page.getByRole('button', { name: `Review (${servers})` }).click();
  await page.getByLabel('Host names').fill('web-{nn}');
  await page.getByLabel('At once').fill(String(atOnce));
  await page.getByRole('button', { name: `Deploy ${servers} servers` }).click();
}

const rows = (page: Page) => page.getByRole('list', { name: 'Servers of this batch' }).getByRole('listitem');
const rowOf = (page: Page, name: string) => rows(page).filter({ has: page.getByRole('link', { name }) });
const inState = (page: Page, state: string) => rows(page).getByText(state, { exact: true });
const succeeded = (page: Page, count: number) =>
  expect(inState(page, 'succeeded')).toHaveCount(count, { timeout: 300_000 });

async function interrupt(page: Page, engine: RealEngine, line: CutLine): Promise<void> {
  const title = page.getByRole('heading', { name: `Small image × ${servers}` });
  const notConnected = page.getByText('No connection to the engine');
  await expect(title).toBeVisible();
  await expect(inState(page, 'running')).toHaveCount(atOnce);
  await page.getByRole('button', { name: 'Stop after this wave' }).click();
  await expect(page.getByText('Stopping after this wave')).toBeVisible();
  const isWhole = async () => {
    await expect(title).toBeVisible();
    await expect(rows(page)).toHaveCount(servers);
    await expect(inState(page, 'waiting')).toHaveCount(servers - atOnce);
    await expect(rowOf(page, 'virtual-01')).toContainText('web-01');
    await expect(inState(page, 'failed')).toHaveCount(0);
  };

  await page.reload();
  await isWhole();

  line.cut();
  await expect(notConnected).toBeVisible();
  await isWhole();
  line.mend();
  await expect(notConnected).toHaveCount(0);
  await isWhole();

  await engine.kill();
  await expect(notConnected).toBeVisible();
  await isWhole();
  await engine.startAgain();
  await expect(notConnected).toHaveCount(0);
  await isWhole();
  await succeeded(page, atOnce);
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible();
  await isWhole();
}

/** What happened, the evidence, and the next step as a button. */
const causes: readonly (readonly [name: string, what: string, evidence: RegExp, next: string])[] = [
  [
    'virtual-33',
    'The BMC does not answer',
    /No answer from 127\.77\.0\.2 to \d+ attempts/,
    'Check cable and address of the BMC, then try again',
  ],
  [
    'virtual-35',
    'The step "Write the image" failed',
    /The disk answered with an error: Input\/output error/,
    'Try again',
  ],
  [
    'virtual-39',
    'The step "Wait for the ramdisk" did not end in time',
    /Nothing came for 30 min\. .*boot order/,
    'Correct it, then try again',
  ],
];

async function expectCauses(page: Page, engine: RealEngine): Promise<void> {
  const healthy = servers - 6;
  await succeeded(page, healthy);
  await expect(inState(page, 'failed')).toHaveCount(4);
  await expect(inState(page, 'running')).toHaveCount(2);
  engine.signal('SIGUSR2');
  await expect(inState(page, 'failed')).toHaveCount(6);
  for (const [name, what, evidence, next] of causes) {
    const lines = rowOf(page, name).getByRole('alert');
    await expect(lines).toContainText(what);
    await expect(lines).toContainText(evidence);
    await expect(lines.getByRole('button', { name: next })).toBeVisible();
  }
  await page.screenshot({ path: 'test-results/batch-of-forty/causes.png' });
  await expectAccessible(page);
}

async function mend(page: Page, engine: RealEngine): Promise<void> {
  // A hand in the rack: cable, disk, boot order.
  await setFaults(engine, Object.fromEntries(Object.keys(faultOf).map(name => [name, 'none'])));
  for (const [name, , , next] of causes) {
    await rowOf(page, name).getByRole('alert').getByRole('button', { name: next }).click();
    await expect(rowOf(page, name).getByRole('alert')).toHaveCount(0);
  }
  await page.getByRole('button', { name: 'Retry all (3)' }).click();
  await succeeded(page, servers);
  await expect(page.getByText('Ended', { exact: true })).toBeVisible();
}

async function expectAllActive(engine: RealEngine): Promise<void> {
  const nodes = await engine.ask('nodes', 'list');
  const deployments = await engine.ask('deployments', 'list');
  expect(nodes.map(({ provisionState }) => provisionState)).toEqual(
    Array.from({ length: servers }, () => 'active'),
  );
  expect(deployments.map(({ state }) => state)).toEqual(Array.from({ length: servers }, () => 'succeeded'));
  expect(new Set(deployments.map(({ hostName }) => hostName)).size).toBe(servers);
}
