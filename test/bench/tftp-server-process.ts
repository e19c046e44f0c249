/** Our TFTP server in a process of its own: `tftp-server-process.ts PORT ROOT`. */
import { createSocket } from 'node:dgram';
import { fileFromDisk } from '#engine/net/file-source/file-from-disk.ts';
import { createTftpServer, transferSocketsOn } from '#engine/net/tftp/server.ts';

const [, , port, root = '/nonexistent'] = process.argv;
const socket = createSocket('udp4');
socket.bind(Number(port), '127.0.0.1');
createTftpServer({
  socket,
  openTransferSocket: transferSocketsOn('127.0.0.1'),
  source: ({ path }) => fileFromDisk(root, path),
  // All clients of the bench have one address.
  limits: { maxTransfersPerClient: 1000 },
});
