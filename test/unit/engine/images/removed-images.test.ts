import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cachedImagePath } from '#engine/images/image-cache.ts';
import { type RemovedImages, removedImages } from '#engine/images/removed-images.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { anImage, aProfile } from '#test/fakes/rows.ts';

const stored = { ...anImage(), sourcePath: '/x' };
const tooLate = expect.objectContaining({ code: 'image.gone_for_good' });
let dir: string;
let store: Store;
let clock: ReturnType<typeof manualClock>;
let removed: RemovedImages;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rk-removed-'));
  store = openStore(':memory:', new Uint8Array(32));
  store.images.save(stored);
  writeFileSync(cachedImagePath(dir, stored.id), 'stream');
  clock = manualClock();
  removed = removedImages(store, dir, clock);
});
afterEach(async () => {
  await removed.stop();
  store.close();
  rmSync(dir, { recursive: true });
});
const files = () => readdirSync(dir);

it('a deletion is final after a minute', async () => {
  removed.add(stored);
  await clock.advance(59_000);
  expect(files()).toHaveLength(1);
  await clock.advance(1000);
  await expect.poll(() => store.images.removed()).toEqual([]);
  expect(files()).toEqual([]);
  expect(() => removed.takeBack(stored.id)).toThrow(tooLate);
});

it('a deletion goes on after a start for what is left of its minute', async () => {
  removed.add(stored);
  await clock.advance(40_000);
  await removed.stop();
  removed = removedImages(store, dir, clock);
  removed.resume();
  await clock.advance(19_000);
  expect(files()).toHaveLength(1);
  await clock.advance(1000);
  await expect.poll(files).toEqual([]);
});

it('a clock that was set back does not keep gigabytes for longer', async () => {
  store.images.removeForNow(stored, clock.now() + 3_600_000);
  removed.resume();
  await clock.advance(60_000);
  await expect.poll(files).toEqual([]);
});

it('a stopped engine removes nothing more: the folder is that of the next', async () => {
  removed.add(stored);
  await removed.stop();
  store.images.save(stored);
  await clock.advance(60_000);
  expect(files()).toHaveLength(1);
});

it('an engine that was killed while it removed the file does not give the image back without it', async () => {
  store.images.removeForNow(stored, 0);
  removed.resume();
  expect(() => removed.takeBack(stored.id)).toThrow(tooLate);
  await expect.poll(files).toEqual([]);
});

it('an image that a profile came to name in that minute is there again', async () => {
  removed.add(stored);
  const url = `image:${stored.id}/BaseOS`;
  store.profiles.save(aProfile({ repositories: [{ name: 'r', url, suite: '', checkSignatures: false }] }));
  await clock.advance(60_000);
  expect(store.images.list()).toHaveLength(1);
  expect(files()).toHaveLength(1);
});

it('an image whose file cannot be removed is still there', async () => {
  rmSync(dir, { recursive: true });
  writeFileSync(dir, 'a file');
  removed.add(stored);
  await removed.forgetAll();
  expect(store.images.list()).toHaveLength(1);
  expect(store.images.removed()).toEqual([]);
});
