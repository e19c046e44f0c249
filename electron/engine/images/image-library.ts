import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { StoredImage } from '#engine/store/images.ts';
import type { Store } from '#engine/store/store.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import { CodedError, type Image } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';

/** What an import learned, as far as the library keeps it. */
export interface ImportFacts {
  readonly sourceFormat: string;
  readonly rawSizeBytes: number;
  readonly storedSizeBytes: number;
  readonly sha256: string;
  readonly partitionTable: Image['partitionTable'];
  readonly boots: Image['boots'];
  readonly evidence: Image['evidence'];
}

/** Reads, checks and stores one file. Rejects with a CodedError `image.*` or `file.*`; leaves nothing then. */
export type ImportRunner = (job: {
  readonly sourcePath: string;
  readonly imageId: ImageId;
  readonly onProgress: (progress: NonNullable<Image['progress']>) => void;
  readonly signal: AbortSignal;
}) => Promise<ImportFacts>;

export type ImageLibrary = ReturnType<typeof createImageLibrary>;

const showProgressEveryMs = 250;

/** The images on this laptop: imports that can be watched and cancelled, and the files that are served. */
export function createImageLibrary(
  store: Store,
  imagesDir: string,
  runImport: ImportRunner,
  now: () => number,
) {
  const imports = new Map<ImageId, { abort: AbortController; ended: Promise<void> }>();
  const file = (id: ImageId) => join(imagesDir, `${id}.raw.zst`);

  function requireImage(id: ImageId): StoredImage {
    const image = store.images.find(id);
    const sourcePath = store.images.sourcePath(id);
    if (image === undefined || sourcePath === undefined) {
      throw new CodedError('input.not_found', `no image ${id}`, { what: 'image', id });
    }
    const { progress: _, ...stored } = image;
    return { ...stored, sourcePath };
  }

  function start(sourcePath: string, name: string): Image {
    const stored: StoredImage = {
      id: randomUUID() as ImageId,
      name: name === '' ? basename(sourcePath) : name,
      state: 'importing',
      sourcePath,
      sourceFormat: '',
      rawSizeBytes: 0,
      storedSizeBytes: 0,
      sha256: '',
      partitionTable: 'unknown',
      boots: { bios: false, uefi: false },
      evidence: [],
      error: null,
      createdAt: now(),
    };
    store.images.save(stored);
    const abort = new AbortController();
    const ended = run(stored, abort.signal).finally(() => imports.delete(stored.id));
    imports.set(stored.id, { abort, ended });
    return { ...stored, progress: null };
  }

  async function run(stored: StoredImage, signal: AbortSignal): Promise<void> {
    const { id, sourcePath } = stored;
    let shownAt = 0;
    try {
      const facts = await runImport({
        sourcePath,
        imageId: id,
        signal,
        onProgress(progress) {
          if (now() - shownAt < showProgressEveryMs) return;
          shownAt = now();
          store.images.showProgress(id, progress);
        },
      });
      store.images.save({ ...requireImage(id), ...facts, state: 'ready' });
      const seconds = (now() - stored.createdAt) / 1000;
      store.timeline.append({
        kind: 'image',
        message: 'image.imported',
        details: { name: stored.name, seconds },
      });
    } catch (error) {
      if (signal.reason === engineStops || store.images.find(id) === undefined) return;
      if (signal.aborted) return store.images.remove(id);
      const coded = asCodedError(error);
      store.images.save({ ...requireImage(id), state: 'failed', error: coded.toData() });
      store.timeline.append({
        kind: 'image',
        message: 'image.refused',
        details: { name: stored.name, error: coded.toData() },
      });
    }
  }

  return {
    start,
    file: (id: ImageId): string | undefined =>
      store.images.find(id)?.state === 'ready' ? file(id) : undefined,
    /** Nothing of the import stays. */
    async cancel(id: ImageId): Promise<void> {
      const running = imports.get(id);
      if (running === undefined) {
        throw new CodedError('state.not_allowed', 'no import runs', {
          verb: 'cancel',
          state: requireImage(id).state,
        });
      }
      running.abort.abort();
      await running.ended;
    },
    rename(id: ImageId, name: string): Image {
      const renamed = { ...requireImage(id), name };
      store.images.save(renamed);
      return store.images.find(id) ?? { ...renamed, progress: null };
    },
    async remove(id: ImageId): Promise<void> {
      const image = requireImage(id);
      if (imports.has(id))
        throw new CodedError('input.in_use', 'the import still runs', { what: image.name, by: 'import' });
      if (store.deployments.usesImage(id)) {
        throw new CodedError('input.in_use', 'a running deployment uses this image', {
          what: image.name,
          by: 'deployment',
        });
      }
      store.images.remove(id);
      await rm(file(id), { force: true });
    },
    /** Imports that a killed engine left half done begin anew. */
    resumeAll(): void {
      for (const image of store.images.list()) {
        if (image.state !== 'importing') continue;
        const stored = requireImage(image.id);
        store.images.remove(image.id);
        start(stored.sourcePath, stored.name);
      }
    },
    async stop(): Promise<void> {
      const ends = [...imports.values()].map(({ abort, ended }) => {
        abort.abort(engineStops);
        return ended;
      });
      await Promise.allSettled(ends);
    },
  };
}

const engineStops = new Error('the engine stops');
