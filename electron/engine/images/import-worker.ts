import { parentPort, workerData } from 'node:worker_threads';
import { isUdf } from '#engine/media/udf/volume-structure.ts';
import { classifyHead, headBytes } from './classify-head.ts';
import { type BootFileKind, bootFileKind, importBootFiles } from './import-boot-files.ts';
import { type ImportedDisc, importDisc } from './import-disc.ts';
import { type ImportedImage, type ImportProgress, importFile } from './import-file.ts';
import { type ImageRefusal, ImageRefusedError } from './refusal.ts';
import { openSource, type SourceFile } from './source-file.ts';

/** What `importImage` starts this worker with. */
export interface ImportWorkerData {
  readonly sourcePath: string;
  readonly cacheDir: string;
  readonly imageId: string;
}

export type ImportWorkerMessage =
  | { readonly kind: 'progress'; readonly progress: ImportProgress }
  | { readonly kind: 'done'; readonly image: ImportedImage | ImportedDisc }
  | { readonly kind: 'refused'; readonly refusal: ImageRefusal }
  | { readonly kind: 'failed'; readonly message: string };

/** Often enough for a progress bar, rare enough to cost nothing. */
const progressEveryMs = 100;

function post(message: ImportWorkerMessage): void {
  parentPort?.postMessage(message);
}

let shownAt = 0;
function onProgress(progress: ImportProgress): void {
  const now = performance.now();
  if (now - shownAt < progressEveryMs && progress.doneBytes < progress.totalBytes) return;
  shownAt = now;
  post({ kind: 'progress', progress });
}

/** A function and no top-level await, so that a CommonJS bundle is possible too. */
async function run(): Promise<void> {
  try {
    const options = { ...(workerData as ImportWorkerData), onProgress };
    const kind = await kindOf(options.sourcePath);
    const image =
      kind === 'disc'
        ? await importDisc(options)
        : await (kind === undefined ? importFile(options) : importBootFiles(options, kind));
    post({ kind: 'done', image });
  } catch (error) {
    if (error instanceof ImageRefusedError) post({ kind: 'refused', refusal: error.refusal });
    else
      post({
        kind: 'failed',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
  }
}

/** Undefined: a disk's content, or nothing that we know. What cannot be read is told by the import itself. */
async function kindOf(path: string): Promise<'disc' | BootFileKind | undefined> {
  const source = await openSource(path, () => undefined);
  try {
    return (await isDisc(source)) ? 'disc' : await bootFileKind(source);
  } finally {
    await source.close();
  }
}

/** ISO 9660, or UDF alone, which is no content of a disk either. */
async function isDisc(source: SourceFile): Promise<boolean> {
  const head = classifyHead(await source.read(0, headBytes));
  if (head.kind === 'raw') return isUdf(source);
  return head.kind === 'unsupported' && head.format === 'iso9660';
}

void run();
