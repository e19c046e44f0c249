import { Worker } from 'node:worker_threads';
import { removeCachedImage } from './image-cache.ts';
import type { ImportedDisc } from './import-disc.ts';
import type { ImportedImage, ImportProgress } from './import-file.ts';
import type { ImportWorkerData, ImportWorkerMessage } from './import-worker.ts';
import { ImageRefusedError } from './refusal.ts';

export interface ImportRequest {
  readonly sourcePath: string;
  /** `<data>/images`; made when it is missing. */
  readonly cacheDir: string;
  /** A new one: a file of that name in the cache is replaced, and removed when the import fails. */
  readonly imageId: string;
  /** At most ten times a second. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Stops the import within moments; what it wrote is removed before the promise rejects. */
  readonly signal?: AbortSignal;
}

/** From sources the worker is a `.ts` file beside this one; a bundle has it as a `.js` entry beside its own file. */
const workerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './import-worker.ts' : './image-import-worker.js',
  import.meta.url,
);

/** What the thread may hold in JavaScript objects; buffers are not counted and stay below some 100 MB. */
const heapMaxMegabytes = 256;

/**
 * Imports a disk image into the cache as one zstd stream, an ISO as it is, in a thread of its own.
 * @throws ImageRefusedError with a closed union of reasons; `signal.reason` when cancelled; Error for our own bugs.
 * Whenever it throws, nothing of the image is left in the cache.
 */
export async function importImage(request: ImportRequest): Promise<ImportedImage | ImportedDisc> {
  const { sourcePath, cacheDir, imageId, signal } = request;
  signal?.throwIfAborted();
  const data: ImportWorkerData = { sourcePath, cacheDir, imageId };
  const worker = new Worker(workerUrl, {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: heapMaxMegabytes },
  });
  try {
    return await resultOf(worker, request);
  } catch (error) {
    // The thread has ended, so nothing writes there any more.
    await worker.terminate();
    // When the cache itself cannot be written there is nothing to remove, and the first error says why.
    await removeCachedImage(cacheDir, imageId).catch(() => undefined);
    throw error;
  } finally {
    await worker.terminate();
  }
}

function resultOf(
  worker: Worker,
  { onProgress, signal }: ImportRequest,
): Promise<ImportedImage | ImportedDisc> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    worker.on('message', (message: ImportWorkerMessage) => {
      if (message.kind === 'progress') {
        if (!signal?.aborted) onProgress?.(message.progress);
        return;
      }
      signal?.removeEventListener('abort', onAbort);
      if (message.kind === 'done') resolve(message.image);
      else if (message.kind === 'refused') reject(new ImageRefusedError(message.refusal));
      else reject(new Error(`image import failed: ${message.message}`));
    });
    worker.on('error', reject);
    worker.on('exit', code => reject(new Error(`the import thread ended with code ${code}`)));
  });
}
