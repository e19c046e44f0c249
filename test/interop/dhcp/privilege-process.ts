/** Opens each of our sockets on the loopback interface and prints what came of it, one JSON list. */
import { openBoundUdpSocket } from '#engine/system/bound-udp-socket.ts';
import { openIcmpv6Socket } from '#engine/system/icmpv6-socket.ts';
import { openLinkSocket } from '#engine/system/link-socket.ts';

const [, , interfaceName = ''] = process.argv;
const ignore = () => undefined;
const results = [
  await openBoundUdpSocket({ interfaceName, port: 67 }),
  await openLinkSocket({ interfaceName, etherType: 0x0806, onFrame: ignore, onError: ignore }),
  await openIcmpv6Socket({ interfaceName, type: 133, onDatagram: ignore, onError: ignore }),
];
process.stdout.write(JSON.stringify(results.map(result => (result.ok ? 'open' : result.failure))));
process.exit(0);
