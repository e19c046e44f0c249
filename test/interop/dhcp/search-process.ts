/** Our search for other DHCP servers as a program: interface and milliseconds in, one JSON list out. */
import { randomBytes } from 'node:crypto';
import { searchDhcpServers } from '#engine/net/dhcp/probe.ts';
import { openBoundUdpSocket } from '#engine/system/bound-udp-socket.ts';
import { orFail } from './server-process.ts';

const [, , interfaceName = '', timeoutText = ''] = process.argv;
const socket = orFail(await openBoundUdpSocket({ interfaceName, port: 68 }));
const found = await searchDhcpServers({ socket, timeoutMs: Number(timeoutText), randomBytes });
process.stdout.write(`${JSON.stringify(found)}\n`);
