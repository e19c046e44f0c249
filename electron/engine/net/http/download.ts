import type { ServerResponse } from 'node:http';
import type { ReadableFile } from '../file-source/file-source.ts';

/**
 * Memory for files on their way out. All downloads of a service share the budget: many slow readers get
 * smaller chunks, not more memory. Chunks are reused, because a fresh one for each read costs a page fault
 * per 4 KiB.
 */
export interface ChunkPool {
  take(): Uint8Array;
  /** Only memory that nothing reads or writes any more. */
  give(chunk: Uint8Array): void;
}

const smallestChunkBytes = 64 * 1024;
const chunksPerDownload = 2;

export function chunkPool(budgetBytes: number, largestChunkBytes: number): ChunkPool {
  const free: Uint8Array[] = [];
  let out = 0;
  const chunkBytes = (): number => {
    const share = budgetBytes / (out + chunksPerDownload);
    let size = largestChunkBytes;
    while (size > share && size > smallestChunkBytes) size /= 2;
    return size;
  };
  return {
    take() {
      const size = chunkBytes();
      const index = free.findIndex(chunk => chunk.length === size);
      out += 1;
      return index < 0
        ? Buffer.allocUnsafeSlow(size)
        : (free.splice(index, 1)[0] ?? Buffer.allocUnsafeSlow(size));
    },
    give(chunk) {
      out -= 1;
      const kept = free.reduce((sum, other) => sum + other.length, chunk.length);
      if (kept <= budgetBytes) free.push(chunk);
    },
  };
}

/**
 * Sends `lengthBytes` of `file` from `offsetBytes`, one chunk being read while the other is on its way. Waits
 * for each chunk to reach the operating system, so a slow client holds two chunks and no more. Resolves early
 * when the response closes; rejects when the file cannot be read. Does not end the response.
 */
export async function sendFilePart(
  response: ServerResponse,
  file: ReadableFile,
  offsetBytes: number,
  lengthBytes: number,
  pool: ChunkPool,
  sent: (bytes: number) => void,
): Promise<void> {
  const write = writerTo(response, sent);
  const endBytes = offsetBytes + lengthBytes;
  let filling = pool.take();
  let draining = pool.take();
  let written: Promise<void> = Promise.resolve();
  let position = offsetBytes;
  while (position < endBytes && !response.destroyed) {
    const bytes = await file.read(position, Math.min(filling.length, endBytes - position), filling);
    position += bytes.length;
    await written;
    written = write(bytes);
    [filling, draining] = [draining, filling];
  }
  await written;
  // After an abort the kernel may still hold on to a chunk: leave those to the garbage collector.
  if (response.destroyed) return;
  pool.give(filling);
  pool.give(draining);
}

/** Sends chunks of unknown number; each waits for the one before. */
export async function sendChunks(
  response: ServerResponse,
  chunks: AsyncIterable<Uint8Array>,
  sent: (bytes: number) => void,
): Promise<void> {
  const write = writerTo(response, sent);
  for await (const chunk of chunks) {
    if (response.destroyed) return;
    await write(chunk);
  }
}

/** Resolves when the bytes are with the operating system, or when the response has closed and they never will be. */
function writerTo(
  response: ServerResponse,
  sent: (bytes: number) => void,
): (bytes: Uint8Array) => Promise<void> {
  let wake: () => void = () => undefined;
  response.once('close', () => wake());
  return bytes =>
    new Promise(resolve => {
      if (response.destroyed || bytes.length === 0) {
        resolve();
        return;
      }
      wake = resolve;
      response.write(bytes, error => {
        if (error === undefined || error === null) sent(bytes.length);
        resolve();
      });
    });
}
