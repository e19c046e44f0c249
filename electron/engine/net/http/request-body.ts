import type { IncomingMessage } from 'node:http';
import { BodyMemoryFull, BodyTooLarge, type HttpBody } from './answer.ts';

/** What all content that is collected in memory at one time may take. */
export interface BodyMemory {
  /** False: not now. One body fits in any case. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function bodyMemory(budgetBytes: number): BodyMemory {
  let takenBytes = 0;
  return {
    take(bytes) {
      if (takenBytes > 0 && takenBytes + bytes > budgetBytes) return false;
      takenBytes += bytes;
      return true;
    },
    give(bytes) {
      takenBytes -= bytes;
    },
  };
}

/** `onFirstRead` lets the server send "100 Continue" only to a request that the handler wants to read. */
export function requestBody(message: IncomingMessage, memory: BodyMemory, onFirstRead: () => void): HttpBody {
  const announced = message.headers['content-length'];
  async function* chunks(limitBytes: number): AsyncGenerator<Uint8Array> {
    if (Number(announced ?? 0) > limitBytes) throw new BodyTooLarge(limitBytes);
    onFirstRead();
    let received = 0;
    // The connection must survive an early end: the 413 still has to go out on it.
    for await (const chunk of message.iterator({ destroyOnReturn: false })) {
      if (!(chunk instanceof Uint8Array)) continue;
      received += chunk.length;
      if (received > limitBytes) throw new BodyTooLarge(limitBytes);
      yield chunk;
    }
  }
  return {
    chunks,
    async bytes(limitBytes) {
      const mostBytes = Math.min(limitBytes, Number(announced ?? limitBytes));
      if (!memory.take(mostBytes)) throw new BodyMemoryFull();
      try {
        const parts: Uint8Array[] = [];
        for await (const chunk of chunks(limitBytes)) parts.push(chunk);
        return Buffer.concat(parts);
      } finally {
        memory.give(mostBytes);
      }
    },
  };
}
