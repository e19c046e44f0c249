/** Our TFTP server in a process of its own, on sockets as the product opens them: `tftp-server-process.ts PORT ROOT`. */
import type { Socket } from 'node:dgram';
import { fileFromDisk } from '#engine/net/file-source/file-from-disk.ts';
import { createTftpServer } from '#engine/net/tftp/server.ts';
import { openBoundUdpSocket } from '#engine/system/bound-udp-socket.ts';
import type { Ipv4 } from '#shared/model/ip.ts';

const [, , port, root = '/nonexistent'] = process.argv;

async function openOnLoopback(at: number): Promise<Socket> {
  const opened = await openBoundUdpSocket({
    interfaceName: 'lo',
    address: '127.0.0.1' as Ipv4,
    port: at,
  });
  if (!opened.ok) throw new Error(`no socket: ${JSON.stringify(opened.failure)}`);
  return opened.socket;
}

createTftpServer({
  socket: await openOnLoopback(Number(port)),
  openTransferSocket: () => openOnLoopback(0),
  source: ({ path }) => fileFromDisk(root, path),
  // All clients of the bench have one address.
  limits: { maxTransfersPerClient: 1000 },
});
