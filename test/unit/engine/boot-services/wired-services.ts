import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createBootServices } from '#engine/boot-services/boot-services.ts';
import type { OwnInterface } from '#engine/boot-services/placement.ts';
import { createServiceBoard } from '#engine/boot-services/service-board.ts';
import type { AddressProbe, WireSockets } from '#engine/boot-services/wire-sockets.ts';
import type { OtherDhcpServer } from '#engine/net/dhcp/probe.ts';
import { createAgentService } from '#engine/provision/agent/agent-service.ts';
import { createInstallerDesk } from '#engine/provision/installer-desk.ts';
import { openStore } from '#engine/store/store.ts';
import { silentLogger } from '#engine/system/log.ts';
import { type Network, serviceNames } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aNetwork, networkId } from '#test/fakes/rows.ts';

/** A network of a real wire to our eyes, and yet with an address that a test may bind: 127.0.0.1 is in it. */
export function aWire(change: Partial<Network> = {}): Network {
  return aNetwork({
    cidr: '126.0.0.0/7',
    poolStart: '127.0.1.1' as Ipv4,
    poolEnd: '127.0.1.9' as Ipv4,
    dhcpMode: 'full',
    ...change,
  });
}

/** Behind a relay on the same interface. */
export const relayedId = '66666666-4444-4444-8444-444444444444' as NetworkId;
export function aRelayedNetwork(change: Partial<Network> = {}): Network {
  return aNetwork({
    id: relayedId,
    name: 'far',
    cidr: '10.88.0.0/24',
    poolStart: '10.88.0.100' as Ipv4,
    poolEnd: '10.88.0.110' as Ipv4,
    dhcpMode: 'full',
    ...change,
  });
}

export const cable: OwnInterface = { name: 'eth0', index: 3, addresses: [{ address: '127.0.0.1' as Ipv4 }] };
export const rival: OtherDhcpServer = {
  serverIdentifier: '10.77.0.9' as Ipv4,
  offeredAddress: '10.77.0.50' as Ipv4,
  source: '10.77.0.9' as Ipv4,
};

interface Search {
  readonly found: (servers: readonly OtherDhcpServer[]) => void;
  readonly failed: (error: Error) => void;
}

export type WiredServices = ReturnType<typeof openWiredServices>;

/** The real boot services with the wires of this computer made up: interfaces, searches and raw sockets are the test's. */
export function openWiredServices(...networks: readonly Network[]) {
  const clock = manualClock();
  const store = openStore(':memory:', new Uint8Array(32), clock.now);
  const board = createServiceBoard(serviceNames, store, clock.now);
  const searches: Search[] = [];
  const state = {
    interfaces: [cable] as readonly OwnInterface[],
    rawSocketError: undefined as Error | undefined,
    holderOf: (async () => undefined) as AddressProbe['holderOf'],
  };
  const rawSocket = <T>(socket: T): Promise<T> =>
    state.rawSocketError === undefined ? Promise.resolve(socket) : Promise.reject(state.rawSocketError);
  const sockets: WireSockets = {
    async openUdp() {
      const socket = createSocket('udp4');
      socket.bind({ address: '127.0.0.1', port: 0, exclusive: true });
      await once(socket, 'listening');
      return socket;
    },
    openTcp: async ({ address, port }) => ({ listen: { address, port }, lacks: [] }),
    openProbe: () => rawSocket({ holderOf: (...asked) => state.holderOf(...asked), close: () => undefined }),
    answerRouterSolicitations: () => rawSocket({ close: () => undefined }),
    searchServers: () =>
      new Promise((found, failed) => {
        searches.push({ found, failed });
      }),
  };
  const agent = createAgentService({
    sessions: store.agentSessions,
    agentKey: new Uint8Array(32),
    clock,
    holdMs: 0,
    addressBelongsTo: () => true,
    nodeName: () => '',
    onHello: () => ({ reason: 'not part of this' }),
    isRunning: () => false,
    onRefused: () => undefined,
  });
  const services = createBootServices({
    store,
    log: silentLogger,
    now: clock.now,
    board,
    sockets,
    listInterfaces: async () => state.interfaces,
    agent,
    assets: { bootDir: '/nonexistent', ramdiskDir: '/nonexistent' },
    simulatedAssets: { bootDir: '/nonexistent', ramdiskDir: '/nonexistent' },
    imageFile: () => undefined,
    configDrive: async () => undefined,
    desk: createInstallerDesk({
      store,
      clock,
      files: () => {
        throw new Error('nothing is installed here');
      },
    }),
    mediumFile: async () => undefined,
  });
  store.settings.update({ httpPort: 0, tftpPort: 0 });
  for (const network of networks) store.networks.save(network);
  return {
    store,
    clock,
    board,
    services,
    searches,
    /** What the operating system says from now on. */
    state,
    /** The URL that machines of this network are told. */
    url: (id: NetworkId = networkId) => `http://127.0.0.1:${services.wire(id)?.ports.http ?? 0}`,
    /** As the engine starts: networks are served, and nobody else is found on the wire. */
    async start(): Promise<void> {
      await services.apply();
      for (const { found } of searches.splice(0)) found([]);
      // The results come through promises of their own, and then wait for their turn.
      await new Promise(resolve => setImmediate(resolve));
      await services.apply();
    },
    async close(): Promise<void> {
      await services.closeAll();
      store.close();
    },
  };
}
