import type { IncomingMessage } from 'node:http';
import { BodyTooLarge, type HttpBody } from './answer.ts';

/** `onFirstRead` lets the server send "100 Continue" only to a request that the handler wants to read. */
export function requestBody(message: IncomingMessage, onFirstRead: () => void): HttpBody {
  async function* chunks(limitBytes: number): AsyncGenerator<Uint8Array> {
    if (Number(message.headers['content-length'] ?? 0) > limitBytes) throw new BodyTooLarge(limitBytes);
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
      const parts: Uint8Array[] = [];
      for await (const chunk of chunks(limitBytes)) parts.push(chunk);
      return Buffer.concat(parts);
    },
  };
}
