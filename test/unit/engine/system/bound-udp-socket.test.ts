import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { type BoundUdpSocketOptions, openBoundUdpSocket } from '#engine/system/bound-udp-socket.ts';
import { findPortOwner } from '#engine/system/port-owner.ts';

const loopback = 'lo';
const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

async function openOn(options: Partial<BoundUdpSocketOptions> = {}): Promise<Socket> {
  const result = await openBoundUdpSocket({ interfaceName: loopback, port: 0, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  open.push(result.socket);
  return result.socket;
}

describe.each(['linux', 'win32'] as const)('a socket bound the way of %s', platform => {
  test('hears what comes in on its interface', async () => {
    const socket = await openOn({ platform });
    const client = createSocket('udp4');
    open.push(client);
    client.send('hello', socket.address().port, '127.0.0.1');
    const [bytes, from] = (await once(socket, 'message')) as [Buffer, { address: string }];
    expect([bytes.toString(), from.address]).toEqual(['hello', '127.0.0.1']);
  });

  test('a port that is held is refused and its holder named', async () => {
    const { port } = (await openOn({ platform })).address();
    const second = await openBoundUdpSocket({ interfaceName: loopback, port, platform });
    expect(second).toMatchObject({
      ok: false,
      failure: { kind: 'port_in_use', protocol: 'udp', port, errno: 98, owner: { pid: process.pid } },
    });
  });

  test('an interface that does not exist is named', async () => {
    const result = await openBoundUdpSocket({ interfaceName: 'rk-none0', port: 0, platform });
    expect(result).toMatchObject({
      ok: false,
      failure: { kind: 'no_such_interface', interfaceName: 'rk-none0' },
    });
  });
});

test('two sockets share a port only when both want to', async () => {
  const { port } = (await openOn({ isShared: true })).address();
  await openOn({ isShared: true, port });
  const third = await openBoundUdpSocket({ interfaceName: loopback, port });
  expect(third.ok).toBe(false);
});

test('a closed socket leaves its port free', async () => {
  const socket = await openOn();
  const { port } = socket.address();
  open.pop();
  await new Promise<void>(resolve => {
    socket.close(resolve);
  });
  expect(await findPortOwner('udp', port)).toBeUndefined();
  await openOn({ port });
});
