import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { openBoundTcpSocket } from '#engine/system/bound-tcp-socket.ts';
import type { Ipv4 } from '#shared/model/ip.ts';

const address = '127.0.0.1' as Ipv4;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(): Promise<number> {
  const opened = await openBoundTcpSocket({ interfaceName: 'lo', address, port: 0 });
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
  const server = createServer(socket => socket.end('hello'));
  servers.push(server);
  server.listen({ fd: opened.socket });
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no TCP port');
  expect(bound.address).toBe(address);
  return bound.port;
}

test('a server listens on the descriptor and takes connections of its interface', async () => {
  const client = connect(await listening(), address);
  const [bytes] = await once(client, 'data');
  client.destroy();
  expect(String(bytes)).toBe('hello');
});

test('a port that is held is refused and its holder named', async () => {
  const port = await listening();
  expect(await openBoundTcpSocket({ interfaceName: 'lo', address, port })).toMatchObject({
    ok: false,
    failure: { kind: 'port_in_use', protocol: 'tcp', port, owner: { pid: process.pid } },
  });
});

test('an interface that does not exist is named', async () => {
  expect(await openBoundTcpSocket({ interfaceName: 'rk-none0', address, port: 0 })).toMatchObject({
    ok: false,
    failure: { kind: 'no_such_interface', interfaceName: 'rk-none0' },
  });
});
