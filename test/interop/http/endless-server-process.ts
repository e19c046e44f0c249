/**
 * `node --expose-gc endless-server-process.ts`: a server in a process of its own, for tests that look at its memory. Prints its
 * port, serves endless files, and answers each line with what it keeps when its garbage is gone, in bytes.
 */
import { createInterface } from 'node:readline';
import type { ReadableFile } from '#engine/net/file-source/file-source.ts';
import { createHttpService } from '#engine/net/http/server.ts';

const endless: ReadableFile = {
  sizeBytes: 1e12,
  // Written, not only handed out: memory that nobody touched does not count as resident.
  read: async (_offsetBytes, lengthBytes, into = new Uint8Array(lengthBytes)) =>
    into.subarray(0, lengthBytes).fill(7),
  close: async () => undefined,
};
const service = await createHttpService({
  listen: { address: '127.0.0.1', port: 0 },
  handler: async () => ({ kind: 'file', contentType: 'application/octet-stream', file: endless }),
});
process.stdout.write(`${service.port}\n`);
createInterface(process.stdin).on('line', () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write(`${heapUsed + external}\n`);
});
process.on('SIGTERM', () => process.exit(0));
