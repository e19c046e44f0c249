/** Our HTTP service in a process of its own: `http-server-process.ts PORT ROOT`. */
import { fileFromDisk } from '#engine/net/file-source/file-from-disk.ts';
import { createHttpService } from '#engine/net/http/server.ts';

const [, , port, root = '/nonexistent'] = process.argv;
await createHttpService({
  listen: { address: '127.0.0.1', port: Number(port) },
  handler: async ({ path }) => {
    const file = await fileFromDisk(root, path);
    if (file === undefined) return { kind: 'empty', status: 404 };
    return { kind: 'file', contentType: 'application/octet-stream', file };
  },
  limits: { maxConnectionsPerClient: 1000 },
  observe: () => undefined,
});
