import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachedImagePath, uploadPaths } from '#engine/images/image-cache.ts';
import { ImageLibrary, type ImportFacts, type ImportRunner } from '#engine/images/image-library.ts';
import { createImageUploads, type UploadDesk } from '#engine/images/image-uploads.ts';
import { withProfile } from '#engine/provision/deploy/storage-of.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { CodedError, type InstallerMedium } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aDeployment, aNode, anImage, aProfile } from '#test/fakes/rows.ts';

const facts: ImportFacts = {
  kind: 'whole-disk',
  installer: null,
  sourceFormat: 'raw',
  rawSizeBytes: 10,
  storedSizeBytes: 5,
  sha256: 'ab',
  sourceSha256: 'cd',
  partitionTable: 'mbr',
  boots: { bios: true, uefi: false },
  evidence: [{ code: 'table.mbr', values: {} }],
};

const aMedium = (change: Partial<InstallerMedium> = {}): InstallerMedium => ({
  family: 'anaconda',
  distribution: 'rocky',
  version: '9.4',
  architecture: 'x86_64',
  kernel: 'images/pxeboot/vmlinuz',
  initrd: 'images/pxeboot/initrd.img',
  repository: '',
  certainty: 'certain',
  ...change,
});

let folder: string;
let imagesDir: string;
let store: Store;
let library: ImageLibrary;
let uploads: UploadDesk;
let clock: ReturnType<typeof manualClock>;
/** What the next import finds. */
let learned: ImportFacts;
/** The imports that run, each with its end in the test's hand. */
let jobs: (Parameters<ImportRunner>[0] & { finish: () => void; refuse: (error: Error) => void })[];

const runner: ImportRunner = job =>
  new Promise((resolve, reject) => {
    jobs.push({
      ...job,
      finish() {
        writeFileSync(cachedImagePath(imagesDir, job.imageId), 'stream');
        resolve(learned);
      },
      refuse: reject,
    });
    job.signal.addEventListener('abort', () => setImmediate(() => reject(job.signal.reason)));
  });
const newLibrary = () => {
  const space = { reserveBytes: 0, freeBytes: async () => 1000 };
  uploads = createImageUploads(imagesDir, space, clock);
  return new ImageLibrary(store, imagesDir, runner, uploads, clock);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-library-'));
  imagesDir = join(folder, 'images');
  mkdirSync(imagesDir);
  store = openStore(join(folder, 'rackside.db'), new Uint8Array(32), () => 42);
  jobs = [];
  clock = manualClock();
  learned = facts;
  library = newLibrary();
});
afterEach(async () => {
  await library.stop();
  store.close();
  rmSync(folder, { recursive: true });
});

const files = () => readdirSync(imagesDir);
const messages = () => store.timeline.newest({}, 10).map(({ message }) => message);
const uuid = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}` as ImageId;

/** The row as soon as its import is over. */
async function over(id: ImageId) {
  await new Promise<void>(resolve => {
    const look = () => store.images.find(id)?.state !== 'importing' && resolve();
    store.changes.subscribe(look);
    look();
  });
  return store.images.find(id);
}

describe('an import', () => {
  it('is a row from its start, shows its progress, and becomes an image that is served', async () => {
    const { id } = library.start('/somewhere/debian.qcow2', '');
    expect(store.images.find(id)).toMatchObject({ name: 'debian.qcow2', state: 'importing', progress: null });
    expect(library.file(id)).toBeUndefined();
    const progress = { phase: 'convert' as const, doneBytes: 1, totalBytes: 2 };
    jobs[0]?.onProgress(progress);
    library.rename(id, 'Debian 12');
    jobs[0]?.finish();
    expect(await over(id)).toMatchObject({ ...facts, name: 'Debian 12', state: 'ready', progress: null });
    expect(library.file(id)).toBe(cachedImagePath(imagesDir, id));
    expect(messages()).toEqual(['image.imported']);
  });

  it('that is refused keeps its row, with the reason', async () => {
    const { id } = library.start('/somewhere/x', 'x');
    const error = new CodedError('image.refused', 'empty', { reason: 'image.empty', values: {} });
    jobs[0]?.refuse(error);
    expect(await over(id)).toMatchObject({ state: 'failed', error: error.toData() });
    expect(messages()).toEqual(['image.refused']);
    await library.remove(id);
    expect(store.images.list()).toEqual([]);
  });

  it('that failed for lack of room is tried again from its path, under its row', async () => {
    const { id } = library.start('/somewhere/x', 'x');
    expect(() => library.failedPath(id)).toThrow(expect.objectContaining({ code: 'state.not_allowed' }));
    jobs[0]?.refuse(new CodedError('image.disk_full', 'full', { neededBytes: 9, freeBytes: 1 }));
    expect(await over(id)).toMatchObject({ error: { code: 'image.disk_full' }, canRetry: true });
    await expect.poll(() => library.failedPath(id)).toBe('/somewhere/x');
    expect(library.retry(id)).toMatchObject({ id, state: 'importing', error: null, canRetry: false });
    expect(() => library.retry(id)).toThrow(expect.objectContaining({ code: 'state.not_allowed' }));
    expect(jobs[1]).toMatchObject({ sourcePath: '/somewhere/x' });
    jobs[1]?.finish();
    expect(await over(id)).toMatchObject({ ...facts, state: 'ready', error: null, canRetry: false });
  });

  it('that learned what no image can be is refused, and the rows can be read', async () => {
    const { id } = library.start('/somewhere/x', 'x');
    learned = { ...facts, kind: 'installer', installer: aMedium({ initrd: 'a\\b' }) };
    jobs[0]?.finish();
    expect(await over(id)).toMatchObject({ state: 'failed', installer: null, error: { code: 'internal' } });
    expect(files()).toEqual([]);
    await library.resumeAll();
  });

  it('into a folder that cannot be written is refused, not left running', async () => {
    rmSync(imagesDir, { recursive: true });
    writeFileSync(imagesDir, 'a file');
    const { id } = library.start('/somewhere/x', 'x');
    jobs[0]?.refuse(new CodedError('file.unreadable', 'no', { path: imagesDir, reason: 'ENOTDIR' }));
    expect(await over(id)).toMatchObject({ state: 'failed', error: { code: 'file.unreadable' } });
  });

  it('that is cancelled leaves nothing', async () => {
    const { id } = library.start('/somewhere/x', 'x');
    await library.cancel(id);
    expect(store.images.list()).toEqual([]);
    expect(files()).toEqual([]);
    await expect(library.cancel(id)).rejects.toMatchObject({ code: 'input.not_found' });
  });

  it('that is cancelled in the moment it ends leaves nothing either', async () => {
    const { id } = library.start('/somewhere/x', 'x');
    jobs[0]?.finish();
    await library.cancel(id);
    expect(store.images.list()).toEqual([]);
    expect(files()).toEqual([]);
    expect(messages()).toEqual([]);
  });

  it('cannot be cancelled when it is over, and cannot be deleted before', async () => {
    const { id } = library.start('/somewhere/x', 'x');
    await expect(library.remove(id)).rejects.toMatchObject({
      code: 'input.in_use',
      details: { by: 'import' },
    });
    jobs[0]?.finish();
    await over(id);
    await expect(library.cancel(id)).rejects.toMatchObject({ code: 'state.not_allowed' });
    expect(store.images.find(id)?.state).toBe('ready');
  });
});

describe('several imports', () => {
  const phase = (id: ImageId) => store.images.find(id)?.progress?.phase;

  it('run two at a time, in their order; one that was cancelled meanwhile takes no turn', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(name => library.start(`/somewhere/${name}`, '').id);
    if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error();
    expect(jobs.map(({ imageId }) => imageId)).toEqual([a, b]);
    expect([phase(a), phase(c), phase(d)]).toEqual([undefined, 'waiting', 'waiting']);
    await library.cancel(c);
    expect(store.images.find(c)).toBeUndefined();
    expect(jobs).toHaveLength(2);
    jobs[0]?.finish();
    await over(a);
    await expect.poll(() => jobs.map(({ imageId }) => imageId)).toEqual([a, b, d]);
  });
});

describe('a file from a browser', () => {
  const content = `\0\x01${'x'.repeat(98)}`;
  const send = (id: ImageId, from: number, text: string) =>
    uploads.take({
      imageId: id,
      fromBytes: from,
      totalBytes: content.length,
      cut: () => undefined,
      bytes: (async function* () {
        yield new Uint8Array(Buffer.from(text));
      })(),
    });

  it('is a row from its announcement, is imported when it is there, and does not stay twice', async () => {
    const { id } = await library.startUpload('debian.img', content.length);
    await send(id, 0, content.slice(0, 60));
    expect(files()).toEqual([`${id}.upload.part`]);
    expect(jobs).toEqual([]);
    await send(id, 60, content.slice(60));
    await expect.poll(() => jobs.length).toBe(1);
    expect(jobs[0]?.sourcePath).toBe(uploadPaths(imagesDir, id).whole);
    jobs[0]?.finish();
    expect(await over(id)).toMatchObject({ name: 'debian.img', state: 'ready' });
    await expect.poll(files).toEqual([`${id}.raw.zst`]);
  });

  it('leaves nothing when it is cancelled on its way', async () => {
    const { id } = await library.startUpload('debian.img', content.length);
    await send(id, 0, content.slice(0, 60));
    await library.cancel(id);
    expect(store.images.list()).toEqual([]);
    expect(files()).toEqual([]);
  });

  it('that fails is not tried again: only the browser has it', async () => {
    const { id } = await library.startUpload('debian.img', content.length);
    await send(id, 0, content);
    await expect.poll(() => jobs.length).toBe(1);
    jobs[0]?.refuse(new CodedError('image.disk_full', 'full', { neededBytes: 9, freeBytes: 1 }));
    expect(await over(id)).toMatchObject({ state: 'failed', canRetry: false });
    expect(() => library.retry(id)).toThrow(expect.objectContaining({ code: 'state.not_allowed' }));
  });

  it('is refused before its first byte when it is empty or does not fit', async () => {
    await expect(library.startUpload('x', 0)).rejects.toMatchObject({ details: { reason: 'image.empty' } });
    await expect(library.startUpload('x', 1001)).rejects.toMatchObject({ code: 'image.disk_full' });
    expect(store.images.list()).toEqual([]);
  });

  it('is asked for anew after the engine was killed in the middle, and imported if it was whole', async () => {
    const half = await library.startUpload('half.img', content.length);
    const whole = await library.startUpload('whole.img', content.length);
    await send(half.id, 0, content.slice(0, 60));
    await send(whole.id, 0, content);
    await expect.poll(() => jobs.length).toBe(1);
    await library.stop();
    library = newLibrary();
    await library.resumeAll();
    await expect.poll(() => jobs.length).toBe(2);
    expect(jobs[1]).toMatchObject({ imageId: whole.id });
    expect(await send(half.id, 60, content.slice(60))).toBe(0);
    expect(await send(half.id, 0, content)).toBe(100);
    await expect.poll(() => jobs.length).toBe(3);
  });
});

describe('a deletion', () => {
  const stored = { ...anImage(), sourcePath: '/x' };
  const file = () => cachedImagePath(imagesDir, stored.id);
  beforeEach(() => {
    store.images.save(stored);
    writeFileSync(file(), 'stream');
  });

  it('is taken back while the file is there', async () => {
    library.removeForNow(stored.id);
    expect(store.images.list()).toEqual([]);
    expect(library.undoRemove(stored.id)).toMatchObject(anImage());
    expect(store.images.list()).toHaveLength(1);
    // A second window has the same button.
    expect(library.undoRemove(stored.id)).toMatchObject(anImage());
    await library.forgetRemoved();
    expect(files()).toEqual([`${stored.id}.raw.zst`]);
  });

  it('is final as soon as its room is wanted', async () => {
    library.removeForNow(stored.id);
    await library.startUpload('debian.img', 100);
    expect(files()).not.toContain(`${stored.id}.raw.zst`);
    expect(() => library.undoRemove(stored.id)).toThrow(
      expect.objectContaining({ code: 'image.gone_for_good' }),
    );
  });

  it('is taken back from an engine that was started anew in that minute', async () => {
    library.removeForNow(stored.id);
    await library.stop();
    library = newLibrary();
    await library.resumeAll();
    expect(store.images.list()).toEqual([]);
    expect(library.undoRemove(stored.id)).toMatchObject(anImage());
    expect(files()).toEqual([`${stored.id}.raw.zst`]);
  });
});

describe('an image that somebody needs', () => {
  const other = anImage({ id: uuid(7), name: 'packages', kind: 'installer' });
  const inUse = (by: string) => ({ code: 'input.in_use', details: expect.objectContaining({ by }) });
  const naming = () =>
    aProfile({
      repositories: [{ name: 'r', url: `image:${uuid(7)}/BaseOS`, suite: '', checkSignatures: false }],
    });
  beforeEach(() => {
    store.images.save({ ...anImage({ kind: 'installer', installer: aMedium() }), sourcePath: '/x' });
    store.images.save({ ...other, sourcePath: '/y' });
    store.nodes.save(aNode());
  });

  it('is not deleted while it is deployed, nor is its installer corrected', async () => {
    store.deployments.create(aDeployment({ state: 'running' }), aRequest());
    await expect(library.remove(anImage().id)).rejects.toMatchObject(inUse('r1u01'));
    expect(() => library.correctInstaller(anImage().id, aMedium({ family: 'autoyast' }))).toThrow(
      expect.objectContaining(inUse('r1u01')),
    );
    await library.remove(uuid(7));
    expect(store.images.list()).toHaveLength(1);
  });

  it("is not deleted while an installer gets packages from it that its server's profile names", async () => {
    const profile = store.profiles.save(naming());
    const request = withProfile(store, aRequest({ profileId: profile.id }));
    store.profiles.remove(profile.id);
    store.deployments.create(aDeployment({ state: 'running', kind: 'linux-installer' }), request);
    await expect(library.remove(uuid(7))).rejects.toMatchObject(inUse('r1u01'));
  });

  it('is not deleted while a profile names it, nor does a cleaning stand in the way', async () => {
    store.profiles.save(naming());
    await expect(library.remove(uuid(7))).rejects.toMatchObject(inUse('web servers'));
    const clean = { nodeId: aNode().id, method: 'metadata' as const, disks: null };
    const request = { ...clean, diskRules: [], profileRules: [], knownDisks: null };
    store.deployments.create(aDeployment({ state: 'running', kind: 'cleaning', imageId: null }), request);
    await library.remove(anImage().id);
  });
});

it('an image whose file cannot be removed is still there', async () => {
  store.images.save({ ...anImage(), sourcePath: '/x' });
  rmSync(imagesDir, { recursive: true });
  writeFileSync(imagesDir, 'a file');
  await expect(library.remove(anImage().id)).rejects.toThrow('ENOTDIR');
  expect(store.images.list()).toHaveLength(1);
});

describe('after a start', () => {
  it('an import that the engine left half done begins anew under its id', async () => {
    const { id } = library.start('/somewhere/x', 'x');
    await library.stop();
    expect(store.images.find(id)?.state).toBe('importing');
    library = newLibrary();
    await library.resumeAll();
    expect(jobs.map(job => [job.imageId, job.sourcePath])).toEqual([
      [id, '/somewhere/x'],
      [id, '/somewhere/x'],
    ]);
    jobs[1]?.finish();
    expect(await over(id)).toMatchObject({ id, state: 'ready' });
  });

  it('files of no image go, those of others stay, and an image whose file is gone or cut off says so', async () => {
    const ready = { ...anImage({ id: uuid(1), state: 'ready', storedSizeBytes: 1 }), sourcePath: '/x' };
    store.images.save(ready);
    store.images.save({ ...ready, id: uuid(2), name: 'lost' });
    store.images.save({ ...ready, id: uuid(5), name: 'cut off', kind: 'installer', storedSizeBytes: 9 });
    for (const name of [
      `${uuid(1)}.raw.zst`,
      `${uuid(5)}.iso`,
      `${uuid(3)}.raw.zst`,
      `${uuid(4)}.raw.zst.part`,
      'my own.v2.raw.zst',
    ])
      writeFileSync(join(imagesDir, name), 'x');
    await library.resumeAll();
    expect(files().sort()).toEqual([`${uuid(1)}.raw.zst`, `${uuid(5)}.iso`, 'my own.v2.raw.zst']);
    expect(store.images.find(uuid(1))?.state).toBe('ready');
    expect(store.images.find(uuid(2))).toMatchObject({
      state: 'failed',
      error: { code: 'image.refused', details: { reason: 'image.lost' } },
    });
    expect(store.images.find(uuid(5))).toMatchObject({
      state: 'failed',
      error: { details: { reason: 'image.damaged', values: { actualBytes: 1, expectedBytes: 9 } } },
    });
  });
});
