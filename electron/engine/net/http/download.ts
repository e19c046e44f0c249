import type { ServerResponse } from 'node:http';
import type { ReadableFile } from '../file-source/file-source.ts';

/**
 * Memory for files on their way out. All downloads of a service share the budget: the more there are, the smaller
 * their chunks, and beyond what it gives in the smallest chunks they wait in line. Chunks are reused, because a fresh one for each read costs a page fault for every 4 KiB.
 */
export interface ChunkPool {
  /** Call once for each download, before its first chunk. Resolves when it may begin; false: its client went first. */
  enter(client: Client): Promise<boolean>;
  /** For each download that had its place. `chunks` are free again; leave out what something may still read or write. */
  leave(chunks: readonly Uint8Array[]): void;
  /** A chunk of the size that fits now; `previous` goes back and may be the very one. */
  chunk(previous: Uint8Array | undefined): Uint8Array;
}

interface Client {
  once(event: 'close', listener: () => void): unknown;
}

const smallestChunkBytes = 64 * 1024;
const chunksPerDownload = 2;

export function chunkPool(budgetBytes: number, largestChunkBytes: number): ChunkPool {
  const maxDownloads = Math.max(1, Math.floor(budgetBytes / (chunksPerDownload * smallestChunkBytes)));
  const line = new Set<() => void>();
  let downloads = 0;
  let chunkBytes = largestChunkBytes;
  let free: Uint8Array[] = [];
  const resize = (): void => {
    const share = budgetBytes / (chunksPerDownload * downloads);
    chunkBytes = largestChunkBytes;
    while (chunkBytes > share && chunkBytes > smallestChunkBytes) chunkBytes /= 2;
    free = free.filter(chunk => chunk.length === chunkBytes);
  };
  const give = (chunk: Uint8Array): void => {
    if (chunk.length === chunkBytes && (free.length + 1) * chunkBytes <= budgetBytes) free.push(chunk);
  };
  return {
    enter: client =>
      new Promise(resolve => {
        const begin = (): void => {
          line.delete(begin);
          downloads += 1;
          resize();
          resolve(true);
        };
        if (downloads < maxDownloads) {
          begin();
          return;
        }
        line.add(begin);
        client.once('close', () => {
          if (line.delete(begin)) resolve(false);
        });
      }),
    leave(chunks) {
      downloads -= 1;
      resize();
      for (const chunk of chunks) give(chunk);
      const [next] = line;
      next?.();
    },
    chunk(previous) {
      if (previous?.length === chunkBytes) return previous;
      return free.pop() ?? Buffer.allocUnsafeSlow(chunkBytes);
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
  if (lengthBytes <= smallestChunkBytes) {
    await write(await file.read(offsetBytes, lengthBytes));
    return;
  }
  if (!(await pool.enter(response))) return;
  let filling: Uint8Array | undefined;
  let draining: Uint8Array | undefined;
  try {
    const endBytes = offsetBytes + lengthBytes;
    let written: Promise<void> = Promise.resolve();
    let position = offsetBytes;
    while (position < endBytes && !response.destroyed) {
      filling = pool.chunk(filling);
      const bytes = await file.read(position, Math.min(filling.length, endBytes - position), filling);
      position += bytes.length;
      await written;
      written = write(bytes);
      [filling, draining] = [draining, filling];
    }
    await written;
  } finally {
    // After an abort the operating system may still hold on to a chunk: those are left to the garbage collector.
    const reusable = response.destroyed ? [] : [filling, draining].filter(chunk => chunk !== undefined);
    pool.leave(reusable);
  }
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
