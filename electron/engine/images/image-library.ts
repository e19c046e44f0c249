import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { z } from 'zod';
import type { StoredImage } from '#engine/store/images.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import {
  CodedError,
  type Image,
  type ImageUser,
  type InstallerMedium,
  image as imageShape,
} from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { discard } from './cache-file.ts';
import {
  cachedDiscPath,
  cachedImagePath,
  reconcileImageCache,
  removeCachedImage,
  uploadPaths,
} from './image-cache.ts';
import type { UploadDesk } from './image-uploads.ts';
import { neededBy, servedTo } from './image-users.ts';
import { importTurns } from './import-turns.ts';
import { librarySpace } from './library-space.ts';
import { type RemovedImages, removedImages } from './removed-images.ts';

/** Names and texts come from a stranger's disc: what no row can hold is refused here, and does not break the table. */
const factsShape = imageShape.pick({
  kind: true,
  installer: true,
  sourceFormat: true,
  rawSizeBytes: true,
  storedSizeBytes: true,
  sha256: true,
  sourceSha256: true,
  partitionTable: true,
  boots: true,
  evidence: true,
});
/** What an import learned, as far as the library keeps it. */
export type ImportFacts = Readonly<z.infer<typeof factsShape>>;

/** Reads, checks and stores one file. Rejects with a CodedError `image.*` or `file.*`; leaves nothing then. */
export type ImportRunner = (job: {
  readonly sourcePath: string;
  readonly imageId: ImageId;
  readonly onProgress: (progress: NonNullable<Image['progress']>) => void;
  readonly signal: AbortSignal;
}) => Promise<ImportFacts>;

/** What we name a file; another one in our folder is somebody's own. */
const isOwnId = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);

const showProgressEveryMs = 250;
const importsAtOnce = 2;
const engineStops = new Error('the engine stops');
const cancelled = new Error('cancelled by a person');

/** The images on this laptop: imports that can be watched and cancelled, and the files that are served. */
export class ImageLibrary {
  readonly #store: Store;
  readonly #imagesDir: string;
  readonly #runImport: ImportRunner;
  readonly #clock: Clock;
  readonly #uploads: UploadDesk;
  readonly #imports = new Map<ImageId, { abort: AbortController; ended: Promise<void> }>();
  readonly #inTurn = importTurns(importsAtOnce);
  readonly #removed: RemovedImages;

  constructor(store: Store, imagesDir: string, runImport: ImportRunner, uploads: UploadDesk, clock: Clock) {
    this.#uploads = uploads;
    this.#store = store;
    this.#imagesDir = imagesDir;
    this.#runImport = runImport;
    this.#clock = clock;
    this.#removed = removedImages(store, imagesDir, clock);
  }

  /** Where the image's stored stream is, once it is whole. */
  file(id: ImageId): string | undefined {
    const image = this.#store.images.find(id);
    return image?.state === 'ready' && image.kind !== 'installer'
      ? cachedImagePath(this.#imagesDir, id)
      : undefined;
  }

  /** Where the ISO is, once it is whole. */
  disc(id: ImageId): string | undefined {
    const image = this.#store.images.find(id);
    return image?.state === 'ready' && image.kind === 'installer'
      ? cachedDiscPath(this.#imagesDir, id)
      : undefined;
  }

  /**
   * What a person knows better about an ISO.
   * @throws CodedError `input.in_use` while a deployment runs with it: boot files and answers are made anew for each request.
   */
  correctInstaller(id: ImageId, installer: InstallerMedium): Image {
    this.#requireNone(id, servedTo(this.#store, id));
    const image = { ...this.#require(id), installer };
    this.#store.images.save(image);
    return this.#shown(id);
  }

  start(sourcePath: string, name: string): Image {
    return this.#add(randomUUID() as ImageId, sourcePath, name === '' ? basename(sourcePath) : name);
  }

  /**
   * For a file that a browser will send to the desk of uploads.
   * @throws CodedError `image.refused`, `image.disk_full`
   */
  async startUpload(name: string, sizeBytes: number): Promise<Image> {
    if (sizeBytes === 0)
      throw new CodedError('image.refused', 'the file is empty', { reason: 'image.empty', values: {} });
    await this.forgetRemoved();
    await this.#uploads.requireRoom(sizeBytes);
    const id = randomUUID() as ImageId;
    return this.#add(id, uploadPaths(this.#imagesDir, id).whole, name);
  }

  #add(id: ImageId, sourcePath: string, name: string): Image {
    const stored: StoredImage = {
      id,
      name,
      state: 'importing',
      sourcePath,
      sourceFormat: '',
      rawSizeBytes: 0,
      storedSizeBytes: 0,
      sha256: '',
      sourceSha256: '',
      kind: 'whole-disk',
      installer: null,
      partitionTable: 'unknown',
      boots: { bios: false, uefi: false },
      evidence: [],
      error: null,
      createdAt: this.#clock.now(),
    };
    this.#store.images.save(stored);
    this.#begin(stored);
    return this.#shown(id);
  }

  /** @throws CodedError `state.not_allowed` unless it failed, and came from a path */
  failedPath(id: ImageId): string {
    return this.#requireRetriable(id).sourcePath;
  }

  /** A failed import anew, from the path that it came from. */
  retry(id: ImageId): Image {
    const stored = { ...this.#requireRetriable(id), state: 'importing' as const, error: null };
    this.#store.images.save(stored);
    this.#begin(stored);
    return this.#shown(id);
  }

  /** Nothing of the import stays. */
  async cancel(id: ImageId): Promise<void> {
    const running = this.#imports.get(id);
    if (running === undefined) {
      throw new CodedError('state.not_allowed', 'no import runs', {
        verb: 'cancel',
        state: this.#require(id).state,
      });
    }
    running.abort.abort(cancelled);
    await running.ended;
  }

  rename(id: ImageId, name: string): Image {
    this.#store.images.save({ ...this.#require(id), name });
    return this.#shown(id);
  }

  async remove(id: ImageId): Promise<void> {
    const stored = this.#require(id);
    this.#requireEnded(stored);
    this.requireUnused(id);
    this.#store.images.remove(id);
    try {
      await removeCachedImage(this.#imagesDir, id);
    } catch (error) {
      // Its gigabytes are still there, so the image is too.
      this.#store.images.save(stored);
      throw error;
    }
  }

  /** As `remove`, but its file stays for a minute: `undoRemove` takes it back. */
  removeForNow(id: ImageId): void {
    const image = this.#require(id);
    this.#requireEnded(image);
    this.requireUnused(id);
    this.#removed.add(image);
  }

  /** One that is there already, because another window was quicker, is there. */
  undoRemove(id: ImageId): Image {
    if (this.#store.images.find(id) === undefined) this.#removed.takeBack(id);
    return this.#shown(id);
  }

  /** The room of removed images is wanted now. */
  forgetRemoved(): Promise<void> {
    return this.#removed.forgetAll();
  }

  space(paths: readonly string[]) {
    return librarySpace(this.#imagesDir, paths);
  }

  #requireEnded({ id, name: what }: StoredImage): void {
    if (this.#imports.has(id))
      throw new CodedError('input.in_use', 'the import still runs', { what, by: 'import' });
  }

  /** @throws CodedError `input.in_use` while a deployment runs that needs the image, or a batch or a profile names it. */
  requireUnused(id: ImageId): void {
    this.#requireNone(id, neededBy(this.#store, id));
  }

  #requireNone(id: ImageId, users: readonly ImageUser[]): void {
    const { name: what } = this.#require(id);
    if (users.length === 0) return;
    const by = users.map(({ name }) => name).join(', ');
    throw new CodedError('input.in_use', `${by} needs ${what}`, { what, by });
  }

  /**
   * After a start: what a killed engine left is put in order. Imports that were half done begin anew under their id,
   * files that belong to no image go, and an image whose file is gone says so.
   */
  async resumeAll(): Promise<void> {
    const images = this.#store.images.list();
    const removed = this.#store.images.removed().map(({ image }) => image);
    const { orphans, missing } = await reconcileImageCache(
      this.#imagesDir,
      [...images, ...removed].map(({ id }) => id),
    );
    for (const id of orphans.filter(isOwnId)) await removeCachedImage(this.#imagesDir, id);
    this.#removed.resume();
    for (const { id, state } of images) {
      if (state === 'importing') this.#begin(this.#require(id));
      else await discard(uploadPaths(this.#imagesDir, id).whole);
      if (state === 'ready' && missing.includes(id)) this.#markLost(id);
      else if (state === 'ready') await this.#checkSize(id);
    }
  }

  async stop(): Promise<void> {
    const ends = [...this.#imports.values()].map(({ abort, ended }) => {
      abort.abort(engineStops);
      return ended;
    });
    await Promise.allSettled([...ends, this.#removed.stop()]);
  }

  #shown(id: ImageId): Image {
    const image = this.#store.images.find(id);
    if (image !== undefined) return image;
    throw new CodedError('input.not_found', `no image ${id}`, { what: 'image', id });
  }

  #require(id: ImageId): StoredImage {
    const { progress: _p, canRetry: _c, ...stored } = this.#shown(id);
    return { ...stored, sourcePath: this.#store.images.sourcePath(id) ?? '' };
  }

  #requireRetriable(id: ImageId): StoredImage {
    const { canRetry, state } = this.#shown(id);
    if (canRetry && !this.#imports.has(id)) return this.#require(id);
    throw new CodedError('state.not_allowed', 'no import that could be tried again', {
      verb: 'retry',
      state,
    });
  }

  #begin(stored: StoredImage): void {
    const abort = new AbortController();
    const ended = this.#run(stored, abort.signal).finally(() => this.#imports.delete(stored.id));
    this.#imports.set(stored.id, { abort, ended });
  }

  async #run({ id, sourcePath }: StoredImage, signal: AbortSignal): Promise<void> {
    const onProgress = this.#progressShower(id);
    const onWait = () =>
      this.#store.images.showProgress(id, { phase: 'waiting', doneBytes: 0, totalBytes: 0 });
    const { whole } = uploadPaths(this.#imagesDir, id);
    try {
      if (sourcePath === whole) await this.#receive(id, signal, onProgress);
      const startedAt = this.#clock.now();
      const facts = factsShape.parse(
        await this.#inTurn(signal, onWait, () =>
          this.#runImport({ sourcePath, imageId: id, signal, onProgress }),
        ),
      );
      // Too late for the runner to notice: it has its result already.
      signal.throwIfAborted();
      const ready = { ...this.#require(id), ...facts, state: 'ready' as const };
      this.#store.images.save(ready);
      // What stays of it all the same goes at the next start.
      discard(whole).catch(() => undefined);
      const seconds = (this.#clock.now() - startedAt) / 1000;
      this.#tell({ message: 'image.imported', details: { name: ready.name, seconds } });
    } catch (error) {
      // The row stays `importing`: the next start begins anew.
      if (signal.reason === engineStops) return;
      // When the folder itself is the trouble there is nothing to remove, and the error says why.
      await removeCachedImage(this.#imagesDir, id).catch(() => undefined);
      if (signal.aborted) this.#store.images.remove(id);
      else this.#fail(id, asCodedError(error));
    }
  }

  #receive(
    imageId: ImageId,
    signal: AbortSignal,
    onProgress: (progress: NonNullable<Image['progress']>) => void,
  ): Promise<void> {
    return this.#uploads.receive({
      imageId,
      signal,
      onProgress: (doneBytes, totalBytes) => onProgress({ phase: 'upload', doneBytes, totalBytes }),
    });
  }

  #progressShower(id: ImageId) {
    let shownAt = 0;
    return (progress: NonNullable<Image['progress']>): void => {
      if (this.#clock.now() - shownAt < showProgressEveryMs) return;
      shownAt = this.#clock.now();
      this.#store.images.showProgress(id, progress);
    };
  }

  #markLost(id: ImageId): void {
    const path = this.#path(id);
    const values = { path };
    this.#fail(id, new CodedError('image.refused', `${path} is gone`, { reason: 'image.lost', values }));
  }

  /** A power cut or a full disk may have cut it off. */
  async #checkSize(id: ImageId): Promise<void> {
    const path = this.#path(id);
    const { storedSizeBytes: expectedBytes } = this.#require(id);
    const { size: actualBytes } = await stat(path);
    if (actualBytes === expectedBytes) return;
    const text = `${path} holds ${actualBytes} of ${expectedBytes} bytes`;
    const values = { path, actualBytes, expectedBytes };
    this.#fail(id, new CodedError('image.refused', text, { reason: 'image.damaged', values }));
  }

  #path(id: ImageId): string {
    const { kind } = this.#require(id);
    return (kind === 'installer' ? cachedDiscPath : cachedImagePath)(this.#imagesDir, id);
  }

  #fail(id: ImageId, error: CodedError): void {
    const stored = this.#require(id);
    const isUpload = stored.sourcePath === uploadPaths(this.#imagesDir, id).whole;
    const failed = {
      ...stored,
      state: 'failed' as const,
      error: error.toData(),
      // What a browser sent is gone, and only a browser has it.
      sourcePath: isUpload ? '' : stored.sourcePath,
    };
    this.#store.images.save(failed);
    this.#tell({ message: 'image.refused', details: { name: failed.name, error: failed.error } });
  }

  #tell(told: ToldEvent<'image.imported' | 'image.refused'>): void {
    this.#store.timeline.append({ kind: 'image', ...told });
  }
}
