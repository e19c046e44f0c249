import type { Page } from '@playwright/test';
import { en } from '#renderer/i18n/en.ts';
import { zhCN } from '#renderer/i18n/zh-CN.ts';
import { type Hands, keyboard, mouse } from './hands.ts';
import { expect, type Language, openAt, test } from './page.ts';
import { type RealEngine, startRealEngine } from './real-engine.ts';

// The last file: one behind the other they would leave a worker idle.
test.describe.configure({ mode: 'parallel' });

type Words = Readonly<Record<keyof typeof zhCN, string>>;
type Say = (key: keyof Words, values?: Readonly<Record<string, string | number>>) => string;

/** The catalogues themselves, so that the test reads the page as a person of that language does. */
function sayerOf(language: Language): Say {
  const words: Words = language === 'en' ? { ...zhCN, ...en } : zhCN;
  return (key, values = {}) =>
    words[key].replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
}

const servers = 8;
const exactly = (name: string) => ({ name, exact: true });

/** Each hand and each language once, for the time of `npm test` is limited; with `TWO_MINUTES=all` the other two ways as well. */
const always = [
  ['en', mouse],
  ['zh-CN', keyboard],
] as const;
const others = [
  ['en', keyboard],
  ['zh-CN', mouse],
] as const;

for (const [language, handsOf] of process.env['TWO_MINUTES'] === 'all' ? [...always, ...others] : always) {
  test(`who has never seen Rackside deploys eight servers (${handsOf.name}, ${language})`, async ({
    page,
  }) => {
    const engine = await startRealEngine();
    try {
      await openAt(page, engine.url, { language });
      const hands = handsOf(page);
      const startedAt = performance.now();
      await deployEight(page, hands, sayerOf(language));
      const seconds = (performance.now() - startedAt) / 1000;
      process.stdout.write(
        `  eight servers from an empty rack, ${handsOf.name}, ${language}: ${seconds.toFixed(1)} s, ${hands.acts()} acts\n`,
      );
      await expectEightAsWanted(engine, sayerOf(language));
    } finally {
      await engine.stop();
    }
  });
}

async function deployEight(page: Page, hands: Hands, say: Say): Promise<void> {
  const button = (...[key, values]: Parameters<Say>) => page.getByRole('button', exactly(say(key, values)));
  const selected = page.getByRole('group', exactly(say('board.allSelected')));
  await test.step('the empty rack offers the virtual one', async () => {
    await hands.press(button('virtualRack.start'));
    await expect(page.getByRole('grid').getByRole('row')).toHaveCount(servers + 1);
  });
  await test.step('the board lets all of them be inspected', async () => {
    await hands.press(page.getByRole('navigation').getByRole('link', exactly(say('board.title'))));
    await hands.press(button('board.selectAll', { count: servers }));
    await hands.press(button('board.inspect', { number: servers }));
    await expect(selected).toContainText(say('rack.atWork', { count: servers }));
    await expect(selected).not.toContainText(say('rack.atWork', { count: '' }).trim());
  });
  await test.step('image and network are put on all of them', async () => {
    await hands.put(page.getByRole('button', exactly(say('virtualRack.image'))), selected);
    await hands.put(page.getByRole('button', exactly(say('virtualRack.network'))), selected);
  });
  await test.step('the review shows what would happen, and lets it happen', async () => {
    await hands.press(button('board.review', { count: servers }));
    await expect(page.getByText(say('batchReview.standing.ready'), { exact: true })).toHaveCount(servers);
    await page.screenshot({ path: `test-results/two-minutes/${say('board.title')}-review.png` });
    await hands.press(button('batchReview.go_other', { count: servers }));
  });
  await test.step('all of them become active', async () => {
    const list = page.getByRole('list', exactly(say('batches.servers')));
    await expect(list.getByText(say('batchServer.succeeded'), { exact: true })).toHaveCount(servers, {
      timeout: 200_000,
    });
    await page.screenshot({ path: `test-results/two-minutes/${say('board.title')}-done.png` });
  });
}

async function expectEightAsWanted(engine: RealEngine, say: Say): Promise<void> {
  const names = Array.from({ length: servers }, (_, index) => `virtual-0${index + 1}`);
  const nodes = await engine.ask('nodes', 'list');
  expect(nodes.map(({ name, provisionState }) => [name, provisionState])).toEqual(
    names.map(name => [name, 'active']),
  );
  const deployments = await engine.ask('deployments', 'list');
  expect(deployments.map(({ hostName, imageName }) => `${hostName}: ${imageName}`).toSorted()).toEqual(
    names.map(name => `${name}: ${say('virtualRack.image')}`),
  );
  const [network] = await engine.ask('networks', 'list');
  const dependants = await engine.ask('networks', 'dependants', { id: network?.id });
  const installed = dependants.filter(({ kind }) => kind === 'installed');
  expect(installed.map(({ name }) => name).toSorted()).toEqual(names);
}
