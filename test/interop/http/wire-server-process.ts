/** Our HTTP server where the product's wires have it: `wire-server-process.ts INTERFACE ADDRESS PORT`. Says when it listens. */
import { systemWireSockets } from '#engine/boot-services/wire-sockets.ts';
import { createHttpService } from '#engine/net/http/server.ts';
import { parseIpv4 } from '#shared/model/ip.ts';

const [, , interfaceName = '', text = '', port = ''] = process.argv;
const address = parseIpv4(text);
if (address === undefined) throw new Error(`no address: ${text}`);
const { listen, lacks } = await systemWireSockets.openTcp({ interfaceName, address, port: Number(port) });
const service = await createHttpService({
  listen,
  handler: async ({ client }) => ({
    kind: 'bytes',
    contentType: 'text/plain',
    bytes: `hello ${client.address}`,
  }),
});
process.stdout.write(`listening on ${service.address}:${service.port}, lacks ${lacks.length}\n`);
