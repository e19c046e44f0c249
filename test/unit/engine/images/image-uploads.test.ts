import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uploadPaths } from '#engine/images/image-cache.ts';
import { createImageUploads, type UploadDesk } from '#engine/images/image-uploads.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { imageId } from '#test/fakes/rows.ts';
import { madeKernel } from './made-kernel.ts';

let dir: string;
let freeBytes: number;
let desk: UploadDesk;
let clock: ReturnType<typeof manualClock>;
let abort: AbortController;
let shown: number[];
let arrived: Promise<void>;
/** How the wait for the file ended. */
let end: () => Promise<unknown>;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rk-uploads-'));
  freeBytes = 1e9;
  clock = manualClock();
  desk = createImageUploads(dir, { reserveBytes: 100, freeBytes: async () => freeBytes }, clock);
  abort = new AbortController();
  shown = [];
  arrived = desk.receive({ imageId, onProgress: done => shown.push(done), signal: abort.signal });
  const ended = arrived.then(
    () => 'whole',
    (error: unknown) => error,
  );
  end = () => ended;
});
afterEach(async () => {
  abort.abort(new Error('the test is over'));
  await end();
  rmSync(dir, { recursive: true });
});

async function* chunks(...parts: (string | Error)[]) {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield new Uint8Array(Buffer.from(part));
  }
}
/** A disk image begins with what no text has. */
const content = `\0\x01boot${'x'.repeat(200)}`;
const piece = (fromBytes: number, bytes: AsyncIterable<Uint8Array>, totalBytes = content.length) => ({
  imageId,
  fromBytes,
  totalBytes,
  bytes,
  cut: () => undefined,
});
const files = () => readdirSync(dir);

describe('a file that comes in pieces', () => {
  it('is whole when the last one is there', async () => {
    expect(await desk.take(piece(0, chunks(content.slice(0, 3), content.slice(3, 50))))).toBe(50);
    expect(files()).toEqual([`${imageId}.upload.part`]);
    expect(await desk.take(piece(50, chunks(content.slice(50))))).toBe(content.length);
    expect(await end()).toBe('whole');
    expect(readFileSync(uploadPaths(dir, imageId).whole, 'latin1')).toBe(content);
    expect(files()).toEqual([`${imageId}.upload`]);
    expect(shown).toEqual([3, 50, content.length]);
  });

  it('keeps what came before its connection broke, and says where it goes on', async () => {
    const reset = new Error('ECONNRESET');
    await expect(desk.take(piece(0, chunks(content.slice(0, 20), reset)))).rejects.toBe(reset);
    expect(await desk.take(piece(0, chunks('never read')))).toBe(20);
    expect(await desk.take(piece(20, chunks(content.slice(20))))).toBe(content.length);
    expect(await end()).toBe('whole');
    expect(readFileSync(uploadPaths(dir, imageId).whole, 'latin1')).toBe(content);
  });

  it('goes on with the newest piece where the connection of the one before is dead without knowing it', async () => {
    let cut: (() => void) | undefined;
    async function* silent() {
      yield new Uint8Array(Buffer.from(content.slice(0, 20)));
      await new Promise((_, reject) => {
        cut = () => reject(new Error('cut'));
      });
    }
    const first = desk.take({ ...piece(0, silent()), cut: () => cut?.() });
    const lost = expect(first).rejects.toThrow('cut');
    await expect.poll(() => cut).toBeDefined();
    expect(await desk.take(piece(20, chunks(content.slice(20))))).toBe(content.length);
    await lost;
    expect(await end()).toBe('whole');
  });

  it('is written by the newer one of two pieces that come at once, and the other is told', async () => {
    const gone = Promise.withResolvers<Uint8Array>();
    async function* silent() {
      yield await gone.promise;
    }
    const older = desk.take({ ...piece(0, silent()), cut: () => gone.reject(new Error('cut')) });
    const lost = expect(older).rejects.toThrow('cut');
    expect(await desk.take(piece(0, chunks(content)))).toBe(content.length);
    await lost;
    expect(await end()).toBe('whole');
  });

  it('is taken for one whose end was stored before the engine ended', async () => {
    await desk.take(piece(0, chunks(content)));
    expect(await end()).toBe('whole');
    const again = createImageUploads(dir, { reserveBytes: 0, freeBytes: async () => 1e9 }, clock);
    await again.receive({ imageId, onProgress: () => undefined, signal: abort.signal });
    expect(files()).toEqual([`${imageId}.upload`]);
  });
});

describe('a file that does not come to its end', () => {
  it('leaves nothing when it is cancelled', async () => {
    await desk.take(piece(0, chunks(content.slice(0, 20))));
    const cancelled = new Error('cancelled');
    abort.abort(cancelled);
    expect(await end()).toBe(cancelled);
    expect(files()).toEqual([]);
    await expect(desk.take(piece(20, chunks('x')))).rejects.toMatchObject({ code: 'input.not_found' });
  });

  it('is given up when its sender stays away, not while it is only slow', async () => {
    await desk.take(piece(0, chunks(content.slice(0, 20))));
    await clock.advance(100_000);
    await desk.take(piece(20, chunks(content.slice(20, 30))));
    await clock.advance(100_000);
    expect(files()).toEqual([`${imageId}.upload.part`]);
    await clock.advance(20_000);
    expect(await end()).toMatchObject({
      code: 'image.refused',
      details: { reason: 'image.upload_broken_off', values: { receivedBytes: 30 } },
    });
    expect(files()).toEqual([]);
  });

  it('is refused after its first bytes when they are those of something else', async () => {
    const page = '<!doctype html><p>404 not found, as many a download ends up</p>';
    const totalBytes = 5e9;
    const first = `${page}${' '.repeat(128 * 1024)}`;
    await expect(desk.take(piece(0, chunks(first), totalBytes))).rejects.toMatchObject({
      code: 'image.refused',
      details: { reason: 'image.unsupported_format', values: { format: 'html' } },
    });
    expect(await end()).toMatchObject({ code: 'image.refused' });
    expect(files()).toEqual([]);
  });

  it('may be a kernel, which is a program as well', async () => {
    const kernel = madeKernel('6.1.0-18-amd64');
    kernel.writeUInt32LE(0x40, 60);
    kernel.write('PE\0\0', 0x40, 'latin1');
    async function* bytes() {
      yield kernel;
    }
    expect(await desk.take(piece(0, bytes(), kernel.length))).toBe(kernel.length);
    expect(await end()).toBe('whole');
  });

  it('is refused when it is longer than was said', async () => {
    await expect(desk.take(piece(0, chunks(`${content}!`)))).rejects.toMatchObject({ code: 'input.invalid' });
    expect(await end()).toMatchObject({ code: 'input.invalid' });
    expect(files()).toEqual([]);
  });

  it('is refused when the disk would be full, and says how much is needed', async () => {
    freeBytes = 500;
    await expect(desk.requireRoom(401)).rejects.toMatchObject({
      code: 'image.disk_full',
      details: { neededBytes: 501, freeBytes: 500 },
    });
    await desk.requireRoom(400);
    await desk.take(piece(0, chunks(content.slice(0, 6))));
    await expect(desk.requireRoom(400)).rejects.toMatchObject({ code: 'image.disk_full' });
  });
});

it('a disk that fills up on the way is told with what is still to come', async () => {
  const space = { reserveBytes: 100, freeBytes: async () => freeBytes };
  const other = createImageUploads(mkdtempSync(join(dir, 'other-')), space, clock);
  const full = other
    .receive({ imageId, onProgress: () => undefined, signal: abort.signal })
    .catch(one => one);
  freeBytes = 50;
  const mebi = 2 ** 20;
  async function* disk() {
    for (let sent = 0; sent < 40; sent += 1) yield new Uint8Array(mebi).fill(1);
  }
  const error = { code: 'image.disk_full', details: { neededBytes: 8 * mebi, freeBytes: 50 } };
  await expect(other.take(piece(0, disk(), 40 * mebi))).rejects.toMatchObject(error);
  expect(await full).toMatchObject(error);
});

it('a folder that cannot be written is an error of the upload, not a hang', async () => {
  const file = join(dir, 'a file');
  writeFileSync(file, '');
  const blocked = createImageUploads(file, { reserveBytes: 0, freeBytes: async () => 1e9 }, clock);
  const signal = abort.signal;
  await expect(blocked.receive({ imageId, onProgress: () => undefined, signal })).rejects.toMatchObject({
    code: 'image.refused',
    details: { reason: 'image.cache_unwritable' },
  });
});
