import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type HeadlessHost, startHeadless } from '#engine/hosts/headless.ts';
import { silentLogger } from '#engine/system/log.ts';
import { Secret } from '#engine/system/secret.ts';
import { buildTestPage } from '#test/fakes/electron/build-shell.ts';
import { createEngine } from '#test/fakes/engine/fake-engine.ts';
import { launchChromium } from '#test/fakes/launch-chromium.ts';

const token = 'typed-by-a-person';
let folder: string;
let browser: Browser;
let host: HeadlessHost;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rk-session-'));
  await buildTestPage(path.join(folder, 'page'));
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  host = await serve(0);
});
afterEach(async () => {
  await Promise.all(browser.contexts().map(context => context.close()));
  await host.close();
});

async function serve(port: number, version?: string): Promise<HeadlessHost> {
  const sealKey = { bytes: new Secret(new Uint8Array(32)), keptIn: 'key-file' as const };
  const { handlers, uploads } = await createEngine({ dataDir: folder, sealKey, log: silentLogger });
  return await startHeadless({
    handlers,
    uploads,
    log: silentLogger,
    listen: { host: '127.0.0.1', port },
    token,
    pageDir: path.join(folder, 'page'),
    ...(version === undefined ? {} : { version }),
  });
}

async function open(url: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await browser.newContext()).newPage();
  const complaints: string[] = [];
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

const states = async (page: Page) =>
  (await page.locator('#states').textContent())?.trim().split(' ').filter(Boolean) ?? [];
const reaches = (page: Page, state: string) =>
  vi.waitFor(async () => expect((await states(page)).at(-1)).toBe(state), { timeout: 15_000 });

it('a page takes the token out of its address at once and signs in with it', async () => {
  const { page, complaints } = await open(host.url);
  await reaches(page, 'open');
  expect(await states(page)).toEqual(['connecting', 'open']);
  expect(page.url()).toBe(`${host.baseUrl}/`);
  const seen = await page.evaluate(() => ({
    cookie: document.cookie,
    entries: history.length,
    hash: location.hash,
  }));
  expect(seen).toMatchObject({ cookie: '', hash: '' });
  expect(complaints).toEqual([]);
});

it('the address works once; the page of the first stays signed in over a reload', async () => {
  const first = await open(host.url);
  await reaches(first.page, 'open');
  const second = await open(host.url);
  await reaches(second.page, 'refused');
  await first.page.reload();
  await reaches(first.page, 'open');
});

it('a page that is refused takes the token that a person types', async () => {
  const { page } = await open(host.baseUrl);
  await reaches(page, 'refused');
  const signIn = (typed: string) =>
    page.evaluate(
      text => (window as unknown as { rackside: { signIn(text: string): void } }).rackside.signIn(text),
      typed,
    );
  await signIn('wrong');
  await vi.waitFor(async () =>
    expect(await states(page)).toEqual(['connecting', 'refused', 'connecting', 'refused']),
  );
  await signIn(token);
  await reaches(page, 'open');
});

it('a page comes back by itself when the server does', async () => {
  const { page } = await open(host.url);
  await reaches(page, 'open');
  const port = Number(new URL(host.baseUrl).port);
  await host.close();
  await reaches(page, 'lost');
  host = await serve(port);
  await reaches(page, 'open');
});

it('a page of another version loads itself again once, and then says so', async () => {
  const port = Number(new URL(host.baseUrl).port);
  await host.close();
  host = await serve(port, '2');
  const { page } = await open('about:blank');
  let loads = 0;
  page.on('load', () => {
    loads += 1;
  });
  await page.goto(host.url);
  await reaches(page, 'incompatible');
  expect(loads).toBe(2);
});
