/** Our DHCP server as it is in the product, leases in SQLite, for the bench: argument is the database file. */
import { randomBytes, randomUUID } from 'node:crypto';
import { startDhcpServer } from '#engine/net/dhcp/server.ts';
import { openStore } from '#engine/store/store.ts';
import { openBoundUdpSocket } from '#engine/system/bound-udp-socket.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { type Ipv4, parseCidr } from '#shared/model/ip.ts';

const [, , databaseFile = ''] = process.argv;
const store = openStore(databaseFile, randomBytes(32));
const networkId = randomUUID() as NetworkId;
const subnet = parseCidr('10.77.0.0/16');
const bound = await openBoundUdpSocket({ interfaceName: 'eth0', port: 67 });
if (!bound.ok || subnet === undefined) throw new Error(JSON.stringify(bound));
const serverAddress = '10.77.0.1' as Ipv4;

store.networks.save({
  id: networkId,
  name: 'bench',
  cidr: '10.77.0.0/16',
  interfaceName: 'eth0',
  dhcpMode: 'full',
  poolStart: '10.77.1.0' as Ipv4,
  poolEnd: '10.77.200.255' as Ipv4,
  gateway: null,
  dns: [],
  domain: '',
  leaseSeconds: 120,
  segmentationId: null,
  physicalNetwork: '',
  mtu: null,
  purposes: ['provisioning'],
  otherServers: [],
  checkedAt: null,
  serveBesideOthers: false,
});

startDhcpServer({
  socket: bound.socket,
  settings: {
    mode: 'full',
    serverAddress,
    networks: {
      direct: {
        id: networkId,
        subnet,
        pool: { first: '10.77.1.0' as Ipv4, last: '10.77.200.255' as Ipv4 },
        leaseSeconds: 120,
        routers: [serverAddress],
        dnsServers: [serverAddress],
      },
      relayed: [],
    },
  },
  leases: store.leases,
  inOneCommit: work => store.transaction(work),
  policy: () => ({ answer: true, bootFile: { fileName: 'snponly.efi' } }),
  observe(event) {
    if (event.kind === 'failed') throw event.error;
  },
  now: Date.now,
  replyTo: 'rfc2131',
});
process.stdout.write('ready\n');
