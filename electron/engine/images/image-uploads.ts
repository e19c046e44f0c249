import { access } from 'node:fs/promises';
import type { Clock } from '#engine/system/clock.ts';
import { CodedError } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { type CacheFile, type CacheSpace, createCacheFile, discard, requireSpace } from './cache-file.ts';
import { classifyHead, headBytes } from './classify-head.ts';
import { codedRefusal } from './coded-refusal.ts';
import { uploadPaths } from './image-cache.ts';
import { kernelHead } from './kernel-head.ts';
import { ImageRefusedError } from './refusal.ts';

/** A part of a file, as it comes from a browser. */
export interface UploadPiece {
  readonly imageId: ImageId;
  /** Where in the file it begins. */
  readonly fromBytes: number;
  readonly totalBytes: number;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Ends `bytes` with an error: another piece has come in its place, or nobody wants it any more. */
  readonly cut: () => void;
}

export interface ImageUploads {
  /**
   * Writes a piece behind what is there. Answers how much of the file is there then, which is where the next piece
   * begins: one that begins elsewhere is not read. So a sender that lost its connection, or whose engine was started
   * anew, asks by sending.
   * @throws CodedError `input.not_found` when no image waits for it, `image.*` when the file is refused
   */
  take(piece: UploadPiece): Promise<number>;
}

export interface UploadDesk extends ImageUploads {
  /** @throws CodedError `image.disk_full` beside the uploads that are under way */
  requireRoom(sizeBytes: number): Promise<void>;
  /** Resolves when the whole file lies at `uploadPaths(…).whole`; leaves nothing when it rejects. */
  receive(wanted: {
    readonly imageId: ImageId;
    readonly onProgress: (doneBytes: number, totalBytes: number) => void;
    readonly signal: AbortSignal;
  }): Promise<void>;
}

/** As long as a laptop needs to find its network again. */
const patienceMs = 2 * 60_000;

interface Upload {
  readonly file: CacheFile;
  readonly onProgress: (doneBytes: number, totalBytes: number) => void;
  readonly end: PromiseWithResolvers<void>;
  /** What the first bytes are is known before gigabytes have come; null once it is. */
  head: Uint8Array | null;
  /** Of the first piece; 0 before. */
  totalBytes: number;
  lastByteAt: number;
  /** The newest piece, and the end of all before. */
  cut: () => void;
  turn: Promise<unknown>;
}

const nothing = () => undefined;

/** Files on their way from a browser into the library's folder `dir`. What has come is kept while its sender is away. */
export function createImageUploads(dir: string, space: CacheSpace, clock: Clock): UploadDesk {
  /** From the moment in which the image is known. */
  const uploads = new Map<ImageId, Promise<Upload>>();
  const open = new Set<Upload>();

  async function append(upload: Upload, { fromBytes, totalBytes, bytes }: UploadPiece): Promise<number> {
    const { file } = upload;
    if (fromBytes !== file.writtenBytes()) return file.writtenBytes();
    upload.totalBytes = totalBytes;
    try {
      for await (const chunk of bytes) {
        if (file.writtenBytes() + chunk.length > totalBytes) throw longer(totalBytes);
        look(upload, chunk);
        await file.write(chunk);
        upload.lastByteAt = clock.now();
        upload.onProgress(file.writtenBytes(), totalBytes);
      }
    } catch (error) {
      const coded = error instanceof ImageRefusedError ? codedRefusal(error) : error;
      // A connection that broke is no end: its sender comes back.
      if (coded instanceof CodedError) upload.end.reject(coded);
      throw coded;
    }
    if (file.writtenBytes() === totalBytes) upload.end.resolve();
    return file.writtenBytes();
  }

  async function begin(part: string, onProgress: Upload['onProgress']): Promise<Upload> {
    const end = Promise.withResolvers<void>();
    // It may be over before anybody waits for it.
    end.promise.catch(nothing);
    let upload: Upload | undefined;
    const leftBytes = () => (upload === undefined ? 0 : upload.totalBytes - upload.file.writtenBytes());
    const file = await coded(() => createCacheFile(part, space, leftBytes));
    upload = {
      file,
      onProgress,
      end,
      head: new Uint8Array(),
      totalBytes: 0,
      lastByteAt: clock.now(),
      cut: nothing,
      turn: Promise.resolve(),
    };
    return upload;
  }

  async function close(upload: Upload): Promise<void> {
    open.delete(upload);
    upload.cut();
    await upload.turn;
    await upload.file.close();
  }

  async function giveUpWhenSilent(upload: Upload, signal: AbortSignal): Promise<void> {
    for (;;) {
      const leftMs = upload.lastByteAt + patienceMs - clock.now();
      if (leftMs <= 0) break;
      await clock.sleep(leftMs, signal);
    }
    const receivedBytes = upload.file.writtenBytes();
    const details = { reason: 'image.upload_broken_off', values: { receivedBytes } } as const;
    upload.end.reject(new CodedError('image.refused', 'the upload broke off', details));
  }

  return {
    async requireRoom(sizeBytes) {
      const coming = [...open].reduce(
        (sum, { file, totalBytes }) => sum + totalBytes - file.writtenBytes(),
        sizeBytes,
      );
      await coded(() => requireSpace(space, coming));
    },

    async receive({ imageId, onProgress, signal }) {
      const { part, whole } = uploadPaths(dir, imageId);
      const opening = begin(part, onProgress);
      uploads.set(imageId, opening);
      const over = new AbortController();
      try {
        const upload = await opening;
        open.add(upload);
        // Whole before the engine ended.
        if (await isThere(whole)) return;
        signal.addEventListener('abort', () => upload.end.reject(signal.reason), { once: true });
        if (signal.aborted) upload.end.reject(signal.reason);
        giveUpWhenSilent(upload, over.signal).catch(nothing); // it is over before
        await upload.end.promise;
        await coded(() => upload.file.publish(whole));
      } finally {
        over.abort();
        uploads.delete(imageId);
        await opening.then(close, nothing);
        // Where the folder itself is the trouble there is nothing to remove, and the error says why.
        await discard(part).catch(nothing);
      }
    },

    async take(piece) {
      const { imageId: id, totalBytes } = piece;
      const upload = await uploads.get(id);
      if (upload === undefined)
        throw new CodedError('input.not_found', 'no upload is expected', { what: 'image', id });
      if (upload.totalBytes !== 0 && upload.totalBytes !== totalBytes) throw longer(upload.totalBytes);
      // The connection of the one before may be dead without knowing it: the newest is the one that counts.
      upload.cut();
      upload.cut = piece.cut;
      const turn = upload.turn.then(() => append(upload, piece));
      upload.turn = turn.catch(nothing);
      try {
        return await turn;
      } finally {
        if (upload.cut === piece.cut) upload.cut = nothing;
      }
    },
  };
}

/** Refuses what no import takes as soon as its first bytes are there. An ISO may still be anything. */
function look(upload: Upload, chunk: Uint8Array): void {
  if (upload.head === null) return;
  const head = Buffer.concat([upload.head, chunk]).subarray(0, headBytes);
  upload.head = head;
  if (head.length < Math.min(headBytes, upload.totalBytes)) return;
  upload.head = null;
  const found = classifyHead(head);
  if (found.kind === 'unsupported' && found.format !== 'iso9660' && kernelHead(head) === undefined)
    throw new ImageRefusedError({
      code: 'image.unsupported_format',
      details: { format: found.format, inside: 'none' },
    });
}

async function coded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ImageRefusedError ? codedRefusal(error) : error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function longer(totalBytes: number): CodedError<'input.invalid'> {
  const message = `the file was said to have ${totalBytes} bytes`;
  return new CodedError('input.invalid', message, { issues: [{ path: 'content-range', message }] });
}
