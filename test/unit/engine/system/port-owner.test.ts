import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPortOwner } from '#engine/system/port-owner.ts';

let root = '';
const header =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

/** /proc as on a computer where dnsmasq holds UDP port 67 and nginx listens on TCP port 80 over IPv6. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rk-dhcp-proc-'));
  await mkdir(join(root, 'net'), { recursive: true });
  const line = (local: string, state: string, inode: number) =>
    `  12: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 2 0 0\n`;
  await writeFile(
    join(root, 'net/udp'),
    header + line('00000000:0044', '07', 1) + line('0100A8C0:0043', '07', 4711),
  );
  const tcp6 = line('00000000000000000000000000000000:0050', '0A', 4712) + line('0:0051', '01', 4711);
  await writeFile(join(root, 'net/tcp6'), header + tcp6);
  for (const [pid, name, inode] of [
    ['7', 'init', 3],
    ['812', 'dnsmasq', 4711],
    ['900', 'nginx', 4712],
  ] as const) {
    await mkdir(join(root, pid, 'fd'), { recursive: true });
    await writeFile(join(root, pid, 'comm'), `${name}\n`);
    await symlink('/dev/null', join(root, pid, 'fd', '0'));
    await symlink(`socket:[${inode}]`, join(root, pid, 'fd', '5'));
  }
});

afterAll(() => rm(root, { recursive: true }));

test('the holder of a UDP port and of a listening TCP port is named', async () => {
  expect(await findPortOwner('udp', 67, root)).toEqual({ pid: 812, name: 'dnsmasq' });
  expect(await findPortOwner('tcp', 80, root)).toEqual({ pid: 900, name: 'nginx' });
});

test('a free port, a TCP connection and a holder whom we may not see have no name', async () => {
  expect(await findPortOwner('udp', 69, root)).toBeUndefined();
  expect(await findPortOwner('tcp', 81, root)).toBeUndefined();
  expect(await findPortOwner('udp', 68, root)).toBeUndefined();
  expect(await findPortOwner('udp', 67, join(root, 'nowhere'))).toBeUndefined();
});

test('on this computer it finds ourselves', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect((await findPortOwner('tcp', port))?.pid).toBe(process.pid);
  server.close();
});
