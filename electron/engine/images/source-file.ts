import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ImageRefusedError } from './refusal.ts';

/** The file that is imported. Opened once, so that a rename in between does not matter. */
export interface SourceFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Fewer bytes than asked for only at the end. */
  readonly read: (offsetBytes: number, lengthBytes: number) => Promise<Uint8Array>;
  /** All of it, once, in order. */
  readonly chunks: () => AsyncGenerator<Uint8Array, void, undefined>;
  /** The hash of what `chunks` gave; refuses when that was not the whole, unchanged file. */
  readonly sha256: () => Promise<string>;
  readonly close: () => Promise<void>;
}

const pieceBytes = 1024 * 1024;

/** @throws ImageRefusedError `image.unreadable`, `image.empty` */
export async function openSource(path: string, onRead: (doneBytes: number) => void): Promise<SourceFile> {
  const handle = await openRegularFile(path);
  const before = await handle.stat();
  if (before.size === 0) {
    await handle.close();
    throw new ImageRefusedError({ code: 'image.empty', details: {} });
  }
  const hash = createHash('sha256');
  let hashedBytes = 0;

  async function read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array> {
    const buffer = Buffer.allocUnsafe(Math.min(lengthBytes, Math.max(0, before.size - offsetBytes)));
    let done = 0;
    while (done < buffer.length) {
      const { bytesRead } = await readOrRefuse(handle, path, buffer, done, offsetBytes + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  }

  return {
    path,
    sizeBytes: before.size,
    read,
    async *chunks() {
      while (hashedBytes < before.size) {
        const chunk = await read(hashedBytes, pieceBytes);
        if (chunk.length === 0) throw changed(path);
        hash.update(chunk);
        hashedBytes += chunk.length;
        onRead(hashedBytes);
        yield chunk;
      }
    },
    async sha256() {
      const after = await handle.stat();
      const isSame = after.size === before.size && after.mtimeMs === before.mtimeMs;
      if (hashedBytes !== before.size || !isSame) throw changed(path);
      return hash.digest('hex');
    },
    close: () => handle.close(),
  };
}

/** The same bytes as `chunks`, unseen by hash and progress: for a look at the beginning. */
export async function* readChunks(source: SourceFile): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < source.sizeBytes; at += pieceBytes) yield await source.read(at, pieceBytes);
}

async function openRegularFile(path: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for its other end. Windows has no such flag.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const stat = await handle.stat();
  if (stat.isFile()) return handle;
  await handle.close();
  throw new ImageRefusedError({ code: 'image.unreadable', details: { path, reason: 'not-a-file' } });
}

async function readOrRefuse(
  handle: FileHandle,
  path: string,
  buffer: Buffer,
  at: number,
  position: number,
): Promise<{ bytesRead: number }> {
  try {
    return await handle.read(buffer, at, buffer.length - at, position);
  } catch (cause) {
    // A bad sector of an old disk, a stick that was pulled out.
    throw unreadable(path, cause);
  }
}

function changed(path: string): ImageRefusedError {
  return new ImageRefusedError({ code: 'image.changed', details: { path } });
}

function unreadable(path: string, cause: unknown): ImageRefusedError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new ImageRefusedError({ code: 'image.unreadable', details: { path, reason } }, cause);
}
