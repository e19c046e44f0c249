import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type OpenDiscs, openDiscs } from '#engine/images/open-discs.ts';
import { buildIso } from '#engine/media/iso9660/writer.ts';
import type { ImageId } from '#shared/model/ids.ts';

const discId = (number: number) => `disc-${number}` as ImageId;
let folder: string;
let discs: OpenDiscs;
const pathOf = (id: ImageId) => join(folder, `${id}.iso`);

/** One file, `name`, that says which disc it is of. */
function make(number: number): void {
  const bytes = Buffer.from(`on ${number}`);
  writeFileSync(pathOf(discId(number)), buildIso([{ path: 'name', bytes }], { label: 'D', createdAtMs: 0 }));
}

async function opened(number: number) {
  const file = await discs.file(discId(number), 'name');
  if (file === undefined) throw new Error(`disc ${number} is not there`);
  return { file, text: async () => Buffer.from(await file.read(0, 100)).toString() };
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-open-discs-'));
  discs = openDiscs(pathOf);
});
afterEach(async () => {
  await discs.closeAll();
  rmSync(folder, { recursive: true });
});

it('a file of a disc, the disc itself, and what is not there', async () => {
  make(1);
  const { file, text } = await opened(1);
  expect(await text()).toBe('on 1');
  await file.close();
  await file.close();
  const whole = await discs.file(discId(1), '');
  expect(whole?.sizeBytes).toBe(readFileSync(pathOf(discId(1))).length);
  await whole?.close();
  expect(await discs.file(discId(1), 'other')).toBeUndefined();
  expect(await discs.file(discId(2), 'name')).toBeUndefined();
  expect((await discs.disc(discId(1)))?.list('')).toEqual(['name']);
});

it('a disc that is read from stays open, however many others are asked for', async () => {
  const numbers = Array.from({ length: 12 }, (_, index) => index);
  for (const number of numbers) make(number);
  const reading = await Promise.all(numbers.map(opened));
  expect(await Promise.all(reading.map(({ text }) => text()))).toEqual(numbers.map(number => `on ${number}`));
  for (const { file } of reading.slice(1)) await file.close();
  for (const number of numbers.slice(1)) await (await opened(number)).file.close();
  expect(await reading[0]?.text()).toBe('on 0');
});

it('of discs that nobody reads from only a few stay open', async () => {
  const closed: (() => Promise<string>)[] = [];
  for (let number = 0; number < 12; number++) {
    make(number);
    const { file, text } = await opened(number);
    await file.close();
    closed.push(text);
  }
  const ends = await Promise.allSettled(closed.map(text => text()));
  expect(ends.map(({ status }) => status).filter(status => status === 'fulfilled')).toHaveLength(8);
});

it('a forgotten disc is read to its end, then it is closed', async () => {
  make(1);
  const { file, text } = await opened(1);
  await discs.forget(discId(1));
  expect(await text()).toBe('on 1');
  await file.close();
  await expect(text()).rejects.toThrow(/closed|EBADF/);
});

it('a disc that was not there is found when it is back', async () => {
  expect(await discs.file(discId(1), 'name')).toBeUndefined();
  make(1);
  expect(await (await opened(1)).text()).toBe('on 1');
});

it('a disc that was cut off is refused with the reason each time, and read when it is whole again', async () => {
  make(1);
  const whole = readFileSync(pathOf(discId(1)));
  truncateSync(pathOf(discId(1)), whole.length - 2048);
  const refusal = { code: 'image.refused', details: { reason: 'image.truncated' } };
  await expect(discs.file(discId(1), 'name')).rejects.toMatchObject(refusal);
  await expect(discs.disc(discId(1))).rejects.toMatchObject(refusal);
  writeFileSync(pathOf(discId(1)), whole);
  expect(await (await opened(1)).text()).toBe('on 1');
});
