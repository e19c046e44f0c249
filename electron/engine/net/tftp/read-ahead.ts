import type { ReadableFile } from '../file-source/file-source.ts';

/**
 * Keeps the part of a file that the wire needs now and the part it needs next in memory, so that an ACK is
 * answered without waiting for the disk. Two slots of `chunkBytes`, reused for the whole transfer. Nothing is read before
 * it is asked for, and nothing ahead before the client has confirmed something: most silent requests are not machines.
 */
export interface ReadAhead {
  /**
   * Copies file bytes to `target` at `targetOffset`; false if they are not in memory yet: then they are read, and
   * `ready` tells. A length of 0 always is.
   * A range may not cross a multiple of `chunkBytes`.
   */
  copy(offsetBytes: number, lengthBytes: number, target: Uint8Array, targetOffset: number): boolean;
  /** Nothing before this offset will be asked for again: its memory may take the next chunk. */
  release(offsetBytes: number): void;
}

interface Slot {
  memory: Uint8Array | undefined;
  /** Which chunk it holds or is reading; -1 for none. */
  chunk: number;
  bytes: Buffer | undefined;
}

export function readAhead(
  file: ReadableFile,
  chunkBytes: number,
  told: { readonly ready: () => void; readonly failed: (cause: unknown) => void },
): ReadAhead {
  const chunkCount = Math.ceil(file.sizeBytes / chunkBytes);
  const slots: Slot[] = Array.from({ length: Math.min(2, chunkCount) }, () => ({
    memory: undefined,
    chunk: -1,
    bytes: undefined,
  }));

  const load = async (slot: Slot, chunk: number): Promise<void> => {
    slot.chunk = chunk;
    slot.bytes = undefined;
    const offset = chunk * chunkBytes;
    const length = Math.min(chunkBytes, file.sizeBytes - offset);
    slot.memory ??= Buffer.allocUnsafeSlow(length);
    try {
      const bytes = await file.read(offset, length, slot.memory);
      slot.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      told.ready();
    } catch (cause) {
      told.failed(cause);
    }
  };
  const want = (chunk: number): void => {
    const slot = slots[chunk % slots.length];
    // A slot that is still reading an older chunk cannot be here: the wire never passes an unread chunk.
    if (chunk < chunkCount && slot !== undefined && slot.chunk !== chunk) void load(slot, chunk);
  };

  let current = -1;
  return {
    copy(offsetBytes, lengthBytes, target, targetOffset) {
      if (lengthBytes === 0) return true;
      const chunk = Math.floor(offsetBytes / chunkBytes);
      const slot = slots[chunk % slots.length];
      if (slot === undefined || slot.chunk !== chunk || slot.bytes === undefined) {
        want(chunk);
        return false;
      }
      const start = offsetBytes - chunk * chunkBytes;
      // Buffer's copy and no subarray: this runs for every packet, and a view costs more than the bytes.
      slot.bytes.copy(target, targetOffset, start, start + lengthBytes);
      return true;
    },
    release(offsetBytes) {
      const chunk = Math.floor(offsetBytes / chunkBytes);
      if (chunk === current || offsetBytes === 0) return;
      current = chunk;
      want(chunk);
      want(chunk + 1);
    },
  };
}
