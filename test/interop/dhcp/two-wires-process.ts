/**
 * The boot services on a provisioning network (eth0, 10.70.0.0/24) and a tenant network (eth1, 10.71.0.0/24), for a
 * network namespace of its own: `two-wires-process.ts MAC RESERVED MAC`. One server has a NIC on each; an address on the
 * provisioning network is reserved for the first. Prints the timeline as one JSON line an event. SIGUSR2 ends its
 * deployment: from then on the second NIC is the only one of its system.
 */
import { createBootServices } from '#engine/boot-services/boot-services.ts';
import { createServiceBoard } from '#engine/boot-services/service-board.ts';
import { systemWireSockets } from '#engine/boot-services/wire-sockets.ts';
import { createAgentService } from '#engine/provision/agent/agent-service.ts';
import { moveToTenantNetworks } from '#engine/provision/attachments.ts';
import { createInstallerDesk } from '#engine/provision/installer-desk.ts';
import { openStore } from '#engine/store/store.ts';
import { systemClock } from '#engine/system/clock.ts';
import { listInterfaces } from '#engine/system/interfaces.ts';
import { silentLogger } from '#engine/system/log.ts';
import { serviceNames } from '#shared/contract/index.ts';
import type { NetworkId, PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNetwork, aNetworkRequest, aNode, aPort, networkId, nodeId } from '#test/fakes/rows.ts';

const [first, reserved, second] = process.argv.slice(2) as [Mac, Ipv4, Mac];
const tenantId = '44444444-4444-4444-8444-444444444445' as NetworkId;
const now = () => systemClock.now();
const store = openStore(':memory:', new Uint8Array(32), now);
const report = (row: object) => process.stdout.write(`${JSON.stringify(row)}\n`);
store.timeline.subscribe(report);

const network = (count: number, change: Parameters<typeof aNetwork>[0]) =>
  store.networks.save(
    aNetwork({
      interfaceName: `eth${count}`,
      cidr: `10.7${count}.0.0/24`,
      poolStart: `10.7${count}.0.100` as Ipv4,
      poolEnd: `10.7${count}.0.110` as Ipv4,
      dhcpMode: 'full',
      serveBesideOthers: true,
      ...change,
    }),
  );
network(0, { purposes: ['provisioning'] });
network(1, { id: tenantId, name: 'tenant', purposes: ['tenant'] });
store.settings.update({ httpPort: 8088, tftpPort: 69 });
store.nodes.save(aNode({ bootTarget: 'ramdisk', provisionState: 'wait call-back' }));
store.ports.save(aPort({ address: first, reservedAddress: reserved }));
const tenantNic = aPort({ id: '55555555-5555-4555-8555-555555555556' as PortId, address: second });
store.ports.save(tenantNic);

const services = createBootServices({
  store,
  log: silentLogger,
  now,
  board: createServiceBoard(serviceNames, store, now),
  sockets: systemWireSockets,
  listInterfaces: () => listInterfaces(),
  agent: createAgentService({
    sessions: store.agentSessions,
    agentKey: new Uint8Array(32),
    clock: systemClock,
    holdMs: 0,
    addressBelongsTo: () => true,
    nodeName: () => '',
    onHello: () => ({ reason: 'not part of this' }),
    isRunning: () => false,
    onRefused: () => undefined,
  }),
  assets: { bootDir: '/nonexistent', ramdiskDir: '/nonexistent' },
  simulatedAssets: { bootDir: '/nonexistent', ramdiskDir: '/nonexistent' },
  imageFile: () => undefined,
  configDrive: async () => undefined,
  desk: createInstallerDesk({
    store,
    clock: systemClock,
    files: () => {
      throw new Error('nothing is installed here');
    },
  }),
  mediumFile: async () => undefined,
});

process.on('SIGUSR2', () => {
  const assignment = { request: 0, portId: tenantNic.id, portgroupId: null, vlanId: null, reasons: [] };
  moveToTenantNetworks(store, nodeId, [aNetworkRequest({ networkId: tenantId })], [assignment]);
  store.nodes.save(aNode({ bootTarget: 'disk', provisionState: 'active' }));
  report({ message: 'moved', leasedOn: store.leases.list().map(lease => lease.networkId) });
});

await services.apply();
report({ message: 'ready', networks: [networkId, tenantId] });
setInterval(() => undefined, 60_000);
